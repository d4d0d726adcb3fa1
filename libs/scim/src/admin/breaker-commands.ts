import type { BreakerState } from '../provisioning/breaker/breaker-store.js';
import type { ScimBreaker } from '../provisioning/breaker/scim-breaker.js';
import { type Command, type CommandOption, type CommandServices, UsageError } from './command-line.js';
import { connectionNamed } from './connection-commands.js';
import { printTable } from './print-table.js';

const tenant: CommandOption = { name: 'tenant', value: 'T', required: true, help: 'Id of the tenant.' };

const list: Command = {
  words: 'breaker list',
  summary: 'List connections that took access from users lately, stopped or not.',
  options: [tenant, { name: 'json', help: 'Print JSON and nothing else.' }],
  async run(options, services) {
    const tenantId = options.required('tenant');
    const states = await breakerOf(services).list(tenantId);
    const connections = await services.tokens.connections(tenantId);
    const names = new Map(connections.map(({ id, name }) => [id, name]));
    if (options.given('json')) {
      services.out(`${JSON.stringify(states.map((state) => shown(state, names)))}\n`);
    } else if (states.length === 0) services.out('No connection has taken access from users lately.\n');
    else {
      const rows = states.map((state) => row(state, names));
      services.out(printTable(['ID', 'NAME', 'STATE', 'LOST', 'SINCE', 'SUSPENDED UNTIL'], rows));
    }
  },
};

const release: Command = {
  words: 'breaker release',
  summary: 'Let a stopped connection deactivate and delete users again.',
  options: [
    tenant,
    { name: 'name', value: 'CONNECTION', required: true, help: 'Name of the connection.' },
    { name: 'suspend-minutes', value: 'N', help: 'Count nothing for so long, for a change that is meant.' },
  ],
  async run(options, services) {
    const { tenantId, id } = await connectionNamed(services.tokens, options);
    const suspendSeconds = (options.number('suspend-minutes') ?? 0) * 60;
    await breakerOf(services).release(tenantId, id, { suspendSeconds });
    services.out('The connection may deactivate and delete users again.\n');
  },
};

/** Commands on breakers. */
export const BREAKER_COMMANDS: readonly Command[] = [list, release];

function breakerOf({ breaker }: CommandServices): ScimBreaker {
  if (!breaker) throw new UsageError('This command line was not given the service for breakers.');
  return breaker;
}

function shown(state: BreakerState, names: ReadonlyMap<string, string>): object {
  return {
    connection: { id: state.connectionId, name: names.get(state.connectionId) ?? null },
    state: stateOf(state),
    lost: state.lost,
    active: state.active,
    trippedAt: state.trippedAt ?? null,
    suspendedUntil: state.suspendedUntil ?? null,
  };
}

function row(state: BreakerState, names: ReadonlyMap<string, string>): string[] {
  const { connectionId, lost, trippedAt = '', suspendedUntil = '' } = state;
  return [
    connectionId,
    names.get(connectionId) ?? '',
    stateOf(state),
    String(lost),
    trippedAt,
    suspendedUntil,
  ];
}

function stateOf({ trippedAt, suspendedUntil }: BreakerState): 'stopped' | 'suspended' | 'counting' {
  if (trippedAt !== undefined) return 'stopped';
  return suspendedUntil === undefined ? 'counting' : 'suspended';
}
