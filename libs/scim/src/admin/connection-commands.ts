import { Profile } from '../protocol/compat/profile.js';
import { ScimTokenError } from '../tokens/token-error.js';
import type { ScimTokens } from '../tokens/scim-tokens.js';
import type { Connection } from '../tokens/token-store.js';
import type { Command, CommandOption, CommandOptions } from './command-line.js';
import { printTable } from './print-table.js';

const tenant: CommandOption = { name: 'tenant', value: 'T', required: true, help: 'Id of the tenant.' };
const name: CommandOption = {
  name: 'name',
  value: 'CONNECTION',
  required: true,
  help: 'Name of the connection.',
};
const json: CommandOption = { name: 'json', help: 'Print JSON and nothing else.' };

const list: Command = {
  words: 'connection list',
  summary: 'List the connections of a tenant.',
  options: [tenant, json],
  async run(options, { tokens, out }) {
    const connections = await tokens.connections(options.required('tenant'));
    if (options.given('json')) {
      const shown = connections.map(({ pausedAt, ...rest }) => ({ ...rest, pausedAt: pausedAt ?? null }));
      out(`${JSON.stringify(shown)}\n`);
    } else if (connections.length === 0) {
      out('The tenant has no connections.\n');
    } else {
      const rows = connections.map((one) => [
        one.id,
        one.name,
        one.profile,
        one.pausedAt ? 'paused' : 'live',
      ]);
      out(printTable(['ID', 'NAME', 'PROFILE', 'STATE'], rows));
    }
  },
};

const setProfile: Command = {
  words: 'connection set-profile',
  summary: 'Choose how forgiving a connection is.',
  options: [
    tenant,
    name,
    { name: 'profile', value: Profile.names().join('|'), required: true, help: 'Name of the profile.' },
  ],
  async run(options, { tokens, out }) {
    const connection = await connectionNamed(tokens, options);
    await tokens.setProfile(connection.tenantId, connection.id, options.required('profile'));
    out(`The connection now has the profile ${options.required('profile')}.\n`);
  },
};

const pause: Command = {
  words: 'connection pause',
  summary: 'Refuse all tokens of a connection until it is resumed.',
  options: [tenant, name],
  async run(options, { tokens, out }) {
    const connection = await connectionNamed(tokens, options);
    await tokens.setPaused(connection.tenantId, connection.id, true);
    out('The connection is paused: its tokens are refused.\n');
  },
};

const resume: Command = {
  words: 'connection resume',
  summary: 'Let a paused connection go on.',
  options: [tenant, name],
  async run(options, { tokens, out }) {
    const connection = await connectionNamed(tokens, options);
    await tokens.setPaused(connection.tenantId, connection.id, false);
    out('The connection is live again.\n');
  },
};

/** Commands on connections. */
export const CONNECTION_COMMANDS: readonly Command[] = [list, setProfile, pause, resume];

/** The connection that `--tenant` and `--name` mean. @throws ScimTokenError unknownConnection */
export async function connectionNamed(tokens: ScimTokens, options: CommandOptions): Promise<Connection> {
  const connections = await tokens.connections(options.required('tenant'));
  const wanted = options.required('name').trim();
  const connection = connections.find((one) => one.name === wanted);
  if (!connection)
    throw new ScimTokenError('unknownConnection', 'The tenant has no connection of this name.');
  return connection;
}
