import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Directory } from '../data/directory.js';
import { percentile } from '../measure/percentile.js';
import { takeNumbers } from '../measure/request-numbers.js';
import { requestOnce } from '../measure/request-once.js';
import type { Variant } from '../measure/variant.js';
import { operationNamed } from '../operations/index.js';

/** Milliseconds between two writes: a quiet server. */
const PERIOD = 50;
/** Of which the first are not counted. */
const WARM = 10;
const PATIENCE_MS = 10_000;

/** From the end of an answered write to the listener that is told of it. */
export interface EventLatency {
  readonly writes: number;
  readonly p50: number;
  readonly p99: number;
}

/** Creates users one by one over HTTP on a server that delivers, and asks it when it heard of each. */
export async function measureEventLatency(
  database: Client,
  directory: Directory,
  delivering: Variant,
  writes: number,
): Promise<EventLatency> {
  const operation = operationNamed('create-user');
  const range = { from: takeNumbers(operation.name, writes + WARM), count: writes + WARM };
  const answered: { id: string; at: number }[] = [];
  try {
    for (let i = 0; i < range.count; i++) {
      const startedAt = performance.now();
      const request = operation.request(range.from + i, { directory, values: {} });
      const { status, body } = await requestOnce(delivering, directory.large.id, request);
      const at = Number(process.hrtime.bigint()) / 1e6;
      if (status !== operation.status) throw new Error(`POST answers ${status} ${body.slice(0, 200)}`);
      answered.push({ id: (JSON.parse(body) as { id: string }).id, at });
      await pause(Math.max(0, startedAt + PERIOD - performance.now()));
    }
    const arrivals = await arrivalsOf(
      delivering,
      answered.map(({ id }) => id),
    );
    // A listener may well be told before the client has read the answer.
    const times = answered.map(({ at }, i) => Math.max(0, arrivals[i]! - at)).slice(WARM);
    times.sort((a, b) => a - b);
    return { writes, p50: percentile(times, 0.5)!, p99: percentile(times, 0.99)! };
  } finally {
    await operation.restore?.(database, directory, range);
  }
}

/** @throws Error when some are never delivered */
async function arrivalsOf({ server }: Variant, ids: readonly string[]): Promise<number[]> {
  const endsAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const { arrivals } = await server.events(ids);
    const there = arrivals.filter((at) => at !== null);
    if (there.length === ids.length) return there;
    if (performance.now() > endsAt)
      throw new Error(`${ids.length - there.length} events were not delivered.`);
    await pause(PERIOD);
  }
}
