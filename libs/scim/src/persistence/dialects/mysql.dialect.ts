import type { DataSource } from 'typeorm';
import type { DatabaseFault } from './database-fault.js';
import type { Dialect, JsonPlace, ParameterType } from './dialect.js';
import { ListParameter } from './list-parameter.js';
import { indexWalk } from './index-walk.js';

/** Numbers of errors, the same on MySQL and MariaDB where both have them. */
const RETRY = new Set([
  1213, // deadlock; the transaction is rolled back
  1020, // record has changed since it was read (MariaDB, innodb_snapshot_isolation)
]);
/** A row of another table refers to the row. */
const REFERENCED = new Set([1451, 1217]);
const TIMEOUT = new Set([
  1205, // lock wait timeout; only the statement is rolled back
  1317, // interrupted
  1969, // max_statement_time (MariaDB)
  3024, // max_execution_time (MySQL)
]);
const VALUE = new Set([
  1153, // packet larger than max_allowed_packet
  1264, // number out of range
  1366, // character that the column cannot hold
  1406, // too long for the column
]);
const UNAVAILABLE = new Set([
  1021, // disk full
  1040, // too many connections
  1053, // shutting down
  1114, // table full
  1203, // too many connections of this user
  1226, // limit of this user
  1290, // read-only by option
  1461, // too many prepared statements
  1792, // read-only transaction
  1836, // read-only mode
  1927, // connection was killed (MariaDB)
  2006, // server has gone away
  2013, // connection lost
  4031, // disconnected for inactivity (MySQL)
]);
const NETWORK = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  'EAI_AGAIN',
  'ENOENT',
  'POOL_NONEONLINE',
]);
const CONNECTION_TEXT =
  /^(Can't add new command when connection is in closed state|Pool is closed|No connections available|Queue limit reached|Connection lost)/;
/** At the end of the message: the value in front of it is the client's. */
const KEY_NAME = /for key '(?:[^'.]*\.)?([^']+)'$/;

/** MySQL 8.0.21 and later, MariaDB 10.6 and later, through mysql2. Says only what both understand. */
export class MysqlDialect implements Dialect {
  readonly name = 'mysql';
  readonly returns = false;
  readonly filteredDocument = 'comparable';
  readonly forUpdate = ' for update';
  readonly forDelete = ' for update';
  // MariaDB does not know "for share".
  readonly forReference = ' lock in share mode';
  readonly skipLocked = ' for update skip locked';

  /** @param collation of the tables: exact, and blanks at the end count */
  constructor(private readonly collation: string) {}

  prepare(_dataSource: DataSource): void {}

  turnSql(placeholder: string, alone: boolean): string {
    return `select name from scim_turn where name = ${placeholder}${alone ? this.forUpdate : this.forReference}`;
  }
  turnRowSql(placeholder: string): string {
    return `insert into scim_turn (name) values (${placeholder}) on duplicate key update name = name`;
  }

  bind(value: unknown): unknown {
    return typeof value === 'boolean' ? Number(value) : value;
  }

  fault(error: unknown): DatabaseFault | undefined {
    const {
      errno,
      code,
      message = '',
      sqlMessage,
    } = (error ?? {}) as { errno?: unknown; code?: unknown; message?: string; sqlMessage?: string };
    if (CONNECTION_TEXT.test(message)) return { kind: 'unavailable' };
    if (typeof code === 'string' && NETWORK.has(code)) return { kind: 'unavailable' };
    if (typeof errno !== 'number') return undefined;
    if (errno === 1062) {
      const name = KEY_NAME.exec(sqlMessage ?? message)?.[1];
      return { kind: 'unique', names: name === undefined ? [] : [name] };
    }
    if (REFERENCED.has(errno)) return { kind: 'referenced' };
    if (RETRY.has(errno)) return { kind: 'retry' };
    if (TIMEOUT.has(errno)) return { kind: 'timeout' };
    if (VALUE.has(errno)) return { kind: 'value' };
    return UNAVAILABLE.has(errno) ? { kind: 'unavailable' } : undefined;
  }

  typed(placeholder: string, type: ParameterType): string {
    // Else two parameters would be compared as the connection likes.
    return type === 'text' ? this.exact(`convert(${placeholder} using utf8mb4)`) : placeholder;
  }
  isOneOf(column: string, listPlaceholder: string): string {
    return `${column} in (${listPlaceholder})`;
  }
  hasKey(tenantPlaceholder: string, listPlaceholder: string): string {
    return `tenant_id = ${tenantPlaceholder} and ${this.isOneOf('id', listPlaceholder)}`;
  }
  list(texts: readonly string[]): unknown {
    return new ListParameter(texts);
  }
  rows(placeholder: string, columns: readonly string[], alias: string): string {
    const typed = columns.map((column) => {
      const [name, type] = column.split(' ');
      const text = type === 'longtext' ? type : 'varchar(512)';
      const sqlType =
        type === 'integer' ? 'bigint' : `${text} character set utf8mb4 collate ${this.collation}`;
      return `${name} ${sqlType} path '$."${name}"'`;
    });
    return `json_table(${placeholder}, '$[*]' columns (${typed.join(', ')})) as ${alias}`;
  }

  orSkip(table: string): string {
    // Not "ignore", which would also let values through that do not fit.
    return ` on duplicate key update ${table}.tenant_id = ${table}.tenant_id`;
  }
  order(expression: string, descending: boolean, certain: boolean): string {
    const direction = descending ? ' desc' : '';
    // The rest is what an index has: missing first.
    return certain
      ? `${expression}${direction}`
      : `(${expression}) is null${direction}, ${expression}${direction}`;
  }

  documentText(column: string): string {
    return `cast(${column} as char character set utf8mb4)`;
  }
  jsonText(place: JsonPlace): string {
    return `(${this.exact(`json_unquote(${json(place)})`)})`;
  }
  jsonKey(place: JsonPlace): string {
    return this.jsonText(place);
  }
  jsonInstant(place: JsonPlace): string {
    const value = json(place);
    return `(case when json_type(${value}) in ('INTEGER', 'DOUBLE') then cast(json_unquote(${value}) as double) end)`;
  }
  jsonNumber(place: JsonPlace): string {
    return `cast(json_unquote(${json(place)}) as double)`;
  }
  jsonBoolean(place: JsonPlace): string {
    return `(json_unquote(${json(place)}) = 'true')`;
  }
  jsonElements({ root, keys }: JsonPlace, alias: string, _complex: boolean): string {
    const elements = literal(`$${members(keys)}[*]`);
    return `json_table(${root}, ${elements} columns (position for ordinality, value json path '$')) as ${alias}`;
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
    return `left(${text}, char_length(${part})) = ${part}`;
  }
  endsWith(text: string, part: string): string {
    return `right(${text}, char_length(${part})) = ${part}`;
  }

  lookUp(table: string, alias: string, condition: string): string {
    return `join ${table} ${alias} on ${condition}`;
  }
  byIndex(name: string): string {
    return ` force index (${name})`;
  }
  readonly walk = indexWalk;

  now(milliseconds: string): string {
    const moment = `utc_timestamp(3) + interval (${milliseconds} * 1000) microsecond`;
    // "%f" has six digits.
    return this.exact(`concat(left(date_format(${moment}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')`);
  }

  private exact(text: string): string {
    return `${text} collate ${this.collation}`;
  }
}

function json({ root, keys }: JsonPlace): string {
  return keys.length === 0 ? root : `json_extract(${root}, ${literal(`$${members(keys)}`)})`;
}

/** Keys as members of a JSON path. */
function members(keys: readonly string[]): string {
  if (keys.some((key) => /["\\]/.test(key)))
    throw new Error('An attribute name cannot contain a quotation mark or a backslash.');
  return keys.map((key) => `."${key}"`).join('');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
