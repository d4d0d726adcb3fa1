import { type Bar, bar } from '../bars/bar.js';
import { OPERATIONS } from '../operations/index.js';
import type { Bench } from './comparison.js';
import { oneRun } from './comparison.js';
import type { Variant } from './variant.js';

const MIXED = ['get-user', 'filter-user-name', 'list', 'create-user', 'patch-active', 'add-member-huge'];
const MEBIBYTE = 2 ** 20;

/** Resident bytes of servers that have just started. */
export type IdleMemory = ReadonlyMap<Variant, number>;

/** To be called before anything is measured. */
export async function measureIdle(variants: readonly Variant[]): Promise<IdleMemory> {
  const idle = new Map<Variant, number>();
  for (const variant of variants) idle.set(variant, (await variant.server.usage()).rss);
  return idle;
}

/** Memory of the library's server before and after mixed load (goal 20). */
export async function memoryBars(
  bench: Bench,
  library: Variant,
  bare: Variant,
  idle: IdleMemory,
  seconds: number,
): Promise<Bar[]> {
  const before = idle.get(library) ?? NaN;
  const beside = idle.get(bare) ?? NaN;
  const operations = OPERATIONS.filter(({ name }) => MIXED.includes(name));
  const endsAt = Date.now() + seconds * 1000;
  let after = 0;
  while (Date.now() < endsAt) {
    for (const operation of operations) {
      const { rss } = await oneRun(bench, operation, library, Math.min(operation.most ?? 300, 300));
      after = rss;
    }
  }
  const sizes = (a: number, b: number): string =>
    `${(a / MEBIBYTE).toFixed(0)} MiB to ${(b / MEBIBYTE).toFixed(0)} MiB`;
  return [
    bar(
      '20 idle memory, to bare Nest with Fastify and TypeORM',
      before / beside,
      '<=',
      1.15,
      sizes(before, beside),
    ),
    bar(
      `20 memory after ${seconds} s of mixed load, to idle`,
      after / before,
      '<=',
      1.5,
      sizes(after, before),
    ),
  ];
}
