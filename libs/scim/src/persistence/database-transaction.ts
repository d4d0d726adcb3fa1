import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Transaction } from './database.js';
import { faultOf } from './database-errors.js';
import type { Dialect } from './dialects/dialect.js';
import type { Statement, Write } from './dialects/statement.js';
import type { DatabaseDriver, Result } from './drivers/database-driver.js';

/** A write that had to touch a row has touched none: somebody else has changed or deleted the row meanwhile. */
export class RowChanged extends Error {
  override readonly name = 'RowChanged';
}

/**
 * A transaction that begins when a statement has to be in one. Writes whose outcome nobody looks at wait, and go
 * together in one statement where the database can do that; when nothing else was asked, that statement commits by
 * itself, and the transaction is one round trip instead of one for each statement, its begin and its end.
 */
export class DatabaseTransaction implements Transaction {
  private readonly waiting: Write[] = [];
  private readonly committed: (() => void)[] = [];
  private runner: QueryRunner | undefined;

  /** @param ending takes the steps that follow the end */
  constructor(
    private readonly dataSource: DataSource,
    private readonly driver: DatabaseDriver,
    private readonly dialect: Dialect,
    private readonly ending: (() => Promise<void>)[],
  ) {}

  get manager(): EntityManager {
    if (!this.runner) throw new Error('The transaction has not begun: open() comes before manager.');
    return this.runner.manager;
  }

  async run<R>(statement: Statement): Promise<R[]> {
    return (await this.within<R>(statement)).rows;
  }

  async change(statement: Statement): Promise<number> {
    return (await this.within(statement)).count;
  }

  async write(write: Write): Promise<void> {
    // Two writes to one table in one statement would not see each other, and the second to a row would be lost.
    const table = tableOf(write.text);
    if (this.waiting.some(({ text }) => tableOf(text) === table)) await this.open();
    this.waiting.push(write);
    if (!this.dialect.together) await this.open();
  }

  async open(): Promise<void> {
    await this.begun();
    await this.send(this.waiting.splice(0));
  }

  afterCommit(work: () => void): void {
    this.committed.push(work);
  }

  afterEnd(work: () => Promise<void>): void {
    this.ending.push(work);
  }

  /** @throws RowChanged, and what the driver throws */
  async commit(): Promise<void> {
    if (this.runner) {
      await this.open();
      await this.runner.commitTransaction();
    } else {
      await this.send(this.waiting.splice(0));
    }
    for (const step of this.committed) step();
  }

  async rollback(): Promise<void> {
    // On a broken connection there is nothing left to roll back; the first error is the one that counts.
    if (this.runner?.isTransactionActive) await this.runner.rollbackTransaction().catch(() => undefined);
  }

  async release(): Promise<void> {
    await this.runner?.release();
  }

  private async within<R>(statement: Statement): Promise<Result<R>> {
    await this.open();
    return this.driver.within<R>(await this.begun(), statement);
  }

  private async begun(): Promise<QueryRunner> {
    if (!this.runner) {
      this.runner = this.dataSource.createQueryRunner();
      await this.runner.connect();
      await this.driver.begin(this.runner);
    }
    return this.runner;
  }

  /** In the transaction, or by themselves when none has begun. */
  private async send(writes: readonly Write[]): Promise<void> {
    const [first] = writes;
    if (!first) return;
    const statement = writes.length > 1 && this.dialect.together ? this.dialect.together(writes) : first;
    try {
      const { count } = this.runner
        ? await this.driver.within(this.runner, statement)
        : await this.driver.alone(statement);
      if (statement === first && first.mustTouch && count === 0) throw new RowChanged();
    } catch (error) {
      throw faultOf(error, this.dialect)?.kind === 'untouched' ? new RowChanged() : error;
    }
  }
}

/** Of a write as the stores word it. */
function tableOf(text: string): string | undefined {
  return /^(?:insert into|update|delete from) (\S+)/.exec(text)?.[1];
}
