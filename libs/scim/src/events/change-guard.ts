import type { EntityManager } from 'typeorm';
import type { ResourceChange } from './resource-change.js';

/** The transaction of a change. */
export interface ChangeTransaction {
  /** For work that commits or fails with the change. */
  readonly manager: EntityManager;
  /** Runs one statement; parameters are `$1`, `$2`, …. @throws ScimError for faults of data and availability */
  run<R = Record<string, unknown>>(statement: ChangeStatement): Promise<R[]>;
  /** Runs a write; how many rows it wrote or deleted. @throws the same */
  change(statement: ChangeStatement): Promise<number>;
  /** A write whose outcome nobody looks at: it may wait for the next statement or the commit, and fail there. */
  write(statement: ChangeStatement): Promise<void>;
  /** Called once after the whole transaction has committed; not when it did not. Must not throw. */
  afterCommit(work: () => void): void;
  /**
   * Called once after the whole transaction has ended, committed or not, and before its caller goes on; not for an
   * attempt that is done again. Must not throw.
   */
  afterEnd(work: () => Promise<void>): void;
}

export interface ChangeStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Worth a named prepared statement. @default false */
  readonly prepare?: boolean;
}

/**
 * Looks at changes inside their transaction, before the host's handlers, and may refuse them. Every provider of the
 * application that extends this class is asked, in the order in which they are declared.
 */
export abstract class ChangeGuard {
  /**
   * Whether `check` has anything to look at; asked before, so that a change which concerns nobody needs no more than one
   * statement. @default true, always
   */
  concerns(_changes: readonly ResourceChange[]): boolean {
    return true;
  }

  /**
   * Called with the changes of one write. When a write loses against another transaction it is done again, and so is
   * this: what it writes, it writes by the transaction.
   *
   * @throws ScimError to refuse: everything is rolled back and the client gets this answer
   */
  abstract check(changes: readonly ResourceChange[], transaction: ChangeTransaction): Promise<void>;
}
