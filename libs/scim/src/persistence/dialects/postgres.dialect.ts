import type { DataSource } from 'typeorm';
import type { DatabaseFault } from './database-fault.js';
import { together, UNTOUCHED } from './write-together.js';
import type { Statement, Write } from './statement.js';
import type { Dialect, JsonPlace, ParameterType } from './dialect.js';

const TYPES: Readonly<Record<ParameterType, string>> = {
  text: 'text',
  number: 'numeric',
  boolean: 'boolean',
  instant: 'bigint',
};

const RETRY = new Set(['40001', '40P01']);
const VALUE = new Set(['22001', '22003', '22021', '22P02', '22P05', '54000']);
/** Read-only, shutting down, starting up, lock not available; and whole classes below. */
const UNAVAILABLE = new Set(['25006', '57P01', '57P02', '57P03', '55P03']);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  'EAI_AGAIN',
  'ENOENT',
]);
/**
 * What is off for a walk: ways that look at all rows where an index would find the first ones at once; and compiling,
 * which takes half a second, for where one of these ways is the only one the costs seem huge.
 */
export const WALKING = ['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'jit'];
const CONNECTION_TEXT =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

/** PostgreSQL 14 and later, through node-postgres. */
export class PostgresDialect implements Dialect {
  readonly name = 'postgres';
  // Weaker than "for update", so that rows which merely refer to this one do not wait.
  readonly forUpdate = ' for no key update';
  readonly forDelete = ' for update';
  readonly skipLocked = ' for update skip locked';
  readonly returns = true;
  readonly filteredDocument = 'document';
  readonly forReference = ' for key share';

  /** Functions of ours live in the schema of the tables. */
  private readonly prefix: string;

  constructor(schema: string | undefined) {
    this.prefix = schema ? `"${schema}".` : '';
  }

  prepare(_dataSource: DataSource): void {}

  turnSql(placeholder: string, alone: boolean): string {
    return `select pg_advisory_xact_lock${alone ? '' : '_shared'}(hashtextextended(${placeholder}::text, 0))`;
  }

  bind(value: unknown): unknown {
    return value;
  }

  fault(error: unknown): DatabaseFault | undefined {
    const { code, constraint, message } = error as { code?: unknown; constraint?: string; message?: string };
    if (typeof message === 'string' && CONNECTION_TEXT.test(message)) return { kind: 'unavailable' };
    if (typeof code !== 'string') return undefined;
    if (code === '23505') return { kind: 'unique', names: constraint ? [constraint] : [] };
    // The same code stands for a reference to what is not there.
    if (code === '23503' && message?.startsWith('update or delete ')) return { kind: 'referenced' };
    if (RETRY.has(code)) return { kind: 'retry' };
    if (code === '57014') return { kind: 'timeout' };
    if (code === '22P02' && message?.includes(UNTOUCHED)) return { kind: 'untouched' };
    if (VALUE.has(code)) return { kind: 'value' };
    const away = UNAVAILABLE.has(code) || NETWORK.has(code) || code.startsWith('08') || code.startsWith('53');
    return away ? { kind: 'unavailable' } : undefined;
  }

  typed(placeholder: string, type: ParameterType): string {
    return `${placeholder}::${TYPES[type]}`;
  }
  isOneOf(column: string, listPlaceholder: string): string {
    return `${column} = any(${listPlaceholder}::text[])`;
  }
  hasKey(tenantPlaceholder: string, listPlaceholder: string): string {
    // A tenant that the statistics do not know seems to have one row, so any index that begins with it would do.
    // "offset 0" hides from the planner that the tenant is the same one for all.
    return `(tenant_id, id) in (select ${tenantPlaceholder}::text, chosen.id
      from unnest(${listPlaceholder}::text[]) as chosen(id) offset 0)`;
  }
  list(texts: readonly string[]): unknown {
    return texts;
  }
  rows(placeholder: string, columns: readonly string[], alias: string): string {
    const typed = columns.map((column) => column.replace(/ longtext$/, ' text'));
    return `jsonb_to_recordset(${placeholder}::jsonb) as ${alias}(${typed.join(', ')})`;
  }

  rowsOf(table: string, placeholder: string): string {
    return `jsonb_populate_recordset(null::${table}, ${placeholder}::jsonb)`;
  }
  together(writes: readonly Write[]): Statement {
    return together(writes);
  }
  orSkip(_table: string): string {
    return ' on conflict do nothing';
  }
  order(expression: string, descending: boolean, _certain: boolean): string {
    return `${expression} ${descending ? 'desc nulls first' : 'asc nulls last'}`;
  }

  documentText(column: string): string {
    return `${column}::text`;
  }
  jsonText({ root, keys }: JsonPlace): string {
    return `(${root} #>> ${path(keys)})`;
  }
  jsonKey(place: JsonPlace): string {
    return this.comparisonKey(this.jsonText(place));
  }
  jsonInstant(place: JsonPlace): string {
    return this.instant(this.jsonText(place));
  }
  jsonNumber(place: JsonPlace): string {
    const value = this.json(place);
    return `(case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::numeric end)`;
  }
  jsonBoolean(place: JsonPlace): string {
    const value = this.json(place);
    return `(case when jsonb_typeof(${value}) = 'boolean' then ${value} = 'true'::jsonb end)`;
  }
  jsonElements(place: JsonPlace, alias: string, _complex: boolean): string {
    const list = this.json(place);
    // A function in "from" does not see that a guard in "where" would hold it back, so the guard is its argument.
    const guarded = `case when jsonb_typeof(${list}) = 'array' then ${list} else '[]'::jsonb end`;
    return `jsonb_array_elements(${guarded}) with ordinality as ${alias}(value, position)`;
  }
  withoutExtensionMember(document: string, [urn, member]: readonly [string, string]): string {
    const key = literal(urn);
    return `case when (${document} -> ${key}) - ${literal(member)} = '{}'::jsonb
      then (${document} - ${key}) || jsonb_build_object('schemas', (${document} -> 'schemas') - ${key})
      else ${document} #- ${path([urn, member])} end`;
  }

  portable(value: string): string {
    // As a number a numeric would be rounded.
    return `(${value})::text`;
  }
  codePoints(text: string): string {
    return `${text} collate "C"`;
  }
  contains(text: string, part: string): string {
    return `strpos(${text}, ${part}) > 0`;
  }
  startsWith(text: string, part: string): string {
    return `starts_with(${this.codePoints(text)}, ${part})`;
  }
  endsWith(text: string, part: string): string {
    return `right(${text}, length(${part})) = ${part}`;
  }
  comparisonKey(text: string): string {
    return `${this.prefix}scim_comparison_key(${text})`;
  }
  instant(text: string): string {
    return `${this.prefix}scim_instant(${text})`;
  }

  lookUp(table: string, alias: string, condition: string, columns: readonly string[]): string {
    // With "offset 0" the planner cannot turn it round.
    const looked = columns.map((column) => `${alias}.${column}`).join(', ');
    return `cross join lateral (select ${looked} from ${table} ${alias} where ${condition} offset 0) ${alias}`;
  }
  byIndex(_name: string): string {
    return '';
  }
  walk(
    columns: readonly string[],
    start: 'at' | 'behind' | 'last',
    values: readonly string[],
    more: readonly string[],
  ): string {
    const operator = { at: '>=', behind: '>', last: '<=' }[start];
    const order = [...columns, ...more].map((column) => column + (start === 'last' ? ' desc' : ''));
    return `(${columns.join(', ')}) ${operator} (${values.join(', ')}) order by ${order.join(', ')}`;
  }
  walkingSql(milliseconds: string): string {
    const off = WALKING.map((name) => `, set_config('${name}', 'off', true)`).join('');
    return `select set_config('statement_timeout', ${milliseconds}::text, true)${off}`;
  }

  now(milliseconds: string): string {
    // Not clock_timestamp(): what changes within a statement cannot be compared by an index.
    const moment = `(statement_timestamp() + ${milliseconds} * interval '1 millisecond') at time zone 'UTC'`;
    return `to_char(${moment}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  }

  private json({ root, keys }: JsonPlace): string {
    return keys.length === 0 ? root : `(${root} #> ${path(keys)})`;
  }
}

/** Keys as a literal of type text[]. */
function path(keys: readonly string[]): string {
  const elements = keys.map((key) => `"${key.replace(/["\\]/g, '\\$&')}"`);
  return literal(`{${elements.join(',')}}`);
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
