/** A tenant's turn to have streams claimed. */
export interface TenantTurn {
  readonly tenantId: string;
  /** How many streams it may have claimed now. */
  readonly streams: number;
  /** Where its last claim ended. */
  readonly after: string;
}

interface TenantState {
  active: number;
  after: string;
  /** Something may have come into streams that this round through them has passed. */
  again: boolean;
  /** Polls in a row that found nothing due: its events wait for their next attempt. */
  empty: number;
  /** No poll before this moment counts (`performance.now()`). */
  quietUntil: number;
}

const FIRST_QUIET = 250;
const LAST_QUIET = 5000;

/** Whose turn it is: tenants with work come one after the other, each with a part of the capacity. */
export class RelayTenants {
  private readonly states = new Map<string, TenantState>();
  /** With something to claim, as far as is known, in the order of their turns. */
  private readonly queue = new Set<string>();
  private active = 0;

  constructor(
    private readonly limits: { readonly concurrency: number; readonly tenantConcurrency: number },
  ) {}

  /** Whether anything is being delivered or waits for it. */
  get busy(): boolean {
    return this.active > 0 || this.queue.size > 0;
  }

  /** Whether a claim could be made now. */
  get ready(): boolean {
    return this.nextTenant() !== undefined;
  }

  /** Something was written for the tenant. */
  add(tenantId: string): void {
    const state = this.state(tenantId);
    state.empty = 0;
    state.again = true;
    this.queue.add(tenantId);
  }

  /** A poll found undelivered events, which need not be due. */
  addPolled(tenantId: string): void {
    const state = this.states.get(tenantId);
    if (!state || performance.now() >= state.quietUntil) this.queue.add(tenantId);
  }

  take(): TenantTurn | undefined {
    const tenantId = this.nextTenant();
    if (tenantId === undefined) return undefined;
    this.queue.delete(tenantId);
    const state = this.state(tenantId);
    if (state.after === '') state.again = false;
    const free = this.limits.concurrency - this.active;
    const streams = Math.min(this.limits.tenantConcurrency - state.active, free);
    return { tenantId, streams, after: state.after };
  }

  claimed(tenantId: string, runs: number, next: string): void {
    const state = this.state(tenantId);
    state.after = next;
    state.active += runs;
    this.active += runs;
    if (runs > 0) state.empty = 0;
    if (next !== '' || state.again) {
      // There may be more; the others come first.
      this.queue.add(tenantId);
      return;
    }
    if (runs > 0) return;
    state.quietUntil = performance.now() + Math.min(LAST_QUIET, FIRST_QUIET * 2 ** state.empty++);
    this.forget(tenantId, state);
  }

  finished(tenantId: string): void {
    const state = this.state(tenantId);
    state.active--;
    this.active--;
    // What came behind the batch, or into the stream meanwhile.
    state.again = true;
    this.queue.add(tenantId);
  }

  private nextTenant(): string | undefined {
    if (this.active >= this.limits.concurrency) return undefined;
    for (const tenantId of this.queue) {
      if ((this.states.get(tenantId)?.active ?? 0) < this.limits.tenantConcurrency) return tenantId;
    }
    return undefined;
  }

  private state(tenantId: string): TenantState {
    let state = this.states.get(tenantId);
    if (!state) {
      state = { active: 0, after: '', again: false, empty: 0, quietUntil: 0 };
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
