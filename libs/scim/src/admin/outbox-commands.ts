import type { EventSelection, Outbox } from '../events/outbox.js';
import {
  type Command,
  type CommandOption,
  type CommandOptions,
  type CommandServices,
  UsageError,
} from './command-line.js';
import { printTable } from './print-table.js';

const LIMIT = 100;

const tenant: CommandOption = { name: 'tenant', value: 'T', help: 'Only this tenant (default: all).' };
const json: CommandOption = { name: 'json', help: 'Print JSON and nothing else.' };
const selection: readonly CommandOption[] = [
  { name: 'id', value: 'ID', help: 'Only this event.' },
  { name: 'stream', value: 'STREAM', help: 'Only events of this resource, for example User:0198….' },
  { name: 'from-sequence', value: 'N', help: 'With --stream: from this sequence on.' },
  {
    name: 'from',
    value: 'TIME',
    help: 'What happened at this time or later, for example 2026-11-24T08:00:00Z.',
  },
  { name: 'until', value: 'TIME', help: 'What happened before this time.' },
];

const status: Command = {
  words: 'outbox status',
  summary: 'Show how many events wait, for how long, and how many were given up.',
  options: [tenant, json],
  async run(options, services) {
    const found = await outboxOf(services).status(options.text('tenant'));
    if (options.given('json')) {
      services.out(`${JSON.stringify(found)}\n`);
      return;
    }
    services.out(
      `Undelivered  ${found.undelivered}\n` +
        `Oldest       ${Math.round(found.oldestSeconds)} s\n` +
        `Dead         ${found.dead}\n`,
    );
  },
};

const dead: Command = {
  words: 'outbox dead',
  summary: 'List events that were given up, the oldest first.',
  options: [tenant, { name: 'limit', value: 'N', help: `At most so many (default ${LIMIT}).` }, json],
  async run(options, services) {
    const limit = options.number('limit') ?? LIMIT;
    const found = await outboxOf(services).dead(limit, options.text('tenant'));
    if (options.given('json')) {
      services.out(`${JSON.stringify(found)}\n`);
    } else if (found.length === 0) {
      services.out('No event was given up.\n');
    } else {
      const header = ['ID', 'TENANT', 'STREAM', 'TYPE', 'ERROR', 'HAPPENED', 'BLOCKS'];
      const rows = found.map((event) => {
        const { id, tenantId, stream, type, error, createdAt, blocks } = event;
        return [id, tenantId, stream, type, error, createdAt, blocks ? 'yes' : 'no'];
      });
      services.out(printTable(header, rows));
    }
  },
};

const retry: Command = {
  words: 'outbox retry',
  summary: 'Have events delivered again that were given up.',
  options: [tenant, ...selection],
  async run(options, services) {
    const outbox = outboxOf(services);
    const tenantId = options.text('tenant');
    const narrowed = selection.some(({ name }) => options.given(name));
    if (tenantId === undefined && narrowed) throw new UsageError('Give --tenant as well.');
    const count = await outbox.retryDead(tenantId === undefined ? undefined : selected(options, tenantId));
    services.out(`${count} ${count === 1 ? 'event' : 'events'} will be delivered again.\n`);
  },
};

const replay: Command = {
  words: 'outbox replay',
  summary: 'Have events delivered again that were delivered, as far as they are still kept.',
  options: [{ ...tenant, required: true, help: 'Id of the tenant.' }, ...selection],
  async run(options, services) {
    if (!selection.some(({ name }) => options.given(name))) {
      throw new UsageError('Say which events: --id, --stream or --from.');
    }
    const count = await outboxOf(services).replay(selected(options, options.required('tenant')));
    services.out(`${count} ${count === 1 ? 'event' : 'events'} will be delivered again.\n`);
  },
};

/** Commands on the outbox. */
export const OUTBOX_COMMANDS: readonly Command[] = [status, dead, retry, replay];

function outboxOf({ outbox }: CommandServices): Outbox {
  if (!outbox) throw new UsageError('This program was not given the outbox.');
  return outbox;
}

function selected(options: CommandOptions, tenantId: string): EventSelection {
  const fromSequence = options.number('from-sequence');
  const stream = options.text('stream');
  if (fromSequence !== undefined && stream === undefined) {
    throw new UsageError('--from-sequence goes with --stream.');
  }
  return {
    tenantId,
    id: options.text('id'),
    stream,
    fromSequence,
    from: moment(options, 'from'),
    until: moment(options, 'until'),
  };
}

/** In the form in which times are stored. */
function moment(options: CommandOptions, name: string): string | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new UsageError(`--${name} is a time such as 2026-11-24T08:00:00Z.`);
  return new Date(time).toISOString();
}
