interface Timer {
  readonly at: number;
  readonly handle: NodeJS.Timeout;
}

/** Wakes the relay when an event that failed here may be tried again; one timer for each tenant. */
export class RetryTimers {
  private readonly timers = new Map<string, Timer>();

  constructor(private readonly nudge: (tenantId: string) => void) {}

  /** The earliest counts: whatever wakes the tenant finds out what else is due. */
  nudgeIn(tenantId: string, milliseconds: number): void {
    const at = performance.now() + milliseconds;
    const known = this.timers.get(tenantId);
    if (known && known.at <= at) return;
    clearTimeout(known?.handle);
    const ring = (): void => {
      this.timers.delete(tenantId);
      this.nudge(tenantId);
    };
    // The clock of the database decides, and rounds.
    const handle = setTimeout(ring, milliseconds + 2);
    handle.unref();
    this.timers.set(tenantId, { at, handle });
  }

  clear(): void {
    for (const { handle } of this.timers.values()) clearTimeout(handle);
    this.timers.clear();
  }
}
