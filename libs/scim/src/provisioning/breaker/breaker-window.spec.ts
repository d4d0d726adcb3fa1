import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BreakerRules, BreakerWindow, type SliceLosses } from './breaker-window.js';

const RULES: BreakerRules = { share: 0.3, minimum: 5, windowSeconds: 120 };
const WINDOW_MS = RULES.windowSeconds * 1000;
const SLICE_MS = WINDOW_MS / 12;

/** Attempts to take access away: when, after the one before, and from how many. */
const attempts = fc.array(
  fc.record({ wait: fc.integer({ min: 0, max: WINDOW_MS }), users: fc.integer({ min: 1, max: 8 }) }),
  { maxLength: 80 },
);
const actives = fc.integer({ min: 0, max: 60 });

/** Plays attempts without ever stopping for good, and notes which were let through. */
function play(steps: readonly { wait: number; users: number }[], active: number) {
  let now = Date.UTC(2026, 10, 27);
  let losses: readonly SliceLosses[] = [];
  return steps.map(({ wait, users }) => {
    now += wait;
    const window = BreakerWindow.at(now, losses, RULES);
    const passed = !window.isExceededBy(users, active);
    if (passed) losses = window.with(users);
    return { at: now, users, passed, kept: losses.length };
  });
}

/** What a list of all that was let through says was lost in the time before a moment. */
function lostBefore(log: ReturnType<typeof play>, index: number, milliseconds: number): number {
  const { at } = log[index]!;
  return log
    .slice(0, index)
    .filter((one) => one.passed && one.at >= at - milliseconds)
    .reduce((sum, { users }) => sum + users, 0);
}

describe('BreakerWindow', () => {
  it('never lets more users lose access within any window than it allows', () => {
    fc.assert(
      fc.property(attempts, actives, (steps, active) => {
        const log = play(steps, active);
        const allowed = Math.max(RULES.minimum, Math.floor(RULES.share * active));
        log.forEach(({ users, passed }, index) => {
          if (passed) expect(lostBefore(log, index, WINDOW_MS) + users).toBeLessThanOrEqual(allowed);
        });
      }),
    );
  });

  it('refuses nothing that a window of one more slice would allow', () => {
    fc.assert(
      fc.property(attempts, actives, (steps, active) => {
        const log = play(steps, active);
        const allowed = Math.max(RULES.minimum, Math.floor(RULES.share * active));
        log.forEach(({ users, passed }, index) => {
          const lost = lostBefore(log, index, WINDOW_MS + SLICE_MS);
          if (lost + users <= allowed) expect(passed).toBe(true);
        });
      }),
    );
  });

  it('keeps no more than a fixed number of slices', () => {
    fc.assert(
      fc.property(attempts, (steps) => {
        for (const { kept } of play(steps, 1000)) expect(kept).toBeLessThanOrEqual(13);
      }),
    );
  });

  it('never stops a tenant of as many users as are allowed at least', () => {
    const window = BreakerWindow.at(0, [], RULES);
    expect(window.isExceededBy(5, 5)).toBe(false);
    expect(window.isExceededBy(6, 6)).toBe(true);
    expect(window.allowance(100)).toBe(30);
  });

  it('forgets what was counted in windows of another length', () => {
    const now = Date.UTC(2026, 10, 27);
    const losses = BreakerWindow.at(now, [], RULES).with(3);
    for (const windowSeconds of [60, 3600]) {
      expect(BreakerWindow.at(now, losses, { ...RULES, windowSeconds }).lost).toBe(0);
    }
  });

  it('goes on counting when the clock steps back', () => {
    const now = Date.UTC(2026, 10, 27);
    const losses = BreakerWindow.at(now, [], RULES).with(3);
    const back = BreakerWindow.at(now - 10 * SLICE_MS, losses, RULES);
    expect(back.lost).toBe(3);
    expect(back.with(1)).toEqual([[losses[0]![0], 4]]);
  });
});
