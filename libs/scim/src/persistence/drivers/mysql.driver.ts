import type { PoolConnection, QueryOptions, ResultSetHeader } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import { isMariaDb, textCollation } from '../entities/column-types.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Statement } from '../dialects/statement.js';
import type { DatabaseDriver, Result } from './database-driver.js';
import { toMysql } from './mysql-text.js';

/** Whatever the host set for its own statements: rows are objects, values are as the server sends them. */
const ROWS: Partial<QueryOptions> = { rowsAsArray: false, nestTables: false, typeCast: true };

const DEFAULT_CONNECTIONS = 10;

/**
 * mysql2 on the pool of TypeORM. Every statement with values is prepared by the server, so that no value is ever
 * written into a text; what runs often stays prepared, the rest is forgotten at once.
 */
export class MysqlDriver implements DatabaseDriver {
  readonly serial = false;
  private readonly textsOfList: string;
  private readonly mariaDb: boolean;

  constructor(
    private readonly dataSource: DataSource,
    private readonly dialect: Dialect,
    private readonly keeping: boolean,
  ) {
    this.mariaDb = isMariaDb(dataSource);
    // A derived table is made once and has an index; JSON_TABLE itself would be read again for every row.
    const column = `t varchar(512) character set utf8mb4 collate ${textCollation(dataSource)} path '$'`;
    this.textsOfList = `select chosen.t from (select distinct texts.t from json_table(?, '$[*]' columns (${column})) as texts) as chosen`;
  }

  get connections(): number {
    const { pool } = this.dataSource.driver as unknown as {
      pool?: { config?: { connectionLimit?: number } };
    };
    return pool?.config?.connectionLimit ?? DEFAULT_CONNECTIONS;
  }

  async alone<R>(statement: Statement): Promise<Result<R>> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      return await this.within(runner, statement);
    } finally {
      await runner.release();
    }
  }

  limited<R>({ text, ...rest }: Statement, milliseconds: number): Promise<Result<R>> {
    const limited = this.mariaDb
      ? `set statement max_statement_time = ${milliseconds / 1000} for ${text}`
      : text.replace(/^\s*select\b/, `select /*+ max_execution_time(${milliseconds}) */`);
    return this.alone({ text: limited, ...rest });
  }

  walked<R>(statement: Statement, milliseconds: number): Promise<Result<R>> {
    return this.limited(statement, milliseconds);
  }

  begin(runner: QueryRunner): Promise<void> {
    // As PostgreSQL does by default. "Repeatable read" would lock the gaps between rows and read an old state.
    return runner.startTransaction('READ COMMITTED');
  }

  async within<R>(runner: QueryRunner, statement: Statement): Promise<Result<R>> {
    const connection = (await runner.connect()) as PoolConnection;
    const { text, values } = toMysql(statement.text, statement.values, this.textsOfList, (value) =>
      this.dialect.bind(value),
    );
    this.dataSource.logger.logQuery(text, values);
    const options: QueryOptions = { ...ROWS, sql: text };
    // Savepoints cannot be prepared.
    let result: unknown;
    try {
      result = await new Promise<unknown>((resolve, reject) => {
        const done = (error: Error | null, found: unknown): void => (error ? reject(error) : resolve(found));
        if (values.length === 0) connection.query(options, done);
        else connection.execute({ ...options, values: values as never[] }, done);
      });
    } finally {
      if (values.length > 0 && !(this.keeping && statement.prepare)) forget(connection, options);
    }
    if (Array.isArray(result)) return { rows: result as R[], count: 0 };
    return { rows: [], count: (result as ResultSetHeader).affectedRows };
  }
}

/** Statements that are sent once would fill the server's limit for prepared ones. */
function forget(connection: PoolConnection, options: QueryOptions): void {
  (connection as unknown as { unprepare(options: QueryOptions): void }).unprepare(options);
}
