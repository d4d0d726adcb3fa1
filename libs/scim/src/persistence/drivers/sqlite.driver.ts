import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialects/dialect.js';
import type { Statement } from '../dialects/statement.js';
import type { DatabaseDriver, Result } from './database-driver.js';

const PREPARED = new WeakSet<DataSource>();

/** SQLite through TypeORM: one connection. Nothing can stop a statement, for it runs in this very thread. */
export class SqliteDriver implements DatabaseDriver {
  readonly serial = true;
  readonly connections = 1;

  constructor(
    private readonly dataSource: DataSource,
    private readonly dialect: Dialect,
  ) {}

  alone<R>(statement: Statement): Promise<Result<R>> {
    return this.within(this.dataSource.createQueryRunner(), statement);
  }

  limited<R>(statement: Statement): Promise<Result<R>> {
    return this.alone(statement);
  }

  walked<R>(statement: Statement): Promise<Result<R>> {
    return this.alone(statement);
  }

  begin(runner: QueryRunner): Promise<void> {
    return runner.startTransaction();
  }

  async within<R>(runner: QueryRunner, { text, values }: Statement): Promise<Result<R>> {
    if (!PREPARED.has(this.dataSource)) {
      this.dialect.prepare(this.dataSource);
      PREPARED.add(this.dataSource);
    }
    const ordered: unknown[] = [];
    // Both drivers of SQLite bind lists of values to plain question marks only.
    const plain = text.replace(/\$(\d+)/g, (_, number: string) => {
      ordered.push(this.dialect.bind(values[Number(number) - 1]));
      return '?';
    });
    const result = await runner.query(plain, ordered, true);
    return { rows: result.records as R[], count: result.affected ?? 0 };
  }
}
