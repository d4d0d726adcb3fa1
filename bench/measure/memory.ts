import { type Bar, bar } from '../bars/bar.js';
import { OPERATIONS } from '../operations/index.js';
import type { Bench } from './comparison.js';
import { oneRun } from './comparison.js';
import type { Variant } from './variant.js';

const MIXED = ['get-user', 'filter-user-name', 'list', 'create-user', 'patch-active', 'add-member-huge'];
const MEBIBYTE = 2 ** 20;

/**
 * Memory of the library's server before and after mixed load (goal 20).
 *
 * @param library just started, as `bare`: what a server has answered before stays in its memory
 */
export async function memoryBars(
  bench: Bench,
  library: Variant,
  bare: Variant,
  seconds: number,
): Promise<Bar[]> {
  const { rss: before } = await library.server.usage();
  const { rss: beside } = await bare.server.usage();
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
