/** When a connection is stopped. */
export interface BreakerRules {
  /** Share of the tenant's active users who may lose access within the window. Above 0, at most 1. */
  readonly share: number;
  /** Users who may lose access whatever the share is. */
  readonly minimum: number;
  readonly windowSeconds: number;
}

/** Users who lost access in one slice of time. */
export type SliceLosses = readonly [slice: number, users: number];

/** Slices of a window: how coarse it moves on, and how much is kept of it. */
const SLICES = 12;

/**
 * Losses of the last window, counted by slices of time so that what is kept has a fixed size. It errs on the side of
 * stopping: whatever happened within the window counts, and what is up to one slice older may.
 */
export class BreakerWindow {
  private constructor(
    private readonly rules: BreakerRules,
    private readonly now: number,
    private readonly slices: readonly SliceLosses[],
  ) {}

  /** @param now milliseconds since 1970 */
  static at(now: number, losses: readonly SliceLosses[], rules: BreakerRules): BreakerWindow {
    const current = sliceOf(now, rules);
    // What lies far ahead was counted in slices of another length, before the option was changed.
    const near = losses.filter(([slice]) => Math.abs(slice - current) <= SLICES);
    return new BreakerWindow(rules, now, near);
  }

  /** Users who lost access in it. */
  get lost(): number {
    return this.slices.reduce((sum, [, users]) => sum + users, 0);
  }

  /** Users who may lose access in it. @param active of the tenant when it began */
  allowance(active: number): number {
    return Math.max(this.rules.minimum, Math.floor(this.rules.share * active));
  }

  /** Whether so many more are too many. */
  isExceededBy(more: number, active: number): boolean {
    return this.lost + more > this.allowance(active);
  }

  /** The losses with so many more, oldest first. */
  with(more: number): readonly SliceLosses[] {
    const current = sliceOf(this.now, this.rules);
    // A clock that stepped back counts in the newest slice, so that the list stays in order.
    const [slice, users] = this.slices.at(-1) ?? [current, 0];
    if (slice >= current) return [...this.slices.slice(0, -1), [slice, users + more]];
    return [...this.slices, [current, more]];
  }
}

function sliceOf(now: number, { windowSeconds }: BreakerRules): number {
  return Math.floor((now * SLICES) / (windowSeconds * 1000));
}
