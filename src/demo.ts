import type { ScimTokens } from 'nestjs-scim';

const TENANT = 'demo';
const CONNECTION = 'demo';

/**
 * What to show after the start: the first time a token of the tenant `demo` with three calls to try, later how to get
 * another one. The token is printed this once; only its hash is kept.
 */
export async function demoText(tokens: ScimTokens, baseUrl: string): Promise<string> {
  const lines = ['', `SCIM base URL   ${baseUrl}`];
  if ((await tokens.connections(TENANT)).length > 0) {
    lines.push(
      `Bearer token    shown at the first start; another one: npm run scim -- token issue --tenant ${TENANT} --name ${CONNECTION}`,
      '',
    );
    return lines.join('\n');
  }
  const { token } = await tokens.issue({ tenantId: TENANT, connection: { name: CONNECTION } });
  lines.push(
    `Bearer token    ${token}`,
    `                tenant ${TENANT}, shown this once`,
    '',
    '# Test the connection:',
    listCall(baseUrl, token),
    '',
    '# Create a user:',
    createCall(baseUrl, token),
    '',
    '# Deactivate the user:',
    deactivateCall(baseUrl, token),
    '',
  );
  return lines.join('\n');
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
