import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryNotes } from './delivery-notes.js';
import type { EventDispatcher } from './event-dispatcher.js';
import type { EventSettings } from './event-settings.js';
import type { ClaimedEvent, ClaimedRun, FailedDelivery, Outbox } from './outbox.js';
import { retryDelay } from './retry-delay.js';

/** Milliseconds after which what was delivered is noted, when there is more of the stream to come. */
const NOTE_AFTER = 100;

/** Milliseconds between attempts to note something while the database is away. */
const NOTE_AGAIN = 250;

/** What a delivery works with. */
export interface DeliveryParts {
  readonly owner: string;
  readonly outbox: Outbox;
  readonly notes: DeliveryNotes;
  readonly dispatcher: EventDispatcher;
  readonly settings: EventSettings['outbox'];
  /** Whether to end after the event that is being delivered. */
  readonly stopping: () => boolean;
}

/** Delivers the events of one claimed stream in order, up to the first that fails. */
export class RunDelivery {
  private readonly logger = new Logger('Scim');
  private readonly lease: number;
  /** By the clock of this process, which does not jump. After it, somebody else may hold the stream. */
  private heldUntil: number;
  private open: ClaimedEvent[];
  private done: string[] = [];
  private notedAt = performance.now();
  private retryIn: number | undefined;

  /** @param claimedAt `performance.now()` from before the claim */
  constructor(
    private readonly run: ClaimedRun,
    claimedAt: number,
    private readonly parts: DeliveryParts,
  ) {
    this.lease = parts.settings.leaseSeconds * 1000;
    this.heldUntil = claimedAt + this.lease;
    this.open = [...run.events];
  }

  /**
   * Never throws: what cannot be noted is delivered again when the lease is over.
   * Milliseconds until the next attempt of an event that failed; undefined when none did.
   */
  async deliver(): Promise<number | undefined> {
    const renewal = setInterval(() => void this.renew(), this.lease / 3);
    try {
      await this.deliverAll();
    } catch (error) {
      this.logger.error(
        `Delivery of ${this.run.stream} was interrupted`,
        error instanceof Error ? error.stack : undefined,
      );
    } finally {
      clearInterval(renewal);
    }
    return this.retryIn;
  }

  private async deliverAll(): Promise<void> {
    while (this.open.length > 0 && this.isHeld && !this.parts.stopping()) {
      const claimed = this.open[0]!;
      const failure = await this.attempt(claimed);
      this.open.shift();
      if (failure) {
        await this.noteDone();
        const rest = this.open.map(({ id }) => id);
        this.open = [];
        await this.note(() => this.parts.outbox.failed(this.parts.owner, failure, rest));
        // What was given up and passed over leaves its stream open.
        if (failure.next !== 'block') this.retryIn = failure.next === 'skip' ? 0 : failure.next;
        return;
      }
      this.done.push(claimed.id);
      if (performance.now() - this.notedAt >= NOTE_AFTER) await this.noteDone();
    }
    await this.noteDone();
    if (this.open.length === 0 || !this.isHeld) return;
    const rest = this.open.map(({ id }) => id);
    await this.note(() => this.parts.outbox.release(this.parts.owner, this.run.tenantId, rest));
  }

  /** What to note of it; undefined when everybody has the event. */
  private async attempt(claimed: ClaimedEvent): Promise<FailedDelivery | undefined> {
    const { dispatcher, settings } = this.parts;
    const { event, attempt, acceptedBy } = claimed;
    // The process ended at each attempt before, or nobody could read it.
    if (attempt > settings.attempts) return this.failed(claimed, acceptedBy, 'ProcessEnded');
    if (!event) return this.failed(claimed, acceptedBy, 'UnknownEvent');
    const outcome = await dispatcher.dispatch(event, attempt, acceptedBy, settings.deliverySeconds * 1000);
    return outcome.failure && this.failed(claimed, outcome.acceptedBy, kindOf(outcome.failure.error));
  }

  private failed(event: ClaimedEvent, acceptedBy: readonly string[], error: string): FailedDelivery {
    const { settings } = this.parts;
    if (event.attempt < settings.attempts) {
      return { event, error, acceptedBy, next: retryDelay(event.attempt, settings) };
    }
    const blocks = settings.blocking.some((one) => event.event instanceof one);
    this.logger.error(
      `Event ${event.id} (${event.type}) is given up after ${event.attempt} attempts` +
        (blocks ? '; later events of the resource wait for it' : ''),
    );
    return { event, error, acceptedBy, next: blocks ? 'block' : 'skip' };
  }

  private get isHeld(): boolean {
    return performance.now() < this.heldUntil;
  }

  private async noteDone(): Promise<void> {
    this.notedAt = performance.now();
    if (this.done.length === 0) return;
    const ids = this.done;
    this.done = [];
    await this.note(() => this.parts.notes.delivered(this.run.tenantId, ids));
  }

  /** While the database is away it is tried again, as long as the claim lasts. */
  private async note(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (performance.now() + NOTE_AGAIN >= this.heldUntil) throw error;
        await delay(NOTE_AGAIN);
      }
    }
  }

  private async renew(): Promise<void> {
    const { outbox, owner } = this.parts;
    const ids = [...this.done, ...this.open.map(({ id }) => id)];
    const startedAt = performance.now();
    try {
      const held = await outbox.renew(owner, this.run.tenantId, ids, this.lease);
      // The event at the head is the claim.
      const lost = ids.length > 0 && this.open.length > 0 && !held.includes(this.open[0]!.id);
      this.heldUntil = lost ? 0 : startedAt + this.lease;
    } catch {
      // The database is away; the claim lasts as long as it lasts.
    }
  }
}

/** Name of the error and the code that the system or a driver gave it; never its text. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const driver = (error as { driverError?: unknown }).driverError ?? error;
  const { code } = driver as { code?: unknown };
  const kind = typeof code === 'string' && /^[\w.-]{1,40}$/.test(code) ? `${error.name} ${code}` : error.name;
  return kind.slice(0, 128);
}
