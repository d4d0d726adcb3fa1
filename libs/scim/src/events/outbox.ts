import type { ChangeTransaction } from './change-guard.js';
import type { ScimEvent } from './scim-event.js';

/** An event that one relay holds for a while. */
export interface ClaimedEvent {
  readonly tenantId: string;
  readonly id: string;
  /** Undefined for a type that this release does not know. */
  readonly event: ScimEvent | undefined;
  /** Name of the event's type, also of one that is not known. */
  readonly type: string;
  /** Attempts that were begun, with this one. */
  readonly attempt: number;
  /** Names of those that have it already, from attempts that failed with others. */
  readonly acceptedBy: readonly string[];
}

/** Events of one stream, in order, from its head on. */
export interface ClaimedRun {
  readonly tenantId: string;
  readonly stream: string;
  readonly events: readonly ClaimedEvent[];
}

/** The first waiting event of a stream, which was due when somebody looked. A hint: nobody holds it. */
export interface WaitingHead {
  readonly id: string;
  readonly stream: string;
}

/** What a look at the streams of a tenant found. */
export interface Look {
  /** In the order of their streams. */
  readonly heads: readonly WaitingHead[];
  /** Where the next look goes on, so that all streams get their turn; '': all have been looked at. */
  readonly next: string;
  /** Last stream of the round, for its next looks; '' when there is no more to look at. */
  readonly until: string;
}

export interface ClaimRequest {
  readonly tenantId: string;
  /** Id of the relay. */
  readonly owner: string;
  /** Milliseconds until another relay may take over. */
  readonly lease: number;
  /** Those of the streams to claim; which of them are still due is asked again. */
  readonly heads: readonly WaitingHead[];
  /** Most events of each stream. */
  readonly events: number;
}

/** What becomes of an event whose delivery failed. */
export interface FailedDelivery {
  readonly event: ClaimedEvent;
  /** Kind of the error, for whoever operates it; never its text, which may quote personal data. */
  readonly error: string;
  readonly acceptedBy: readonly string[];
  /** Milliseconds until the next attempt; `skip`: given up, the stream goes on; `block`: given up, the stream waits. */
  readonly next: number | 'skip' | 'block';
}

/** How much waits. For gauges and alarms. */
export interface OutboxStatus {
  /** Events that were not delivered, without the dead ones. */
  readonly undelivered: number;
  /** Seconds since the oldest of them happened; 0 when there is none. */
  readonly oldestSeconds: number;
  /** Events given up after too many attempts. */
  readonly dead: number;
}

/** An event that was given up. */
export interface DeadEvent {
  readonly tenantId: string;
  readonly id: string;
  readonly stream: string;
  readonly sequence: number;
  readonly type: string;
  readonly attempts: number;
  /** Kind of the last error. */
  readonly error: string;
  readonly createdAt: string;
  readonly deadAt: string;
  /** Whether later events of its stream wait for it. */
  readonly blocks: boolean;
}

/** Which events are meant; several conditions must all hold. */
export interface EventSelection {
  readonly tenantId: string;
  readonly id?: string;
  /** For example `User:0198…`. */
  readonly stream?: string;
  /** From this sequence on; with `stream`. */
  readonly fromSequence?: number;
  /** Happened at this time or later: RFC 3339 in UTC with milliseconds. */
  readonly from?: string;
  /** Happened before this time. */
  readonly until?: string;
}

/**
 * Events between their transaction and their delivery. The contract is also the injection token.
 *
 * A stream is the events of one resource. Only who holds the head of a stream may deliver from it, so order holds with
 * any number of relays; a relay that ends without a word loses its claims when the lease is over.
 */
export abstract class Outbox {
  /** Deliveries that may use the database at once and leave a quarter of its connections to requests; 1 or more. */
  abstract get capacity(): number;

  /** Writes events inside the transaction of their change; the relay of this process is told after the commit. */
  abstract append(events: readonly ScimEvent[], transaction: ChangeTransaction): Promise<void>;

  /** Calls `listener` with the tenant after each commit of this process that appended events; see also `watch`. */
  abstract onAppended(listener: (tenantId: string) => void): void;

  /** Begins to hear of events that other processes append, where it can; `onAppended` tells of them. */
  abstract watch(): Promise<void>;

  /** Ends that. */
  abstract unwatch(): Promise<void>;

  /** Tenants with undelivered events, in order of their ids, those after `after` only. */
  abstract waitingTenants(after: string, limit: number): Promise<readonly string[]>;

  /**
   * Heads of the tenant's streams that are due, of streams behind `after` ('': from the first on); 200 at most. It takes
   * nothing, so one look can serve many claims. May give none and yet have more to look at: `next` says so.
   * @param until the same of the look before in this round: streams that came behind it wait for the next round, so that
   * a round ends however many come in @default undefined the round begins
   * @throws what the database throws, and when it does not answer in time, where it can be told to
   */
  abstract look(tenantId: string, after: string, until?: string): Promise<Look>;

  /**
   * Takes those of the heads that are still due and that nobody else holds, each with what follows it in its stream.
   * @throws as `look`; then none is taken
   */
  abstract claim(request: ClaimRequest): Promise<readonly ClaimedRun[]>;

  /** Prolongs claims. Ids of those that are still held. */
  abstract renew(
    owner: string,
    tenantId: string,
    ids: readonly string[],
    lease: number,
  ): Promise<readonly string[]>;

  /** Notes that events were delivered, as far as the owner still holds them. */
  abstract delivered(owner: string, tenantId: string, ids: readonly string[]): Promise<void>;

  /** Notes a failure and gives the rest of the run back. */
  abstract failed(owner: string, failure: FailedDelivery, rest: readonly string[]): Promise<void>;

  /** Gives events back that were not tried. */
  abstract release(owner: string, tenantId: string, ids: readonly string[]): Promise<void>;

  /** @param tenantId of one tenant only @default all */
  abstract status(tenantId?: string): Promise<OutboxStatus>;

  /** Events that were given up, the oldest first. */
  abstract dead(limit: number, tenantId?: string): Promise<readonly DeadEvent[]>;

  /** Has dead events delivered again; how many. @param selection @default all of all tenants */
  abstract retryDead(selection?: EventSelection): Promise<number>;

  /** Has events delivered again that were delivered, as far as they are still kept; how many. */
  abstract replay(selection: EventSelection): Promise<number>;

  /** Deletes events delivered before that time; how many, at most `limit`. */
  abstract deleteDelivered(before: string, limit: number): Promise<number>;
}
