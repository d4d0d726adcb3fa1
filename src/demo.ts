import { randomBytes } from 'node:crypto';
import type { ScimTokens } from 'nestjs-scim';
import type { HostSettings } from './host-settings.js';
import type { Workspaces } from './workspaces/workspaces.js';

const TENANT = 'demo';
const CONNECTION = 'demo';
const OWNER = 'owner@demo.example';

/**
 * What to show after the start: the first time a token of the workspace `demo` with three calls to try and an account
 * to sign in with, later how to get another token. Token and password are printed this once; only their hashes are kept.
 */
export async function demoText(
  tokens: ScimTokens,
  workspaces: Workspaces,
  { scimUrl, appUrl }: HostSettings,
): Promise<string> {
  const account = await demoAccount(workspaces, appUrl);
  return ['', `SCIM base URL   ${scimUrl}`, ...(await demoToken(tokens, scimUrl)), account, ''].join('\n');
}

async function demoToken(tokens: ScimTokens, scimUrl: string): Promise<string[]> {
  if ((await tokens.connections(TENANT)).length > 0) {
    return [
      `Bearer token    shown at the first start; another one: npm run scim -- token issue --tenant ${TENANT} --name ${CONNECTION}`,
      '',
    ];
  }
  const { token } = await tokens.issue({ tenantId: TENANT, connection: { name: CONNECTION } });
  return [
    `Bearer token    ${token}`,
    `                tenant ${TENANT}, shown this once`,
    '',
    '# Test the connection:',
    listCall(scimUrl, token),
    '',
    '# Create a user:',
    createCall(scimUrl, token),
    '',
    '# Deactivate the user:',
    deactivateCall(scimUrl, token),
    '',
  ];
}

/** The workspace `demo` is founded at the first start. */
async function demoAccount(workspaces: Workspaces, appUrl: string): Promise<string> {
  const address = `Application     ${appUrl}/sign-in?workspace=${TENANT}`;
  if (await workspaces.find(TENANT))
    return `${address}\nAccount         ${OWNER}, password shown at the first start`;
  const password = randomBytes(12).toString('base64url');
  await workspaces.found({ name: 'Demo', email: OWNER, password }, TENANT);
  return `${address}\nAccount         ${OWNER}\nPassword        ${password}\n                workspace ${TENANT}, shown this once`;
}

const USER_NAME = 'ada@example.com';

function listCall(baseUrl: string, token: string): string {
  return `curl -sS -H 'Authorization: Bearer ${token}' '${baseUrl}/Users?count=1'`;
}

function createCall(baseUrl: string, token: string): string {
  const user = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: USER_NAME,
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ type: 'work', value: USER_NAME, primary: true }],
    active: true,
  };
  return `${writeCall('POST', token, user)} '${baseUrl}/Users'`;
}

/** The id is looked up by a filter, and cut out by node: it is there, other tools may not be. */
function deactivateCall(baseUrl: string, token: string): string {
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: false }],
  };
  const search = `curl -sS -G -H 'Authorization: Bearer ${token}' --data-urlencode 'filter=userName eq "${USER_NAME}"' '${baseUrl}/Users'`;
  const pick = `node -p 'JSON.parse(require("fs").readFileSync(0)).Resources[0].id'`;
  return `${writeCall('PATCH', token, patch)} "${baseUrl}/Users/$(${search} | ${pick})"`;
}

function writeCall(method: string, token: string, body: object): string {
  const headers = `-H 'Authorization: Bearer ${token}' -H 'Content-Type: application/scim+json'`;
  return `curl -sS -X ${method} ${headers} -d '${JSON.stringify(body)}'`;
}
