import { Profile } from '../protocol/compat/profile.js';
import type { IssuedToken } from '../tokens/scim-tokens.js';
import { parseToken } from '../tokens/token-format.js';
import { DEFAULT_EXPIRY_DAYS } from '../tokens/token-rules.js';
import type { Connection, TokenRecord } from '../tokens/token-store.js';
import {
  type Command,
  type CommandOption,
  type CommandOptions,
  type CommandServices,
  UsageError,
} from './command-line.js';
import { printTable } from './print-table.js';

const tenant: CommandOption = { name: 'tenant', value: 'T', required: true, help: 'Id of the tenant.' };
const token: CommandOption = {
  name: 'token',
  value: 'ID',
  required: true,
  help: 'Id of the token, as in "token list".',
};
const json: CommandOption = { name: 'json', help: 'Print JSON and nothing else.' };
const expiry: readonly CommandOption[] = [
  {
    name: 'expires-in-days',
    value: 'N',
    help: `Life of the token in days (default ${DEFAULT_EXPIRY_DAYS}).`,
  },
  { name: 'never-expires', help: 'The token works until it is revoked.' },
];

const issue: Command = {
  words: 'token issue',
  summary: 'Issue a token for an identity provider; it is shown once.',
  options: [
    tenant,
    {
      name: 'name',
      value: 'CONNECTION',
      required: true,
      help: 'Name of the connection; a new name makes a new one.',
    },
    {
      name: 'profile',
      value: Profile.names().join('|'),
      help: 'How forgiving the connection is (default: default).',
    },
    ...expiry,
    json,
  ],
  async run(options, services) {
    const issued = await services.tokens.issue({
      tenantId: options.required('tenant'),
      connection: { name: options.required('name'), profile: options.text('profile') },
      ...expiryOf(options),
    });
    printIssued(issued, options, services);
  },
};

const list: Command = {
  words: 'token list',
  summary: 'List the tokens of a tenant.',
  options: [tenant, json],
  async run(options, { tokens, out }) {
    const tenantId = options.required('tenant');
    const [records, connections] = await Promise.all([tokens.list(tenantId), tokens.connections(tenantId)]);
    const names = new Map(connections.map(({ id, name }) => [id, name]));
    if (options.given('json')) {
      out(`${JSON.stringify(records.map((record) => listed(record, connections)))}\n`);
    } else if (records.length === 0) {
      out('The tenant has no tokens.\n');
    } else {
      const header = ['ID', 'CONNECTION', 'TOKEN', 'STATE', 'EXPIRES', 'LAST USED'];
      out(
        printTable(
          header,
          records.map((record) => row(record, names.get(record.connectionId))),
        ),
      );
    }
  },
};

const revoke: Command = {
  words: 'token revoke',
  summary: 'End a token.',
  options: [tenant, token],
  async run(options, { tokens, out }) {
    await tokens.revoke(options.required('tenant'), tokenId(options));
    out('The token is revoked. A running server refuses it within seconds (its token cache).\n');
  },
};

const rotate: Command = {
  words: 'token rotate',
  summary: 'Issue a successor; the old token goes on working for a while.',
  options: [
    tenant,
    token,
    { name: 'overlap-hours', value: 'N', help: 'How long the old token still works (default 24).' },
    ...expiry,
    json,
  ],
  async run(options, services) {
    const hours = options.number('overlap-hours') ?? 24;
    const request = { overlapSeconds: hours * 3600, ...expiryOf(options) };
    const issued = await services.tokens.rotate(options.required('tenant'), tokenId(options), request);
    printIssued(issued, options, services);
    if (!options.given('json'))
      services.out(`The old token works for ${hours} h from now, or until it expires.\n`);
  },
};

/** Commands on tokens. */
export const TOKEN_COMMANDS: readonly Command[] = [issue, list, revoke, rotate];

function expiryOf(options: CommandOptions): { expiresInDays?: number; neverExpires?: boolean } {
  const expiresInDays = options.number('expires-in-days');
  const neverExpires = options.given('never-expires');
  if (neverExpires && expiresInDays !== undefined) {
    throw new UsageError('Give either --expires-in-days or --never-expires.');
  }
  return { expiresInDays, neverExpires };
}

function tokenId(options: CommandOptions): string {
  const id = options.required('token');
  if (parseToken(id))
    throw new UsageError('--token takes the id that "token list" shows, not the token itself.');
  return id;
}

function printIssued(
  { token: text, record, connection }: IssuedToken,
  options: CommandOptions,
  to: CommandServices,
): void {
  const expiresAt = record.expiresAt ?? null;
  if (options.given('json')) {
    const { id, name, tenantId, profile } = connection;
    const shown = {
      token: text,
      tokenId: record.id,
      baseUrl: to.baseUrl,
      connection: { id, name, tenantId, profile },
    };
    to.out(`${JSON.stringify({ ...shown, scopes: record.scopes, expiresAt })}\n`);
    return;
  }
  to.out(
    [
      `Connection  ${connection.name} (tenant ${connection.tenantId}, profile ${connection.profile})`,
      `Base URL    ${to.baseUrl}`,
      `Token       ${text}`,
      `Expires     ${expiresAt ?? 'never'}`,
      '',
      'The token is shown this once; only its hash is stored.',
      '',
    ].join('\n'),
  );
}

function listed(record: TokenRecord, connections: readonly Connection[]): object {
  const connection = connections.find(({ id }) => id === record.connectionId);
  return {
    id: record.id,
    name: record.name,
    connection: connection && { id: connection.id, name: connection.name, profile: connection.profile },
    prefix: `scim_${record.prefix}`,
    state: stateOf(record),
    scopes: record.scopes,
    createdAt: record.createdAt,
    expiresAt: record.expiresAt ?? null,
    revokedAt: record.revokedAt ?? null,
    lastUsedAt: record.lastUsedAt ?? null,
  };
}

function row(record: TokenRecord, connection = ''): string[] {
  const { id, prefix, expiresAt = 'never', lastUsedAt = 'never' } = record;
  return [id, connection, `scim_${prefix}_…`, stateOf(record), expiresAt, lastUsedAt];
}

function stateOf({ revokedAt, expiresAt }: TokenRecord): 'revoked' | 'expired' | 'live' {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'live';
}
