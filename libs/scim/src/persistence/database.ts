import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { ScimError } from '../protocol/error/scim-error.js';
import type { Dialect } from './dialects/dialect.js';
import { dialectOf } from './dialects/dialect-of.js';
import type { Statement, Write } from './dialects/statement.js';
import type { DatabaseDriver, Result } from './drivers/database-driver.js';
import { driverOf } from './drivers/driver-of.js';
import { faultOf, toScimError } from './database-errors.js';
import { DatabaseTransaction } from './database-transaction.js';
import { Turnstile, TurnstileTimeout } from './turnstile.js';

/** A row as the driver gives it. */
export type Row = Record<string, unknown>;

/** Runs statements: the database itself, or one transaction of it. */
export interface Executor {
  /** Rows that a select or a `returning` clause gives. @throws ScimError for faults of data and availability */
  run<R = Row>(statement: Statement): Promise<R[]>;
  /**
   * Number of rows that an insert, update or delete touched. On MySQL, which has no `returning`, an update counts the
   * rows that it found, also those that had these values before.
   * @throws ScimError as `run`
   */
  change(statement: Statement): Promise<number>;
}

/** What the stores need of a database: the host's own, or one open transaction of it. */
export interface StoreDatabase extends Executor {
  readonly dialect: Dialect;
  /** A read that may have to look at every resource of a tenant. @throws ScimError tooMany */
  scan<R = Row>(statement: Statement, seconds: number): Promise<R[]>;
  /** Runs `work` all or nothing. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** One transaction. It begins with the first statement that is not a `write`. */
export interface Transaction extends Executor {
  /**
   * A write whose outcome nobody looks at. It is sent before the next statement that is not such a write, or with the
   * commit: so it may fail there, and what a `mustTouch` has not found comes out as `RowChanged`.
   */
  write(write: Write): Promise<void>;
  /** Begins, unless it has begun, and sends the writes that wait. */
  open(): Promise<void>;
  /** For work of the host that shall commit or fail with the change; once the transaction is open. */
  readonly manager: EntityManager;
  /** Called once after the whole transaction has committed; not when it did not. Must not throw. */
  afterCommit(work: () => void): void;
  /** Called after the whole transaction has ended, committed or not; not for an attempt that is done again. */
  afterEnd(work: () => Promise<void>): void;
}

export interface DatabaseSettings {
  /** Statements that run often stay prepared on PostgreSQL and MySQL; off behind a transaction-mode pooler. @default true */
  readonly preparedStatements?: boolean;
}

const ATTEMPTS = 3;
const TURNSTILES = new WeakMap<DataSource, Turnstile>();
const SCANS = new WeakMap<DataSource, Turnstile>();

/**
 * The host's DataSource as the stores use it: on PostgreSQL and MySQL the driver's own pool with prepared statements,
 * on SQLite one connection for which calls queue. Errors come out as `ScimError`s where the client can be told.
 */
export class Database implements StoreDatabase {
  readonly dialect: Dialect;
  private readonly driver: DatabaseDriver;
  private readonly turnstile: Turnstile;

  constructor(
    readonly dataSource: DataSource,
    settings: DatabaseSettings = {},
  ) {
    this.dialect = dialectOf(dataSource);
    this.driver = driverOf(dataSource, this.dialect, settings.preparedStatements ?? true);
    this.turnstile = TURNSTILES.get(dataSource) ?? new Turnstile();
    TURNSTILES.set(dataSource, this.turnstile);
  }

  /** One statement on its own; a write commits at once. */
  run<R = Row>(statement: Statement): Promise<R[]> {
    return this.alone<R, R[]>(statement, ({ rows }) => rows);
  }

  /** The same for a write of which the number of rows matters. */
  change(statement: Statement): Promise<number> {
    return this.alone(statement, ({ count }) => count);
  }

  private async alone<R, T>(statement: Statement, part: (result: Result<R>) => T): Promise<T> {
    try {
      return part(await this.queued(() => this.driver.alone<R>(statement)));
    } catch (error) {
      throw toScimError(error, this.dialect);
    }
  }

  /**
   * A read that may have to look at every resource of a tenant; after `seconds` PostgreSQL and MySQL stop it. Scans
   * never take more than half of the connections, so that one tenant's slow filters do not keep the others waiting.
   * @throws ScimError tooMany when the time is up; unavailable when no scan ended for as long
   */
  async scan<R = Row>(statement: Statement, seconds: number): Promise<R[]> {
    if (this.driver.serial) return this.run(statement);
    const milliseconds = Math.max(1, Math.round(seconds * 1000));
    try {
      const limited = (): Promise<Result<R>> => this.driver.limited<R>(statement, milliseconds);
      return (await this.scans.pass(limited, milliseconds)).rows;
    } catch (error) {
      if (error instanceof TurnstileTimeout) {
        throw ScimError.unavailable('Too many queries without an index at once; try again.', seconds, error);
      }
      if (faultOf(error, this.dialect)?.kind !== 'timeout') throw toScimError(error, this.dialect);
      throw ScimError.tooMany(
        'The query took too long because no attribute in its filter or sort order is indexed; ' +
          'filter by an indexed attribute such as userName, externalId, id or emails.value.',
      );
    }
  }

  /**
   * A read that finds its rows by a walk along an index, whatever the database believes of the tables; after `seconds`
   * PostgreSQL and MySQL stop it.
   * @throws ScimError unavailable when the time is up, and as `run`
   */
  async walk<R = Row>(statement: Statement, seconds: number): Promise<R[]> {
    try {
      return (await this.queued(() => this.driver.walked<R>(statement, seconds * 1000))).rows;
    } catch (error) {
      throw toScimError(error, this.dialect);
    }
  }

  /** Connections of the pool; without end on SQLite, where there is one, and calls queue. */
  get connections(): number {
    return this.driver.serial ? Infinity : this.driver.connections;
  }

  private get scans(): Turnstile {
    let scans = SCANS.get(this.dataSource);
    if (!scans) {
      scans = new Turnstile(Math.max(1, Math.floor(this.driver.connections / 2)));
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
        return await this.queued(() => this.once(work, ending));
      } catch (error) {
        if (faultOf(error, this.dialect)?.kind !== 'retry') throw toScimError(error, this.dialect);
        if (attempt === ATTEMPTS) throw ScimError.unavailable('The server is busy; try again.', 1, error);
        await delay(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  private async once<T>(
    work: (transaction: Transaction) => Promise<T>,
    ending: (() => Promise<void>)[],
  ): Promise<T> {
    const transaction = new DatabaseTransaction(this.dataSource, this.driver, this.dialect, ending);
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    } finally {
      await transaction.release();
    }
  }

  private queued<T>(work: () => Promise<T>): Promise<T> {
    return this.driver.serial ? this.turnstile.pass(work) : work();
  }
}
