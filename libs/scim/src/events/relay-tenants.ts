import type { Look, WaitingHead } from './outbox.js';

/** A tenant's turn to look for due streams, when `heads` is empty, and to have some claimed. */
export interface TenantTurn {
  readonly tenantId: string;
  /** Deliveries that are set aside for the turn. */
  readonly streams: number;
  /** What an earlier look found; no more than `streams`. */
  readonly heads: readonly WaitingHead[];
  /** Where the last look ended. */
  readonly after: string;
  /** Where the round ends, when an earlier look of it has found that. */
  readonly until: string | undefined;
}

interface TenantState {
  /** Deliveries, and what is set aside for a turn. */
  active: number;
  /** Its turn has begun and not ended. */
  serving: boolean;
  /** What the last look found and nobody has asked for yet; hints only. */
  heads: readonly WaitingHead[];
  /** Where the last look ended, and whether this round through the streams goes on from there. */
  after: string;
  until: string | undefined;
  open: boolean;
  /** Something may have come into streams that this round has passed. */
  again: boolean;
  /** Rounds in a row that found nothing due: its events wait for their next attempt. */
  empty: number;
  /** Turns in a row that failed. */
  failures: number;
  /** No poll before this moment counts (`performance.now()`); while turns fail, nothing else does. */
  quietUntil: number;
}

const FIRST_QUIET = 250;
const LAST_QUIET = 5000;
const FIRST_QUIET_OF_FAILING = 1000;
const LAST_QUIET_OF_FAILING = 10_000;

/** Heads that are kept of all tenants together. Beyond it a look is remembered only as far as it is used at once. */
const MOST_HEADS = 20_000;

/** Whose turn it is: tenants with work come one after the other, each with a part of the capacity. */
export class RelayTenants {
  private readonly states = new Map<string, TenantState>();
  /** With something to look for or to claim, as far as is known, in the order of their turns. */
  private readonly queue = new Set<string>();
  private active = 0;
  private heads = 0;

  constructor(
    private readonly limits: { readonly concurrency: number; readonly tenantConcurrency: number },
    private readonly mostHeads = MOST_HEADS,
  ) {}

  /** Whether anything is being delivered or waits for it. */
  get busy(): boolean {
    return this.active > 0 || this.queue.size > 0;
  }

  /** Whether a turn could begin now. */
  get ready(): boolean {
    return this.nextTenant() !== undefined;
  }

  /** Something was written for the tenant. */
  add(tenantId: string): void {
    const state = this.state(tenantId);
    state.empty = 0;
    this.lookAgain(tenantId, state);
  }

  /** A poll found undelivered events, which need not be due. */
  addPolled(tenantId: string): void {
    const state = this.states.get(tenantId);
    if (!state || performance.now() >= state.quietUntil) this.queue.add(tenantId);
  }

  /** Begins the turn of a tenant; `ended` or `failed` ends it. Turns of different tenants may overlap. */
  take(): TenantTurn | undefined {
    const tenantId = this.nextTenant();
    if (tenantId === undefined) return undefined;
    this.queue.delete(tenantId);
    const state = this.state(tenantId);
    const { concurrency, tenantConcurrency } = this.limits;
    const free = Math.min(tenantConcurrency - state.active, concurrency - this.active);
    const heads = state.heads.slice(0, free);
    this.keep(state, state.heads.slice(free));
    if (heads.length === 0 && !state.open) {
      Object.assign(state, { after: '', until: undefined, open: true, again: false });
    }
    const streams = heads.length || free;
    state.serving = true;
    this.change(state, streams);
    return { tenantId, streams, heads, after: state.after, until: state.until };
  }

  /** What the look of a turn found; gives back what the turn can claim of it. */
  looked({ tenantId, streams }: TenantTurn, { heads, next, until }: Look): readonly WaitingHead[] {
    const state = this.state(tenantId);
    const first = heads.slice(0, streams);
    if (until !== '') state.until = until;
    const rest = heads.slice(streams);
    if (rest.length > 0 && this.heads + rest.length > this.mostHeads) {
      Object.assign(state, { after: first.at(-1)!.stream, open: true });
    } else {
      Object.assign(state, { after: next, open: next !== '' });
      this.keep(state, rest);
    }
    return first;
  }

  /** The turn began so many deliveries; each ends by `finished`. */
  ended({ tenantId, streams }: TenantTurn, deliveries: number): void {
    const state = this.state(tenantId);
    state.serving = false;
    state.failures = 0;
    this.change(state, deliveries - streams);
    if (deliveries > 0) state.empty = 0;
    if (state.heads.length > 0 || state.open || state.again) {
      // There may be more; the others come first.
      this.queue.add(tenantId);
    } else if (deliveries === 0) {
      state.quietUntil = performance.now() + Math.min(LAST_QUIET, FIRST_QUIET * 2 ** state.empty++);
      this.forget(tenantId, state);
    }
  }

  /**
   * The turn came to nothing: the database refused it or took too long. The tenant is left alone for a while, and goes on
   * with other streams then: those of the turn wait for the next round.
   */
  failed({ tenantId, streams }: TenantTurn): void {
    const state = this.state(tenantId);
    state.serving = false;
    state.again = true;
    this.change(state, -streams);
    const quiet = Math.min(LAST_QUIET_OF_FAILING, FIRST_QUIET_OF_FAILING * 2 ** state.failures++);
    state.quietUntil = performance.now() + quiet;
    this.queue.delete(tenantId);
  }

  /** A delivery of the tenant ended. */
  finished(tenantId: string): void {
    const state = this.state(tenantId);
    this.change(state, -1);
    // What came behind the batch, or into the stream meanwhile.
    this.lookAgain(tenantId, state);
  }

  private lookAgain(tenantId: string, state: TenantState): void {
    state.again = true;
    // After a failure the polls find the tenant when it is time.
    if (state.failures === 0 || performance.now() >= state.quietUntil) this.queue.add(tenantId);
  }

  private nextTenant(): string | undefined {
    if (this.active >= this.limits.concurrency) return undefined;
    for (const tenantId of this.queue) {
      const state = this.states.get(tenantId);
      if (!state || (!state.serving && state.active < this.limits.tenantConcurrency)) return tenantId;
    }
    return undefined;
  }

  private change(state: TenantState, active: number): void {
    state.active += active;
    this.active += active;
  }

  private keep(state: TenantState, heads: readonly WaitingHead[]): void {
    this.heads += heads.length - state.heads.length;
    state.heads = heads;
  }

  private state(tenantId: string): TenantState {
    let state = this.states.get(tenantId);
    if (!state) {
      state = {
        active: 0,
        serving: false,
        heads: [],
        after: '',
        until: undefined,
        open: false,
        again: false,
        empty: 0,
        failures: 0,
        quietUntil: 0,
      };
      this.states.set(tenantId, state);
    }
    return state;
  }

  /** Nothing is kept of tenants that have nothing to deliver. */
  private forget(tenantId: string, { active }: TenantState): void {
    const MANY = 10_000;
    if (active === 0 && this.states.size > MANY) this.states.delete(tenantId);
  }
}
