/** Where the breaker of a connection stands. Only connections that have taken access from someone have one. */
export interface BreakerState {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Users who lost access by the connection within the window. */
  readonly lost: number;
  /** Active users of the tenant when they were last counted, those included. */
  readonly active: number;
  /** Since when further losses are refused; RFC 3339 in UTC. Undefined: it is not stopped. */
  readonly trippedAt?: string;
  /** Until when nothing is counted. Undefined: everything is. */
  readonly suspendedUntil?: string;
}

/** Where breakers are kept. The contract is also the injection token. */
export abstract class BreakerStore {
  /** Of one tenant, in the order of the ids of the connections. */
  abstract list(tenantId: string): Promise<readonly BreakerState[]>;

  /**
   * Lets a connection take access again, counting from nothing, and tells the host (`ConnectionReleased`).
   *
   * @param suspendedUntil until when nothing is counted; undefined: counted from now on
   * @returns false when it was not stopped and is not suspended now
   */
  abstract release(
    tenantId: string,
    connectionId: string,
    suspendedUntil: string | undefined,
  ): Promise<boolean>;
}
