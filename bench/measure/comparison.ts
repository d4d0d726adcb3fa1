import type { Client } from 'pg';
import type { Directory } from '../data/directory.js';
import type { LoadGenerator } from '../load/load-generator.js';
import type { LoadResult } from '../load/load-messages.js';
import { type Operation, tenantOf } from '../operations/operation.js';
import { median } from './median.js';
import { takeNumbers } from './request-numbers.js';
import { requestOnce } from './request-once.js';
import type { Variant } from './variant.js';

/** One run of one server. */
export interface Run {
  readonly requests: number;
  readonly perSecond: number;
  /** Microseconds of the server's processor time for each request. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
  /** Resident bytes after the run. */
  readonly rss: number;
}

/** What the rounds of one server come to. */
export interface Measured {
  readonly variant: string;
  readonly runs: readonly Run[];
  /** Medians of the runs. */
  readonly perSecond: number;
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
  readonly answerBytes: number;
}

/** Medians over the rounds of the ratio of one server to another in the same round, with their range. */
export interface Ratio {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly rounds: readonly number[];
}

/** An operation, measured on several servers. */
export interface Comparison {
  readonly operation: string;
  readonly title: string;
  readonly servers: readonly Measured[];
  /** Servers that did not answer as they should, and why: what is fast and wrong does not count. */
  readonly refused: readonly { readonly variant: string; readonly reason: string }[];
}

/** What a comparison works with. */
export interface Bench {
  readonly directory: Directory;
  readonly load: LoadGenerator;
  readonly database: Client;
}

const LEAST = 6;
/** Lengths of a run for which a server is warmed up: what it compiles for the operation is not part of a request. */
const WARM = 1;

/** Runs an operation on all servers in turn, there and back (ABBA), after a look at whether they answer rightly. */
export async function compare(
  bench: Bench,
  operation: Operation,
  variants: readonly Variant[],
): Promise<Comparison> {
  const { sizes } = bench.directory;
  const right: { variant: Variant; count: number; answerBytes: number; runs: Run[] }[] = [];
  const refused: { variant: string; reason: string }[] = [];
  const refuse = ({ name }: Variant, error: unknown): void => {
    refused.push({ variant: name, reason: error instanceof Error ? error.message : String(error) });
  };
  // Reads are looked at with the same request, so that the lengths of the answers can be compared.
  const shown = takeNumbers(operation.name, 1);
  for (const variant of variants) {
    try {
      const isRead = operation.request(shown, { directory: variant.directory, values: {} }).method === 'GET';
      const number = isRead ? shown : takeNumbers(operation.name, 1);
      const { answerBytes, milliseconds } = await look(bench, operation, variant, number);
      const guess = bounded(operation, ((sizes.seconds * 1000) / milliseconds) * WARM);
      // The first request of its kind tells little about the others, so the warm-up is measured and done again.
      const first = await oneRun(bench, operation, variant, guess);
      const warm = await oneRun(
        bench,
        operation,
        variant,
        bounded(operation, first.perSecond * sizes.seconds * WARM),
      );
      const count = bounded(operation, warm.perSecond * sizes.seconds);
      right.push({ variant, count, answerBytes, runs: [] });
    } catch (error) {
      refuse(variant, error);
    }
  }
  for (let round = 0; round < sizes.rounds; round++) {
    for (const server of round % 2 === 0 ? [...right] : right.toReversed()) {
      const { variant, count, runs } = server;
      try {
        runs.push(await oneRun(bench, operation, variant, count));
      } catch (error) {
        // One server that fails must not cost what is known of the others.
        refuse(variant, error);
        right.splice(right.indexOf(server), 1);
      }
    }
  }
  return {
    operation: operation.name,
    title: operation.title,
    servers: right.map(({ variant, runs, answerBytes }) => summary(variant.name, runs, answerBytes)),
    refused,
  };
}

/** How much more (or less) of something one server needs than another. Undefined when one of them is missing. */
export function ratioOf(
  { servers }: Comparison,
  what: 'cpu' | 'perSecond' | 'p50',
  numerator: string,
  denominator: string,
): Ratio | undefined {
  const of = (name: string): readonly Run[] | undefined =>
    servers.find(({ variant }) => variant === name)?.runs;
  const above = of(numerator);
  const below = of(denominator);
  if (!above || !below) return undefined;
  const rounds = above.map((run, round) => run[what] / (below[round]?.[what] ?? NaN));
  return { median: median(rounds), lowest: Math.min(...rounds), highest: Math.max(...rounds), rounds };
}

/** Status and content of one answer. @throws Error saying what is wrong with it */
async function look(
  { database }: Bench,
  operation: Operation,
  variant: Variant,
  number: number,
): Promise<{ answerBytes: number; milliseconds: number }> {
  const { directory } = variant;
  const range = { from: number, count: 1 };
  const context = { directory, values: variant.values };
  if (!variant.foreign) await operation.prepare?.(database, directory, range);
  try {
    const request = operation.request(number, context);
    const answer = await requestOnce(variant, tenantOf(operation, directory).id, request);
    if (!isExpected(operation, answer.status) || !operation.isRight(answer.body, number, context)) {
      throw new Error(`answers ${answer.status} ${answer.body.slice(0, 300)}`);
    }
    return { answerBytes: Buffer.byteLength(answer.body), milliseconds: answer.milliseconds };
  } finally {
    if (!variant.foreign) await operation.restore?.(database, directory, range);
  }
}

/** One run of one server, with what has to be there before and undone after. */
export async function oneRun(
  bench: Bench,
  operation: Operation,
  variant: Variant,
  count: number,
): Promise<Run> {
  const { load, database } = bench;
  const { directory } = variant;
  const range = { from: takeNumbers(operation.name, count), count };
  if (!variant.foreign) await operation.prepare?.(database, directory, range);
  const before = await variant.server.usage();
  const result = await load.run({
    operation: operation.name,
    sizes: directory.sizes,
    idsFile: variant.idsFile,
    baseUrl: variant.baseUrl,
    token: variant.tokens.get(tenantOf(operation, directory).id) ?? '',
    values: variant.values,
    from: range.from,
    count,
    connections: operation.connections,
  });
  const after = await variant.server.usage();
  if (!variant.foreign) await operation.restore?.(database, directory, range);
  refuseWrongAnswers(operation, result);
  return {
    requests: result.requests,
    perSecond: (result.requests / result.milliseconds) * 1000,
    cpu: (after.cpu - before.cpu) / result.requests,
    ...result.latency,
    rss: after.rss,
  };
}

/** Every answer counts, not only the one that was looked at. */
function refuseWrongAnswers(operation: Operation, { statuses, failures, requests }: LoadResult): void {
  const right = Object.keys(statuses).every((status) => isExpected(operation, Number(status)));
  if (failures === 0 && right && requests > 0) return;
  throw new Error(`under load: ${JSON.stringify(statuses)}, ${failures} without an answer`);
}

function isExpected({ status, statuses }: Operation, answered: number): boolean {
  return answered === status || statuses?.includes(answered) === true;
}

function bounded({ most = Infinity, connections }: Operation, count: number): number {
  return Math.min(most, Math.max(LEAST, connections, Math.round(count)));
}

function summary(variant: string, runs: readonly Run[], answerBytes: number): Measured {
  const of = (what: 'perSecond' | 'cpu' | 'p50' | 'p99'): number => median(runs.map((run) => run[what]));
  return {
    variant,
    runs,
    perSecond: of('perSecond'),
    cpu: of('cpu'),
    p50: of('p50'),
    p99: of('p99'),
    answerBytes,
  };
}
