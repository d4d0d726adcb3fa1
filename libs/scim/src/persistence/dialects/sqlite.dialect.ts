import type { DataSource } from 'typeorm';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import { parseDateTime } from '../../protocol/text/date-time.js';
import type { DatabaseFault } from './database-fault.js';
import type { Dialect, JsonPlace, ParameterType } from './dialect.js';
import { indexWalk } from './index-walk.js';

type TextFunction = (text: string | null) => string | number | null;

/** The connection objects of better-sqlite3 and of sql.js, as far as they are needed. */
interface SqliteConnection {
  function?(name: string, options: { deterministic: boolean }, implementation: TextFunction): void;
  create_function?(name: string, implementation: TextFunction): void;
}

const FUNCTIONS: Readonly<Record<string, TextFunction>> = {
  // Called with one character in front: sql.js takes a leading U+FEFF for a byte order mark and drops it.
  scim_comparison_key: (text) => (text === null ? null : comparisonKey(String(text).slice(1))),
  scim_instant: (text) => (text === null ? null : (parseDateTime(String(text)) ?? null)),
};

/** SQLite 3.38 and later, through sql.js or better-sqlite3. */
export class SqliteDialect implements Dialect {
  readonly name = 'sqlite';
  // One writer at a time: there is nothing to lock.
  readonly forUpdate = '';
  readonly forDelete = '';
  readonly skipLocked = '';
  readonly returns = true;
  readonly filteredDocument = 'document';
  readonly forReference = '';

  prepare(dataSource: DataSource): void {
    const { databaseConnection } = dataSource.driver as unknown as { databaseConnection: SqliteConnection };
    for (const [name, implementation] of Object.entries(FUNCTIONS)) {
      if (databaseConnection.create_function) databaseConnection.create_function(name, implementation);
      else databaseConnection.function?.(name, { deterministic: true }, implementation);
    }
  }

  bind(value: unknown): unknown {
    return typeof value === 'boolean' ? Number(value) : value;
  }

  fault(error: unknown): DatabaseFault | undefined {
    const { message = '', code } = (error ?? {}) as { message?: string; code?: unknown };
    const unique = /UNIQUE constraint failed: ([\w., ]+)/.exec(message);
    if (unique) return { kind: 'unique', names: unique[1]!.split(', ') };
    // SQLite has one text for both directions of a foreign key; whoever asks knows which one it can be.
    if (/FOREIGN KEY constraint failed/.test(message)) return { kind: 'referenced' };
    if (code === 'SQLITE_BUSY' || /database (table )?is locked/.test(message)) return { kind: 'retry' };
    if (/disk is full|readonly database|unable to open database/.test(message))
      return { kind: 'unavailable' };
    return undefined;
  }

  typed(placeholder: string, _type: ParameterType): string {
    return placeholder;
  }
  isOneOf(column: string, listPlaceholder: string): string {
    return `${column} in (select value from json_each(${listPlaceholder}))`;
  }
  hasKey(tenantPlaceholder: string, listPlaceholder: string): string {
    return `tenant_id = ${tenantPlaceholder} and ${this.isOneOf('id', listPlaceholder)}`;
  }
  list(texts: readonly string[]): unknown {
    return JSON.stringify(texts);
  }
  rows(placeholder: string, columns: readonly string[], alias: string): string {
    const members = columns.map((column) => {
      const name = column.split(' ')[0]!;
      return `json_extract(value, '$.${name}') as ${name}`;
    });
    return `(select ${members.join(', ')} from json_each(${placeholder})) as ${alias}`;
  }

  orSkip(_table: string): string {
    return ' on conflict do nothing';
  }
  order(expression: string, descending: boolean, _certain: boolean): string {
    return `${expression} ${descending ? 'desc nulls first' : 'asc nulls last'}`;
  }

  documentText(column: string): string {
    return column;
  }
  jsonText({ root, keys }: JsonPlace): string {
    return keys.length === 0 ? root : `json_extract(${root}, ${path(keys)})`;
  }
  jsonKey(place: JsonPlace): string {
    return this.comparisonKey(this.jsonText(place));
  }
  jsonInstant(place: JsonPlace): string {
    return this.instant(this.jsonText(place));
  }
  jsonNumber(place: JsonPlace): string {
    return this.jsonText(place);
  }
  jsonBoolean(place: JsonPlace): string {
    return this.jsonText(place);
  }
  jsonElements({ root, keys }: JsonPlace, alias: string, complex: boolean): string {
    const kind = complex ? `= 'object'` : `<> 'null'`;
    return `(select value, key as position from json_each(${root}, ${path(keys)}) where type ${kind}) as ${alias}`;
  }
  withoutExtensionMember(document: string, keys: readonly [string, string]): string {
    const extension = path([keys[0]]);
    const without = `json_remove(${document}, ${path(keys)})`;
    const urns = `(select json_group_array(value) from json_each(${document}, '$.schemas') where value <> ${literal(keys[0])})`;
    return `case when json_extract(${without}, ${extension}) = '{}'
      then json_set(json_remove(${document}, ${extension}), '$.schemas', json(${urns})) else ${without} end`;
  }

  portable(value: string): string {
    return value;
  }
  codePoints(text: string): string {
    return text;
  }
  contains(text: string, part: string): string {
    return `instr(${text}, ${part}) > 0`;
  }
  startsWith(text: string, part: string): string {
    return `substr(${text}, 1, length(${part})) = ${part}`;
  }
  endsWith(text: string, part: string): string {
    return `(length(${text}) >= length(${part}) and substr(${text}, length(${text}) - length(${part}) + 1) = ${part})`;
  }
  comparisonKey(text: string): string {
    return `scim_comparison_key('=' || ${text})`;
  }
  instant(text: string): string {
    return `scim_instant(${text})`;
  }
  lookUp(table: string, alias: string, condition: string): string {
    return `join ${table} ${alias} on ${condition}`;
  }
  byIndex(name: string): string {
    return ` indexed by ${name}`;
  }
  readonly walk = indexWalk;

  now(milliseconds: string): string {
    return `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (${milliseconds} / 1000.0) || ' seconds')`;
  }
}

/** Keys as a literal JSON path. */
function path(keys: readonly string[]): string {
  if (keys.some((key) => key.includes('"')))
    throw new Error('An attribute name cannot contain a quotation mark.');
  return literal(`$${keys.map((key) => `."${key}"`).join('')}`);
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
