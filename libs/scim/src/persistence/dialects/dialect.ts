import type { DataSource } from 'typeorm';
import type { DatabaseFault } from './database-fault.js';

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
  readonly name: 'postgres' | 'sqlite';

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
  /** A list of texts as one parameter value: no limit on its length. */
  list(texts: readonly string[]): unknown;
  /**
   * Something to select from: one row for each object in a parameter that holds a JSON array of objects;
   * columns as `name type`, type text or integer.
   */
  rows(placeholder: string, columns: readonly string[], alias: string): string;

  /** Text of a JSON column, fit to be spliced. */
  documentText(column: string): string;
  /** Scalar at that place as text; null when missing. */
  jsonText(place: JsonPlace): string;
  jsonNumber(place: JsonPlace): string;
  jsonBoolean(place: JsonPlace): string;
  /** Something to select from: the elements of a list as rows `(value, position)`; none when it is missing. */
  jsonElements(place: JsonPlace, alias: string, complex: boolean): string;
  /**
   * The document without a member `keys` of an extension; when nothing else is left of the extension, without the
   * extension and its URN in `schemas`. `keys` is `[URN, attribute]`.
   */
  withoutExtensionMember(document: string, keys: readonly [string, string]): string;

  /** A value in a form that loses nothing on its way out and back in as a parameter of that type. */
  portable(value: string): string;
  /** Text in code point order and compared byte by byte. */
  codePoints(text: string): string;
  contains(text: string, part: string): string;
  startsWith(text: string, part: string): string;
  endsWith(text: string, part: string): string;
  /** SQL twin of `comparisonKey`. */
  comparisonKey(text: string): string;
  /** SQL twin of `parseDateTime`: milliseconds since 1970. */
  instant(text: string): string;

  /**
   * Statement by which transactions that name the same text wait for each other until they end: `alone` for every
   * other, else for those that are alone. Missing where writers queue anyway.
   */
  turnSql?(placeholder: string, alone: boolean): string;

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
