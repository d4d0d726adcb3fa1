import { Injectable } from '@nestjs/common';
import { ScimBreakerError } from './breaker-error.js';
import { type BreakerState, BreakerStore } from './breaker-store.js';

/** How a connection is released. */
export interface ReleaseBreaker {
  /**
   * Seconds for which nothing is counted, for a change of any size that is meant: 0 to 604800.
   * @default 0: counted anew from now on
   */
  readonly suspendSeconds?: number;
}

const LONGEST_SUSPENSION_SECONDS = 7 * 24 * 3600;

/**
 * The breakers of connections: what stops one that deactivates or deletes many users at once. There is no HTTP route to
 * it.
 */
@Injectable()
export class ScimBreaker {
  constructor(private readonly store: BreakerStore) {}

  /** Connections of the tenant that have taken access from users lately, stopped or not. */
  list(tenantId: string): Promise<readonly BreakerState[]> {
    return this.store.list(tenantId);
  }

  /**
   * Lets a stopped connection go on; also one that is not stopped, with `suspendSeconds`, before a change of many users.
   * @throws ScimBreakerError notStopped, invalidSuspension
   */
  async release(
    tenantId: string,
    connectionId: string,
    { suspendSeconds = 0 }: ReleaseBreaker = {},
  ): Promise<void> {
    if (
      !Number.isSafeInteger(suspendSeconds) ||
      suspendSeconds < 0 ||
      suspendSeconds > LONGEST_SUSPENSION_SECONDS
    ) {
      throw new ScimBreakerError(
        'invalidSuspension',
        `The breaker is suspended for a whole number of seconds from 0 to ${LONGEST_SUSPENSION_SECONDS}.`,
      );
    }
    const until =
      suspendSeconds === 0 ? undefined : new Date(Date.now() + suspendSeconds * 1000).toISOString();
    if (!(await this.store.release(tenantId, connectionId, until))) {
      throw new ScimBreakerError('notStopped', 'The connection is not stopped.');
    }
  }
}
