import type { Dialect } from './dialects/dialect.js';
import type { Statement } from './dialects/statement.js';
import type { Row, StoreDatabase, Transaction } from './database.js';
import { faultOf, toScimError } from './database-errors.js';
import { RowChanged } from './database-transaction.js';

/** Open savepoints of a transaction. MySQL forgets the one that had the same name before. */
const DEPTHS = new WeakMap<Transaction, number>();

/**
 * One open transaction in the place of the database: what would be a transaction of its own is a part of it that can be
 * undone by itself.
 */
export class Savepoints implements StoreDatabase {
  constructor(
    private readonly tx: Transaction,
    readonly dialect: Dialect,
  ) {}

  run<R = Row>(statement: Statement): Promise<R[]> {
    // Also a single statement: one that fails makes PostgreSQL refuse everything after it.
    return this.transaction((tx) => tx.run<R>(statement));
  }

  change(statement: Statement): Promise<number> {
    return this.transaction((tx) => tx.change(statement));
  }

  scan<R = Row>(statement: Statement): Promise<R[]> {
    return this.run(statement);
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const depth = (DEPTHS.get(this.tx) ?? 0) + 1;
    DEPTHS.set(this.tx, depth);
    const name = `scim_${depth}`;
    // What is to follow the commit belongs to this part: when the part is undone, it does not follow.
    const committed: (() => void)[] = [];
    const part = this.part((step) => void committed.push(step));
    DEPTHS.set(part, depth);
    try {
      await this.tx.run({ text: `savepoint ${name}`, values: [] });
      const result = await work(part);
      await this.tx.run({ text: `release savepoint ${name}`, values: [] });
      for (const step of committed) this.tx.afterCommit(step);
      return result;
    } catch (error) {
      // Lost against another transaction: all of it has to be done again, and whoever began it will.
      if (faultOf(error, this.dialect)?.kind === 'retry') throw error;
      await this.tx.run({ text: `rollback to savepoint ${name}`, values: [] });
      await this.tx.run({ text: `release savepoint ${name}`, values: [] });
      throw toScimError(error, this.dialect);
    } finally {
      DEPTHS.set(this.tx, depth - 1);
    }
  }

  /** Sends every write at once: what fails must fail before the savepoint is given up. */
  private part(afterCommit: Transaction['afterCommit']): Transaction {
    const { tx } = this;
    return {
      run: (statement) => tx.run(statement),
      change: (statement) => tx.change(statement),
      write: async (write) => {
        if ((await tx.change(write)) === 0 && write.mustTouch) throw new RowChanged();
      },
      open: () => tx.open(),
      get manager() {
        return tx.manager;
      },
      afterCommit,
      afterEnd: (step) => tx.afterEnd(step),
    };
  }
}
