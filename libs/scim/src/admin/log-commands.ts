import { ScimLogError } from '../log/log-error.js';
import type { LoggedRequest, LogQuery, ScimLog, StatusClass } from '../log/scim-log.js';
import {
  type Command,
  type CommandOption,
  type CommandOptions,
  type CommandServices,
  UsageError,
} from './command-line.js';
import { printTable } from './print-table.js';

const tenant: CommandOption = { name: 'tenant', value: 'T', help: 'Id of the tenant.' };
const noTenant: CommandOption = {
  name: 'no-tenant',
  help: 'Instead of --tenant: requests whose token was never issued here.',
};
const json: CommandOption = { name: 'json', help: 'Print JSON and nothing else.' };

const list: Command = {
  words: 'log list',
  summary: 'List what identity providers asked for, newest first.',
  options: [
    tenant,
    noTenant,
    { name: 'connection', value: 'CONNECTION', help: 'Of this connection only: its name.' },
    { name: 'failed', help: 'Only what was answered with 4xx or 5xx.' },
    { name: 'status', value: '2xx|3xx|4xx|5xx', help: 'Only what was answered so.' },
    { name: 'resource', value: 'TYPE/ID', help: 'About one resource: "User/…" or "User".' },
    { name: 'request', value: 'ID', help: 'Of one request: X-Request-Id of the answer.' },
    { name: 'since', value: 'TIME', help: 'Not before: 2026-11-27T08:00:00Z, or 30m, 24h, 7d ago.' },
    { name: 'until', value: 'TIME', help: 'Before that time.' },
    { name: 'limit', value: 'N', help: 'At most so many, up to 500 (default 50).' },
    { name: 'after', value: 'ID', help: 'Go on behind this entry: the last of the page before.' },
    json,
  ],
  async run(options, services) {
    const { entries, next } = await logOf(services).list(await queryOf(options, services));
    if (options.given('json')) {
      services.out(`${JSON.stringify({ entries, next: next ?? null })}\n`);
    } else if (entries.length === 0) {
      services.out('There are no such entries.\n');
    } else {
      services.out(printTable(HEADER, entries.map(row)));
      if (next !== undefined) services.out(`There are more: --after ${next}\n`);
    }
  },
};

const show: Command = {
  words: 'log show',
  summary: 'Show one entry with what to do about it.',
  options: [
    tenant,
    noTenant,
    { name: 'entry', value: 'ID', required: true, help: 'As in "log list".' },
    json,
  ],
  async run(options, services) {
    const entry = await logOf(services).find(tenantOf(options), options.required('entry'));
    if (!entry) throw new ScimLogError('There is no such entry.');
    services.out(options.given('json') ? `${JSON.stringify(entry)}\n` : described(entry));
  },
};

const prune: Command = {
  words: 'log prune',
  summary: 'Delete old entries now. A running server does so by itself.',
  options: [
    { ...tenant, help: 'Of this tenant only.' },
    { name: 'older-than-days', value: 'N', help: 'Age in days (default: the option log.retentionDays).' },
    json,
  ],
  async run(options, services) {
    const pruned = await logOf(services).prune({
      tenantId: options.text('tenant'),
      olderThanDays: options.number('older-than-days'),
    });
    services.out(
      options.given('json') ? `${JSON.stringify({ pruned })}\n` : `${pruned} entries are deleted.\n`,
    );
  },
};

const status: Command = {
  words: 'log status',
  summary: 'Tell whether the log has gaps: entries that were counted and not kept.',
  options: [{ ...tenant, help: 'Gaps of this tenant (default: of all together).' }, json],
  async run(options, services) {
    const { retentionDays, gaps, writer } = await logOf(services).status(options.text('tenant') ?? null);
    if (options.given('json')) {
      services.out(`${JSON.stringify({ retentionDays, gaps, writer: writer ?? null })}\n`);
      return;
    }
    services.out(`Entries are kept for ${retentionDays} days.\n`);
    if (gaps.length === 0) services.out('No gaps are known.\n');
    else
      services.out(
        printTable(
          ['TIME', 'WHAT'],
          gaps.map(({ time, warnings }) => [time, warnings.join(' ')]),
        ),
      );
  },
};

/** Commands on the provisioning log. */
export const LOG_COMMANDS: readonly Command[] = [list, show, prune, status];

function logOf({ log }: CommandServices): ScimLog {
  if (!log) throw new ScimLogError('This command line has no access to the provisioning log.');
  return log;
}

/** Null: requests of no tenant. */
function tenantOf(options: CommandOptions): string | null {
  const id = options.text('tenant');
  if (options.given('no-tenant') === (id !== undefined)) {
    throw new UsageError('Give either --tenant T or --no-tenant.');
  }
  return id ?? null;
}

async function queryOf(options: CommandOptions, { tokens }: CommandServices): Promise<LogQuery> {
  const tenantId = tenantOf(options);
  const [resourceType, resourceId] = (options.text('resource') ?? '').split('/');
  return {
    tenantId,
    connectionId: await connectionOf(options, tenantId, tokens),
    resourceType: resourceType === '' ? undefined : resourceType,
    resourceId: resourceId === '' ? undefined : resourceId,
    requestId: options.text('request'),
    status: options.given('failed') ? ['4xx', '5xx'] : (options.text('status') as StatusClass | undefined),
    since: timeOf('since', options.text('since')),
    until: timeOf('until', options.text('until')),
    limit: options.number('limit'),
    after: options.text('after'),
  };
}

async function connectionOf(
  options: CommandOptions,
  tenantId: string | null,
  tokens: CommandServices['tokens'],
): Promise<string | undefined> {
  const name = options.text('connection');
  if (name === undefined) return undefined;
  if (tenantId === null) throw new UsageError('--connection goes with --tenant.');
  const connection = (await tokens.connections(tenantId)).find((one) => one.name === name.trim());
  if (!connection) throw new ScimLogError('The tenant has no connection of this name.');
  return connection.id;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time, or how long ago: `30m`, `24h`, `7d`. */
function timeOf(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const moment = unit ? Date.now() - Number(number) * UNITS[unit]! : Date.parse(text);
  if (Number.isNaN(moment))
    throw new UsageError(`--${option} is a time such as 2026-11-27T08:00:00Z or 24h.`);
  return new Date(moment);
}

const HEADER = ['TIME', 'STATUS', 'REQUEST', 'RESOURCE', 'WHAT', 'ENTRY'];

function row(entry: LoggedRequest): string[] {
  const { id, time, status: code, method, endpoint, resourceType = '', resourceId = '' } = entry;
  const request = entry.operation === undefined ? method : `  ${method} (Bulk ${entry.operation})`;
  return [
    time,
    code === 0 ? '-' : String(code),
    `${request} ${endpoint}`.trimEnd(),
    resourceId === '' ? resourceType : `${resourceType}/${resourceId}`,
    summaryOf(entry),
    id,
  ];
}

/** The one thing to know of an entry in a list. */
function summaryOf({
  token,
  scimType,
  detail,
  warnings,
  changes,
  members,
  found,
  status: code,
}: LoggedRequest): string {
  if (token) return `token ${token}`;
  if (code >= 400) return cut(`${scimType ? `${scimType}: ` : ''}${detail ?? ''}`);
  if (warnings[0]) return cut(warnings[0]);
  if (changes) return cut(changes.map(({ path }) => path).join(', '));
  if (members) return `members +${members.added} -${members.removed}`;
  return found === undefined ? '' : `${found} found`;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function described(entry: LoggedRequest): string {
  const { changes = [], tolerances = [], warnings, remedy, members, ...rest } = entry;
  const { ignored: _ignored, missing: _missing, ...plain } = rest;
  const lines = Object.entries(plain)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  for (const { path, before, after } of changes) {
    const values =
      before === undefined && after === undefined ? '' : `: ${before ?? 'none'} → ${after ?? 'none'}`;
    lines.push(['changed', path + values]);
  }
  if (members) {
    const replaced = members.replacedBy === undefined ? '' : `, replaced by ${members.replacedBy}`;
    lines.push(['members', `${members.added} added, ${members.removed} removed${replaced}`]);
  }
  if (tolerances.length > 0) lines.push(['forgiven', tolerances.join(', ')]);
  for (const warning of warnings) lines.push(['warning', warning]);
  if (remedy !== undefined) lines.push(['remedy', remedy]);
  const width = Math.max(...lines.map(([name = '']) => name.length));
  return lines.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}\n`).join('');
}
