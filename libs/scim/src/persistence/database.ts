import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient, QueryResult } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { ScimError } from '../protocol/error/scim-error.js';
import type { Dialect } from './dialects/dialect.js';
import { dialectOf } from './dialects/dialect-of.js';
import type { Statement } from './dialects/statement.js';
import { toScimError } from './database-errors.js';
import { Turnstile, TurnstileTimeout } from './turnstile.js';

/** A row as the driver gives it. */
export type Row = Record<string, unknown>;

/** Runs statements: the database itself, or one transaction of it. */
export interface Executor {
  /** Rows that a select or a `returning` clause gives. @throws ScimError for faults of data and availability */
  run<R = Row>(statement: Statement): Promise<R[]>;
}

/** What the stores need of a database: the host's own, or one open transaction of it. */
export interface StoreDatabase extends Executor {
  readonly dialect: Dialect;
  /** A read that may have to look at every resource of a tenant. @throws ScimError tooMany */
  scan<R = Row>(statement: Statement, seconds: number): Promise<R[]>;
  /** Runs `work` all or nothing. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** One open transaction. */
export interface Transaction extends Executor {
  /** For work of the host that shall commit or fail with the change. */
  readonly manager: EntityManager;
  /** Called once after the whole transaction has committed; not when it did not. Must not throw. */
  afterCommit(work: () => void): void;
  /** Called after the whole transaction has ended, committed or not; not for an attempt that is done again. */
  afterEnd(work: () => Promise<void>): void;
}

export interface DatabaseSettings {
  /** Named prepared statements on PostgreSQL; off behind a transaction-mode pooler. @default true */
  readonly preparedStatements?: boolean;
}

const ATTEMPTS = 3;
const PREPARED_NAMES = new Map<string, string>();
const TURNSTILES = new WeakMap<DataSource, Turnstile>();
const SCANS = new WeakMap<DataSource, Turnstile>();
const PREPARED = new WeakSet<DataSource>();

/**
 * The host's DataSource as the stores use it: on PostgreSQL the driver's own pool with named prepared statements,
 * on SQLite one connection for which calls queue. Errors come out as `ScimError`s where the client can be told.
 */
export class Database implements StoreDatabase {
  readonly dialect: Dialect;
  private readonly naming: boolean;
  private readonly turnstile: Turnstile;

  constructor(
    readonly dataSource: DataSource,
    settings: DatabaseSettings = {},
  ) {
    this.dialect = dialectOf(dataSource);
    this.naming = settings.preparedStatements ?? true;
    this.turnstile = TURNSTILES.get(dataSource) ?? new Turnstile();
    TURNSTILES.set(dataSource, this.turnstile);
  }

  /** One statement on its own; a write commits at once. */
  async run<R = Row>(statement: Statement): Promise<R[]> {
    try {
      if (this.dialect.name === 'postgres') return (await this.onClient<R>(this.pool, statement)).rows;
      return await this.turnstile.pass(() =>
        this.onRunner<R>(this.dataSource.createQueryRunner(), statement),
      );
    } catch (error) {
      throw toScimError(error, this.dialect);
    }
  }

  /**
   * A read that may have to look at every resource of a tenant; after `seconds` PostgreSQL stops it. Scans never
   * take more than half of the connections, so that one tenant's slow filters do not keep the others waiting.
   * @throws ScimError tooMany when the time is up; unavailable when no scan ended for as long
   */
  async scan<R = Row>(statement: Statement, seconds: number): Promise<R[]> {
    if (this.dialect.name !== 'postgres') return this.run(statement);
    const milliseconds = Math.max(1, Math.round(seconds * 1000));
    try {
      return await this.scans.pass(() => this.limited<R>(statement, milliseconds), milliseconds);
    } catch (error) {
      if (error instanceof TurnstileTimeout) {
        throw ScimError.unavailable('Too many queries without an index at once; try again.', seconds, error);
      }
      if (this.dialect.fault(error)?.kind !== 'timeout') throw toScimError(error, this.dialect);
      throw ScimError.tooMany(
        'The query took too long because no attribute in its filter or sort order is indexed; ' +
          'filter by an indexed attribute such as userName, externalId, id or emails.value.',
      );
    }
  }

  private async limited<R>(statement: Statement, milliseconds: number): Promise<R[]> {
    const client = await this.pool.connect();
    try {
      await client.query(`begin read only; set local statement_timeout = ${milliseconds}`);
      const { rows } = await this.onClient<R>(client, statement);
      await client.query('commit');
      client.release();
      return rows;
    } catch (error) {
      await client.query('rollback').then(
        () => client.release(),
        (broken: Error) => client.release(broken),
      );
      throw error;
    }
  }

  private get scans(): Turnstile {
    let scans = SCANS.get(this.dataSource);
    if (!scans) {
      scans = new Turnstile(Math.max(1, Math.floor(this.pool.options.max / 2)));
      SCANS.set(this.dataSource, scans);
    }
    return scans;
  }

  /**
   * Runs `work` in one transaction. When it loses against another one (deadlock, serialization, busy), all of it
   * is done again, three times in all; so it must be repeatable.
   * @throws ScimError unavailable when it lost each time
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const ending: (() => Promise<void>)[] = [];
    try {
      return await this.attempts(work, ending);
    } finally {
      for (const step of ending) await step();
    }
  }

  private async attempts<T>(
    work: (transaction: Transaction) => Promise<T>,
    ending: (() => Promise<void>)[],
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      ending.length = 0;
      try {
        if (this.dialect.name === 'postgres') return await this.once(work, ending);
        return await this.turnstile.pass(() => this.once(work, ending));
      } catch (error) {
        if (this.dialect.fault(driverError(error))?.kind !== 'retry') throw toScimError(error, this.dialect);
        if (attempt === ATTEMPTS) throw ScimError.unavailable('The server is busy; try again.', 1, error);
        await delay(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  private async once<T>(
    work: (transaction: Transaction) => Promise<T>,
    ending: (() => Promise<void>)[],
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const connection: unknown = await runner.connect();
      await runner.startTransaction();
      const run = async <R>(statement: Statement): Promise<R[]> =>
        this.dialect.name === 'postgres'
          ? (await this.onClient<R>(connection as PoolClient, statement)).rows
          : this.onRunner<R>(runner, statement);
      const afterEnd = (step: () => Promise<void>): void => void ending.push(step);
      const committed: (() => void)[] = [];
      const afterCommit = (step: () => void): void => void committed.push(step);
      const result = await work({ run, manager: runner.manager, afterCommit, afterEnd });
      await runner.commitTransaction();
      for (const step of committed) step();
      return result;
    } catch (error) {
      // On a broken connection there is nothing left to roll back; the first error is the one that counts.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Read at each call: the pool is another one after the DataSource was closed and opened again. */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  private onClient<R>(client: Pool | PoolClient, statement: Statement): Promise<QueryResult & { rows: R[] }> {
    const { text, prepare } = statement;
    const values = [...statement.values];
    this.log(text, values);
    return client.query(
      this.naming && prepare ? { name: preparedName(text), text, values } : { text, values },
    );
  }

  private async onRunner<R>(runner: QueryRunner, { text, values }: Statement): Promise<R[]> {
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
    const rows: unknown = await runner.query(plain, ordered);
    return Array.isArray(rows) ? (rows as R[]) : [];
  }

  private log(text: string, values: unknown[]): void {
    this.dataSource.logger.logQuery(text, values);
  }
}

/** A name that depends on the text alone, so that every pool and process may meet on one server connection. */
function preparedName(text: string): string {
  let name = PREPARED_NAMES.get(text);
  if (name === undefined) {
    name = `scim_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    if (PREPARED_NAMES.size >= 1000) PREPARED_NAMES.clear();
    PREPARED_NAMES.set(text, name);
  }
  return name;
}

/** TypeORM wraps what the driver throws. */
function driverError(error: unknown): unknown {
  return (error as { driverError?: unknown } | undefined)?.driverError ?? error;
}
