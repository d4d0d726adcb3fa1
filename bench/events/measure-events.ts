import { type Bar, bar } from '../bars/bar.js';
import type { Bench } from '../measure/comparison.js';
import type { Variant } from '../measure/variant.js';
import type { Sizes } from '../data/sizes.js';
import { startDelivering } from '../servers/start-variants.js';
import { type EventLatency, measureEventLatency } from './event-latency.js';
import { type EventThroughput, measureEventThroughput } from './event-throughput.js';

/** How fast an `@OnScimEvent` method hears of what was written. */
export interface EventDelivery {
  readonly latency: EventLatency;
  readonly throughput: readonly EventThroughput[];
}

const WRITES: Readonly<Record<Sizes['name'], number>> = { tiny: 20, short: 100, full: 400 };
const WAITING: Readonly<Record<Sizes['name'], number>> = { tiny: 1000, short: 5000, full: 20_000 };
/** One provider after its first synchronisation, and many at work. */
const TENANTS = [1, 10];
/** Ours: no goal asks for it. */
const LATENCY_MS = 100;

/** On servers of its own: those of the comparisons deliver nothing. */
export async function measureEvents(
  { database, directory }: Bench,
  url: string,
  tokens: Variant['tokens'],
): Promise<EventDelivery> {
  const { name } = directory.sizes;
  const start = (): Promise<Variant> => startDelivering(url, directory, tokens);
  // What the comparisons have written is nobody's concern.
  await database.query('truncate scim_outbox');
  const delivering = await start();
  let latency: EventLatency;
  try {
    latency = await measureEventLatency(database, directory, delivering, WRITES[name]);
  } finally {
    await delivering.server.stop();
  }
  const throughput: EventThroughput[] = [];
  for (const tenants of TENANTS) {
    const waiting = { tenants, events: WAITING[name] };
    throughput.push(await measureEventThroughput(url, database, waiting, start));
  }
  return { latency, throughput };
}

/** A bar of the project's own. */
export function eventBars({ latency: { p50, p99, writes } }: EventDelivery): Bar[] {
  const detail = `99 %: ${p99.toFixed(1)} ms, of ${writes} writes; a bar of the project's own, no goal`;
  return [
    bar('events: milliseconds from an answered write to its listener, median', p50, '<=', LATENCY_MS, detail),
  ];
}
