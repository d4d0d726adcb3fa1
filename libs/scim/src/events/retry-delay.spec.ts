import { describe, expect, it } from 'vitest';
import { retryDelay } from './retry-delay.js';

const settings = { firstRetrySeconds: 1, lastRetrySeconds: 900 };

describe('retryDelay', () => {
  it.each([
    [1, 1000],
    [2, 2000],
    [5, 16_000],
    [10, 512_000],
    [11, 900_000],
    [20, 900_000],
  ])('is at most a limit that doubles up to fifteen minutes: attempt %i', (attempt, limit) => {
    expect(retryDelay(attempt, settings, () => 1)).toBe(limit);
    expect(retryDelay(attempt, settings, () => 0)).toBe(0);
    expect(retryDelay(attempt, settings)).toBeLessThanOrEqual(limit);
  });
});
