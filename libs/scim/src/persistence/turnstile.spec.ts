import { describe, expect, it } from 'vitest';
import { Turnstile, TurnstileTimeout } from './turnstile.js';

/** Work that ends when told to. */
function task(): { work: () => Promise<void>; started: boolean; end: () => void; fail: () => void } {
  let end!: () => void;
  let fail!: () => void;
  const done = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = () => reject(new Error('failed'));
  });
  const made = { started: false, end, fail, work: (): Promise<void> => ((made.started = true), done) };
  return made;
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('Turnstile', () => {
  it('lets as many through as it is wide, the rest in order of arrival, also past failures', async () => {
    const turnstile = new Turnstile(2);
    const tasks = [task(), task(), task(), task()] as const;
    const passes = tasks.map(({ work }) => turnstile.pass(work));
    const outcomes = Promise.allSettled(passes);
    await settled();
    expect(tasks.map(({ started }) => started)).toEqual([true, true, false, false]);
    tasks[1].fail();
    await settled();
    expect(tasks.map(({ started }) => started)).toEqual([true, true, true, false]);
    for (const { end } of tasks) end();
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(await turnstile.pass(async () => 'free again')).toBe('free again');
  });

  it('sends away whose turn does not come in time, and nobody else', async () => {
    const turnstile = new Turnstile();
    const [first, impatient, patient] = [task(), task(), task()];
    const passes = [
      turnstile.pass(first.work),
      turnstile.pass(impatient.work, 10),
      turnstile.pass(patient.work, 5000),
    ];
    await expect(passes[1]).rejects.toBeInstanceOf(TurnstileTimeout);
    first.end();
    await settled();
    expect([impatient.started, patient.started]).toEqual([false, true]);
    patient.end();
    await Promise.all([passes[0], passes[2]]);
  });
});
