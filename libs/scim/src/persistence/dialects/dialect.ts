import type { DataSource } from 'typeorm';
import type { DatabaseFault } from './database-fault.js';
import type { Statement, Write } from './statement.js';

/** A place in a JSON value: SQL of the value and the keys that lead on from it. */
export interface JsonPlace {
  readonly root: string;
  readonly keys: readonly string[];
}

/** Types of parameters, for databases that want them said. */
export type ParameterType = 'text' | 'number' | 'boolean' | 'instant';

/**
 * Everything in which one database differs from another. Methods give fragments of SQL; their arguments are SQL
 * too (columns, placeholders), except keys and names, which come from the compiled schema only.
 */
export interface Dialect {
  readonly name: 'postgres' | 'sqlite' | 'mysql';

  /** Called once for each DataSource before the first statement. */
  prepare(dataSource: DataSource): void;
  /** A parameter value as the driver takes it. */
  bind(value: unknown): unknown;
  /** What an error of the driver means. */
  fault(error: unknown): DatabaseFault | undefined;

  /** A placeholder with its type. */
  typed(placeholder: string, type: ParameterType): string;
  /** `column` is one of the texts in the list parameter (see `list`). */
  isOneOf(column: string, listPlaceholder: string): string;
  /**
   * The row's key is that tenant and one of the texts in the list parameter (see `list`). Never found by another index
   * than that of the key, whatever the database believes of the table.
   */
  hasKey(tenantPlaceholder: string, listPlaceholder: string): string;
  /** A list of texts as one parameter value: no limit on its length. */
  list(texts: readonly string[]): unknown;
  /**
   * Something to select from: one row for each object in a parameter that holds a JSON array of objects;
   * columns as `name type`, type text (512 characters at most), longtext or integer.
   */
  rows(placeholder: string, columns: readonly string[], alias: string): string;

  /**
   * Something to select from: rows of the table itself, from a parameter that holds a JSON array of objects with its
   * columns; what is missing or null is null. Missing where there is none.
   */
  rowsOf?(table: string, placeholder: string): string;

  /** Whether insert, update and delete can end in `returning`. */
  readonly returns: boolean;
  /**
   * What follows an `insert` that shall leave out rows which are there already. `table` is the quoted name; it has a
   * column `tenant_id`. On MySQL the number of rows touched says nothing then.
   */
  orSkip(table: string): string;
  /**
   * One statement for all these writes, each to another table; they do not see each other. It fails as `untouched`, and
   * writes nothing, when one that must touch a row touches none. Missing where a statement can write to one table only.
   */
  together?(writes: readonly Write[]): Statement;
  /** `order by` that counts missing as greater than every value; `certain`: never missing. */
  order(expression: string, descending: boolean, certain: boolean): string;

  /** Column of resource tables that filters and sorting read: the document, or a copy with comparable values. */
  readonly filteredDocument: 'document' | 'comparable';
  /** Text of a JSON column, fit to be spliced. */
  documentText(column: string): string;
  /** Scalar at that place as text; null when missing. */
  jsonText(place: JsonPlace): string;
  /** Comparison key of the text at that place of the filtered document. */
  jsonKey(place: JsonPlace): string;
  /** Milliseconds since 1970 of the xsd:dateTime at that place of the filtered document. */
  jsonInstant(place: JsonPlace): string;
  jsonNumber(place: JsonPlace): string;
  jsonBoolean(place: JsonPlace): string;
  /** Something to select from: the elements of a list as rows `(value, position)`; none when it is missing. */
  jsonElements(place: JsonPlace, alias: string, complex: boolean): string;
  /**
   * The document without a member `keys` of an extension; when nothing else is left of the extension, without the
   * extension and its URN in `schemas`. `keys` is `[URN, attribute]`. Missing where documents are changed one by one.
   */
  withoutExtensionMember?(document: string, keys: readonly [string, string]): string;

  /** A value in a form that loses nothing on its way out and back in as a parameter of that type. */
  portable(value: string): string;
  /** Text in code point order and compared byte by byte. */
  codePoints(text: string): string;
  contains(text: string, part: string): string;
  startsWith(text: string, part: string): string;
  endsWith(text: string, part: string): string;
  /** SQL twin of `comparisonKey`; missing where there is none. */
  comparisonKey?(text: string): string;
  /** SQL twin of `parseDateTime`: milliseconds since 1970; missing where there is none. */
  instant?(text: string): string;

  /**
   * Statement by which transactions that name the same text wait for each other until they end: `alone` for every
   * other, else for those that are alone. Missing where writers queue anyway.
   */
  turnSql?(placeholder: string, alone: boolean): string;
  /** Statement that makes the row which `turnSql` found missing; only where a turn is a lock on a row. */
  turnRowSql?(placeholder: string): string;

  /**
   * The end of a `where`, with its `order by`: rows to which an index on `columns`, followed by `more`, leads at those
   * values, behind them, or from the last one of them backwards. On PostgreSQL whatever follows in the index is meant
   * too, and no other index can serve it, whatever the database believes of the table: so add a limit, and leave out
   * what differs in columns that shall not.
   */
  walk(
    columns: readonly string[],
    start: 'at' | 'behind' | 'last',
    values: readonly string[],
    more: readonly string[],
  ): string;
  /**
   * A join that looks the rows of `table` up for each row so far, by the index on what `condition` compares. PostgreSQL
   * would rather read all rows of a tenant where it takes tenants to be small. `columns` are those of the alias.
   */
  lookUp(table: string, alias: string, condition: string, columns: readonly string[]): string;
  /** Suffix of a table (behind its alias) whose rows the index of that name shall give; empty where nothing says so. */
  byIndex(name: string): string;
  /**
   * Statement by which those that follow in the transaction take indexes in their order, whatever the database
   * believes of the tables, and are stopped after so many milliseconds each; missing where there is none.
   */
  walkingSql?(milliseconds: string): string;

  /** Suffix of a select whose rows will be updated. */
  readonly forUpdate: string;
  /** Suffix of a select whose rows will be deleted. */
  readonly forDelete: string;
  /**
   * The database's own clock, so many milliseconds from now, as RFC 3339 text in UTC with milliseconds. Where several
   * processes compare times, theirs may differ.
   */
  now(milliseconds: string): string;

  /** Suffix of a select for rows that nobody else has locked; they are locked until the transaction ends. */
  readonly skipLocked: string;
  /** Suffix of a select whose rows must stay until the transaction ends. */
  readonly forReference: string;
}
