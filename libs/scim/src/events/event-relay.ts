import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DeliveryNotes } from './delivery-notes.js';
import { EventDispatcher } from './event-dispatcher.js';
import { EVENT_SETTINGS, type EventSettings } from './event-settings.js';
import { type ClaimedRun, Outbox, type WaitingHead } from './outbox.js';
import { RetryTimers } from './retry-timers.js';
import { RelayTenants, type TenantTurn } from './relay-tenants.js';
import { RunDelivery } from './run-delivery.js';

/** Milliseconds between looks at the outbox while there is work, and while there is none. */
const BUSY_POLL = 250;
const IDLE_POLL = 2000;

/** Milliseconds between removals of delivered events, and how many go at a time. */
const REMOVAL_PERIOD = 60_000;
const REMOVAL_BATCH = 500;

/** What may fail besides the turns of tenants. */
const POLL = 'poll/';
const REMOVAL = 'removal/';
const MOST_REPORTED = 10;

const DAY = 24 * 3600 * 1000;

/**
 * Delivers events from the outbox to whoever listens in this process. Any number of processes share the work; one that
 * dies loses its claims when the lease is over. Tenants take turns, and none may use all of the capacity.
 */
@Injectable()
export class EventRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Scim');
  private readonly owner = randomUUID();
  private readonly notes: DeliveryNotes;
  private tenants: RelayTenants;
  private readonly turns = new Set<Promise<void>>();
  private readonly deliveries = new Set<Promise<void>>();
  private readonly retries = new RetryTimers((tenantId) => this.nudge(tenantId));
  private stopping = true;
  private loop: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  private removal: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  /** What fails at present and was told. */
  private readonly reported = new Set<string>();

  constructor(
    private readonly outbox: Outbox,
    private readonly dispatcher: EventDispatcher,
    @Inject(EVENT_SETTINGS) private readonly settings: EventSettings,
  ) {
    this.notes = new DeliveryNotes(outbox, this.owner);
    this.tenants = new RelayTenants(settings.outbox);
    outbox.onAppended((tenantId) => this.nudge(tenantId));
  }

  onApplicationBootstrap(): void {
    if (this.settings.outbox.relay) this.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  /** Looks for events of a tenant now instead of at the next poll. */
  nudge(tenantId: string): void {
    if (this.stopping) return;
    this.tenants.add(tenantId);
    this.wake();
  }

  start(): void {
    if (this.loop) return;
    this.stopping = false;
    this.tenants = new RelayTenants(this.limits);
    void this.outbox.watch();
    this.loop = this.work();
    this.removal = setInterval(() => void this.removeDelivered(), REMOVAL_PERIOD);
    this.removal.unref();
  }

  /**
   * No more deliveries than connections that requests can spare, for each may need one all the time; and half of them
   * for one tenant, so that a slow one leaves room to the others.
   */
  private get limits(): { concurrency: number; tenantConcurrency: number } {
    const { concurrency, tenantConcurrency } = this.settings.outbox;
    const { capacity } = this.outbox;
    if (concurrency <= capacity) return { concurrency, tenantConcurrency };
    const share = Math.ceil(capacity / 2);
    return { concurrency: capacity, tenantConcurrency: Math.min(tenantConcurrency, share) };
  }

  /** Claims no more, ends the deliveries that were begun and gives back what was not. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.removal);
    this.retries.clear();
    this.wake();
    await this.outbox.unwatch();
    await this.loop;
    await this.polling;
    await Promise.all(this.turns);
    await Promise.all(this.deliveries);
    this.loop = undefined;
  }

  private async work(): Promise<void> {
    let polledAt = -Infinity;
    while (!this.stopping) {
      if (performance.now() - polledAt >= this.period) {
        polledAt = performance.now();
        this.beginPoll();
      }
      for (let turn = this.tenants.take(); turn; turn = this.tenants.take()) this.beginTurn(turn);
      await this.pause(polledAt + this.period - performance.now());
    }
  }

  private get period(): number {
    return this.tenants.busy ? BUSY_POLL : IDLE_POLL;
  }

  /** Beside the turns, so that the known tenants do not wait for it. */
  private beginPoll(): void {
    if (this.polling) return;
    const polling = this.poll()
      .then(
        () => this.reported.delete(POLL),
        (error: unknown) => this.reportOnce(POLL, error),
      )
      .then(() => {
        this.polling = undefined;
        this.wake();
      });
    this.polling = polling;
  }

  /** Tenants that have something to deliver, whoever wrote it. */
  private async poll(): Promise<void> {
    const PAGE = 100;
    for (let after = ''; !this.stopping;) {
      const found = await this.outbox.waitingTenants(after, PAGE);
      for (const tenantId of found) this.tenants.addPolled(tenantId);
      if (found.length < PAGE) return;
      after = found.at(-1)!;
    }
  }

  /** Beside the turns of other tenants: one whose rows the database is slow to give holds up nobody else. */
  private beginTurn(turn: TenantTurn): void {
    const work = this.turn(turn)
      .then(
        (deliveries) => {
          this.tenants.ended(turn, deliveries);
          this.reported.delete(turn.tenantId);
        },
        (error: unknown) => {
          this.tenants.failed(turn);
          this.reportOnce(turn.tenantId, error);
        },
      )
      .then(() => {
        this.turns.delete(work);
        this.wake();
      });
    this.turns.add(work);
  }

  /** One look serves several turns. How many deliveries were begun. */
  private async turn(turn: TenantTurn): Promise<number> {
    const { tenantId } = turn;
    const heads = turn.heads.length > 0 ? turn.heads : await this.look(turn);
    if (heads.length === 0 || this.stopping) return 0;
    const { batch, leaseSeconds } = this.settings.outbox;
    const claimedAt = performance.now();
    const claim = { tenantId, owner: this.owner, lease: leaseSeconds * 1000, heads, events: batch };
    const runs = await this.outbox.claim(claim);
    for (const run of runs) this.begin(run, claimedAt);
    return runs.length;
  }

  private async look(turn: TenantTurn): Promise<readonly WaitingHead[]> {
    return this.tenants.looked(turn, await this.outbox.look(turn.tenantId, turn.after, turn.until));
  }

  private begin(run: ClaimedRun, claimedAt: number): void {
    const { owner, outbox, notes, dispatcher } = this;
    const parts = {
      owner,
      outbox,
      notes,
      dispatcher,
      settings: this.settings.outbox,
      stopping: () => this.stopping,
    };
    const delivery = new RunDelivery(run, claimedAt, parts).deliver().then((retryIn) => {
      this.deliveries.delete(delivery);
      this.tenants.finished(run.tenantId);
      this.wake();
      if (retryIn !== undefined) this.retries.nudgeIn(run.tenantId, retryIn);
    });
    this.deliveries.add(delivery);
  }

  /** Until the time is over or there is something to do. */
  private pause(milliseconds: number): Promise<void> {
    if (milliseconds <= 0 || this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async removeDelivered(): Promise<void> {
    const before = new Date(Date.now() - this.settings.outbox.retentionDays * DAY).toISOString();
    try {
      while (!this.stopping && (await this.outbox.deleteDelivered(before, REMOVAL_BATCH)) === REMOVAL_BATCH);
      this.reported.delete(REMOVAL);
    } catch (error) {
      this.reportOnce(REMOVAL, error);
    }
  }

  /** Once until it works again; of few tenants, for when all fail it is the database that fails. */
  private reportOnce(of: string, error: unknown): void {
    if (this.reported.has(of) || this.reported.size >= MOST_REPORTED) return;
    this.reported.add(of);
    const what = of === POLL || of === REMOVAL ? '' : ` for tenant ${of}`;
    this.logger.error(`The outbox cannot be read${what}`, error instanceof Error ? error.stack : undefined);
  }
}
