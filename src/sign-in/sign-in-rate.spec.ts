import { afterEach, describe, expect, it, vi } from 'vitest';
import { TooManyRequestsError } from '../too-many-requests.js';
import { SignInRate } from './sign-in-rate.js';

const ADDRESS = '192.0.2.1';

describe('The rate of sign-ins', () => {
  afterEach(() => void vi.useRealTimers());

  const refused = (rate: SignInRate, email: string): Promise<boolean> =>
    rate.take(ADDRESS, 'acme', email).then(
      () => false,
      (error: unknown) => error instanceof TooManyRequestsError && error.retryAfterSeconds > 0,
    );

  it('bounds what is remembered of one address, however many accounts it tries', async () => {
    // The limiter has a timer for each key that it remembers.
    vi.useFakeTimers();
    const rate = new SignInRate();
    for (let i = 0; i < 500; i++) expect(await refused(rate, `name${i}@acme.example`)).toBe(i >= 100);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(101);
  });

  it('ends the guessing at one account, whatever its spelling, and starts anew after a success', async () => {
    const rate = new SignInRate();
    for (let i = 0; i < 10; i++) expect(await refused(rate, 'Ann@acme.example')).toBe(false);
    expect(await refused(rate, 'ANN@acme.example')).toBe(true);
    expect(await refused(rate, 'ben@acme.example')).toBe(false);
    await rate.giveBack(ADDRESS, 'acme', 'ann@acme.example');
    expect(await refused(rate, 'ann@acme.example')).toBe(false);
  });
});
