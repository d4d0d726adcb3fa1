import type { Result } from './database-driver.js';

/** How a statement's rows are read; the server tells it once for each connection. */
interface RowShape {
  readonly names: readonly string[];
  readonly parsers: readonly ((text: string) => unknown)[];
}

const SHAPES = Symbol('scim.row.shapes');
const UNNAMED_PORTAL = '';

/** A connection of node-postgres, as far as it is used. Its types are no dependency of a host on another database. */
interface NamedConnection {
  readonly stream: { cork(): void; uncork(): void };
  /** Texts that the server has parsed, by the name of their statement. */
  readonly parsedStatements: Readonly<Record<string, string>>;
  [SHAPES]?: Map<string, RowShape>;
  parse(message: { name: string; text: string }): void;
  bind(message: { portal: string; statement: string; values: readonly (string | null)[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string }): void;
  sync(): void;
}

/** A client as node-postgres' own JavaScript implementation has it. */
interface NamedClient {
  readonly connection?: Partial<NamedConnection>;
  readonly binary?: boolean;
  readonly pipeline?: boolean;
  getTypeParser(oid: number, format: 'text'): (text: string) => unknown;
}

/** A statement that stays prepared under its name. */
interface NamedStatement {
  /** What the connection knows the text by; one name for one text. */
  readonly name: string;
  readonly text: string;
  /** As the wire takes them: see `wireValues`. */
  readonly values: readonly (string | null)[];
}

/**
 * A named statement whose rows are described once for each connection and not with each execution, which spares a third
 * of what node-postgres' own query costs in this process. Like pg-cursor it is a query class of one's own, which a client
 * takes in place of a text. When the type of a column changes, PostgreSQL refuses the statement, as it does for every
 * prepared one, so a description cannot become wrong.
 */
export class PreparedQuery<R> {
  private readonly rows: R[] = [];
  private count = 0;
  private shape: RowShape | undefined;
  private shapes: Map<string, RowShape> | undefined;
  private broken: Error | undefined;
  /** Under these names the client looks for them. */
  readonly name: string;
  readonly text: string;
  private readonly values: readonly (string | null)[];

  /** @param callback called once with what came of it; the client puts its own in place to watch a time limit */
  constructor(
    private readonly client: object,
    { name, text, values }: NamedStatement,
    public callback: (error: Error | null, result?: Result<R>) => void,
  ) {
    this.name = name;
    this.text = text;
    this.values = values;
  }

  /** Whether a client takes it: not the native one, nor one that reads binary values or sends ahead. */
  static suits(client: object): boolean {
    const { connection, binary, pipeline } = client as NamedClient;
    return connection?.parsedStatements !== undefined && !binary && !pipeline;
  }

  /** Called by the client when the connection is free. */
  submit(given: object): void {
    const connection = given as NamedConnection;
    const { name, text, values } = this;
    this.shapes = connection[SHAPES] ??= new Map();
    this.shape = this.shapes.get(name);
    const { stream, parsedStatements } = connection;
    // One packet instead of four.
    stream.cork();
    try {
      if (parsedStatements[name] === undefined) connection.parse({ name, text });
      connection.bind({ portal: UNNAMED_PORTAL, statement: name, values });
      if (!this.shape) connection.describe({ type: 'P', name: UNNAMED_PORTAL });
      connection.execute({ portal: UNNAMED_PORTAL });
      connection.sync();
    } finally {
      stream.uncork();
    }
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const types = this.client as NamedClient;
    this.shape = {
      names: fields.map(({ name }) => name),
      parsers: fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text')),
    };
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { names, parsers } = this.shape!;
    const row: Record<string, unknown> = {};
    try {
      for (let i = 0; i < names.length; i++) {
        const text = fields[i]!;
        row[names[i]!] = text === null ? null : parsers[i]!(text);
      }
    } catch (error) {
      this.broken ??= error as Error;
    }
    this.rows.push(row as R);
  }

  /** @param text for example `SELECT 1`, `INSERT 0 1` or `BEGIN` */
  handleCommandComplete({ text }: { text: string }): void {
    this.count = Number(text.slice(text.lastIndexOf(' ') + 1)) || 0;
    this.shapes!.set(this.name, this.shape ?? NO_ROWS);
  }

  handleReadyForQuery(): void {
    if (this.broken) this.callback(this.broken);
    else this.callback(null, { rows: this.rows, count: this.count });
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}

const NO_ROWS: RowShape = { names: [], parsers: [] };

/**
 * Values as texts of the wire; undefined when one is of a kind that node-postgres should write (dates, bytes, objects,
 * lists of other things than texts).
 */
export function wireValues(values: readonly unknown[]): (string | null)[] | undefined {
  const texts: (string | null)[] = [];
  for (const value of values) {
    const text = wireValue(value);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function wireValue(value: unknown): string | null | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'undefined':
      return null;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) && value.every(isText) ? arrayLiteral(value) : undefined;
    default:
      return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Elements always stand in quotes, within which a quote and a backslash are escaped. */
function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
