import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect } from '../dialects/dialect.js';
import { Kept } from '../dialects/kept.js';
import { WALKING } from '../dialects/postgres.dialect.js';
import type { Statement } from '../dialects/statement.js';
import type { DatabaseDriver, Result } from './database-driver.js';
import { PreparedQuery, wireValues } from './prepared-query.js';

/** Elements of a list up to which a plan for any list is good. */
const LONGEST_LIST = 100;

const PREPARED_NAMES = new Kept<string>();

/** node-postgres on the pool of TypeORM, with named prepared statements. */
export class PostgresDriver implements DatabaseDriver {
  readonly serial = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly dialect: Dialect,
    private readonly naming: boolean,
  ) {}

  get connections(): number {
    return this.pool.options.max;
  }

  alone<R>(statement: Statement): Promise<Result<R>> {
    const sendable = this.sendable(statement);
    // The pool's own query would close the connection after every error, a refused value among them.
    return new Promise((resolve, reject) => {
      // By callbacks: a promise for a connection keeps what was read on it until the next full collection of garbage.
      this.pool.connect((failure, client, release) => {
        if (!client) return reject(failure!);
        const ended: Ended<R> = (error, result) => {
          release(error && !this.isRefusal(error) ? error : undefined);
          if (error) reject(error);
          else resolve(result!);
        };
        try {
          submit<R>(client, sendable, ended);
        } catch (error) {
          // Out of here it would reach nobody.
          ended(error as Error);
        }
      });
    });
  }

  limited<R>(statement: Statement, milliseconds: number): Promise<Result<R>> {
    return this.readOnly(statement, `set local statement_timeout = ${milliseconds}`);
  }

  walked<R>(statement: Statement, milliseconds: number): Promise<Result<R>> {
    const settings = [`statement_timeout = ${milliseconds}`, ...WALKING.map((name) => `${name} = off`)];
    return this.readOnly(statement, settings.map((setting) => `set local ${setting}`).join('; '));
  }

  private async readOnly<R>(statement: Statement, settings: string): Promise<Result<R>> {
    const client = await this.pool.connect();
    try {
      await client.query(`begin read only; ${settings}`);
      const result = await this.send<R>(client, statement);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      await client.query('rollback').then(
        () => client.release(),
        (broken: Error) => client.release(broken),
      );
      throw error;
    }
  }

  begin(runner: QueryRunner): Promise<void> {
    return runner.startTransaction();
  }

  async within<R>(runner: QueryRunner, statement: Statement): Promise<Result<R>> {
    return this.send((await runner.connect()) as PoolClient, statement);
  }

  /** The server has refused the statement, and the connection is as good as before. */
  private isRefusal(error: unknown): boolean {
    const { code } = error as { code?: unknown };
    return typeof code === 'string' && this.dialect.fault(error)?.kind !== 'unavailable';
  }

  /** Read at each call: the pool is another one after the DataSource was closed and opened again. */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  private send<R>(client: PoolClient, statement: Statement): Promise<Result<R>> {
    const sendable = this.sendable(statement);
    return new Promise((resolve, reject) => {
      submit<R>(client, sendable, (error, result) => (error ? reject(error) : resolve(result!)));
    });
  }

  /** Told to the host's logger where the statement comes from, and not where a connection becomes free. */
  private sendable({ text, values: given, prepare }: Statement): Sendable {
    const values = [...given];
    this.dataSource.logger.logQuery(text, values);
    const named = this.naming && prepare && !values.some(isLong);
    return named ? { name: preparedName(text), text, values, wire: wireValues(values) } : { text, values };
  }
}

/** A statement as a client takes it. */
interface Sendable {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
  /** The values as texts, where they can be that. */
  readonly wire?: readonly (string | null)[];
}

type Ended<R> = (error: Error | null, result?: Result<R>) => void;

function submit<R>(client: PoolClient, { name, text, values, wire }: Sendable, ended: Ended<R>): void {
  if (name !== undefined && wire && PreparedQuery.suits(client)) {
    client.query(new PreparedQuery<R>(client, { name, text, values: wire }, ended));
    return;
  }
  client.query({ name, text, values }, (error: Error | null, result) => {
    if (error) ended(error);
    else ended(null, { rows: result.rows as R[], count: result.rowCount ?? 0 });
  });
}

/**
 * A list so long is planned for by itself. The plan that a prepared statement keeps for any list compares each row with
 * each of its elements: minutes instead of milliseconds for a group of 100,000 members.
 */
function isLong(value: unknown): boolean {
  return Array.isArray(value) && value.length > LONGEST_LIST;
}

/** A name that depends on the text alone, so that every pool and process may meet on one server connection. */
function preparedName(text: string): string {
  return PREPARED_NAMES.get(
    text,
    () => `scim_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`,
  );
}
