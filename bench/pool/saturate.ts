import { ScimLimits } from 'nestjs-scim';
import { type Bar, bar } from '../bars/bar.js';
import type { Directory } from '../data/directory.js';
import type { Variant } from '../measure/variant.js';
import { operationNamed } from '../operations/index.js';
import { type Burst, burst } from './burst.js';

/** Far more than the pool has connections to the database (10, as pg has it); the last is more than the limit. */
const UNDER_WAY = [16, 64, 256, 1024, 2048];
const REQUESTS = 3000;
const TINY_REQUESTS = 500;

/** Requests that a server with the default options takes at once. */
const LIMIT = new ScimLimits().concurrentRequests ?? Infinity;

/** Reads users with ever more requests under way. */
export async function saturatePool(directory: Directory, library: Variant): Promise<Burst[]> {
  const { large, sizes } = directory;
  const operation = operationNamed('get-user');
  const least = sizes.name === 'tiny' ? TINY_REQUESTS : REQUESTS;
  const bursts: Burst[] = [];
  for (const underWay of UNDER_WAY) {
    const amount = { underWay, each: Math.ceil(least / underWay) };
    const make = (number: number): ReturnType<typeof operation.request> =>
      operation.request(number, { directory, values: library.values });
    bursts.push(await burst(library, large.id, amount, make));
  }
  return bursts;
}

/** Bars of the project's own: more requests than it can serve take longer or are refused, and none fails. */
export function poolBars(bursts: readonly Burst[]): Bar[] {
  const sum = (of: readonly Burst[], what: (burst: Burst) => number): number =>
    of.reduce((total, burst) => total + what(burst), 0);
  const failed = bursts.flatMap((burst) => burst.failed);
  const within = bursts.filter(({ underWay }) => underWay <= LIMIT);
  const beyond = bursts.filter(({ underWay }) => underWay > LIMIT);
  const limit = `limit ${LIMIT}`;
  return [
    bar(
      'pool: requests neither served nor refused with Retry-After',
      failed.length,
      '<=',
      0,
      [`of ${sum(bursts, ({ requests }) => requests)}`, ...new Set(failed)].join('; ').slice(0, 200),
    ),
    bar(
      'pool: requests refused below the limit',
      sum(within, ({ refused }) => refused),
      '<=',
      0,
      limit,
    ),
    bar(
      'pool: requests refused beyond the limit',
      beyond.length === 0 ? undefined : sum(beyond, ({ refused }) => refused),
      '>=',
      1,
      [limit, ...beyond.map(({ underWay, refused }) => `${refused} of ${underWay} under way`)].join('; '),
    ),
  ];
}
