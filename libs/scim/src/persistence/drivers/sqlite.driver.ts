import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialects/dialect.js';
import { Kept } from '../dialects/kept.js';
import type { Statement } from '../dialects/statement.js';
import type { DatabaseDriver, Result } from './database-driver.js';

const PREPARED = new WeakSet<DataSource>();

/** SQLite through TypeORM: one connection. Nothing can stop a statement, for it runs in this very thread. */
export class SqliteDriver implements DatabaseDriver {
  readonly serial = true;
  readonly connections = 1;
  /** Of the few statements that run often. */
  private readonly texts = new Kept<Questioned>();

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

  async within<R>(runner: QueryRunner, { text, values, prepare }: Statement): Promise<Result<R>> {
    if (!PREPARED.has(this.dataSource)) {
      this.dialect.prepare(this.dataSource);
      PREPARED.add(this.dataSource);
    }
    const { plain, places } = prepare ? this.texts.get(text, () => questioned(text)) : questioned(text);
    const ordered = places.map((place) => this.dialect.bind(values[place]));
    const result = await runner.query(plain, ordered, true);
    return { rows: result.records as R[], count: result.affected ?? 0 };
  }
}

/** A statement with question marks, and the places of their values. */
interface Questioned {
  readonly plain: string;
  readonly places: readonly number[];
}

/** Both drivers of SQLite bind lists of values to plain question marks only. */
function questioned(text: string): Questioned {
  const places: number[] = [];
  const plain = text.replace(/\$(\d+)/g, (_, number: string) => {
    places.push(Number(number) - 1);
    return '?';
  });
  return { plain, places };
}
