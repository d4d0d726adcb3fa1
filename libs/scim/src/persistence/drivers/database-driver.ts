import type { QueryRunner } from 'typeorm';
import type { Statement } from '../dialects/statement.js';

/** What a statement gave. */
export interface Result<R> {
  /** Rows that a select or a `returning` clause gives; empty for all other statements. */
  readonly rows: R[];
  /** Rows that an insert, update or delete touched. */
  readonly count: number;
}

/** How statements reach a database: the part of TypeORM's driver that the stores go around, or not. */
export interface DatabaseDriver {
  /** There is one connection, on which calls have to queue. */
  readonly serial: boolean;
  /** Connections of the pool. */
  readonly connections: number;

  /** A statement on its own; a write commits at once. */
  alone<R>(statement: Statement): Promise<Result<R>>;
  /** A read on its own that is stopped after so many milliseconds, where the database can do that. */
  limited<R>(statement: Statement, milliseconds: number): Promise<Result<R>>;
  /** The same; it takes indexes in their order, whatever the database believes of the tables. */
  walked<R>(statement: Statement, milliseconds: number): Promise<Result<R>>;
  /** Begins a transaction in which a statement sees whatever was committed before the statement. */
  begin(runner: QueryRunner): Promise<void>;
  /** A statement on the connection of the runner. */
  within<R>(runner: QueryRunner, statement: Statement): Promise<Result<R>>;
}
