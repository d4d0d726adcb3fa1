import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Bar } from '../bars/bar.js';
import type { Sizes } from '../data/sizes.js';
import type { EventDelivery } from '../events/measure-events.js';
import type { Comparison } from '../measure/comparison.js';
import type { Burst } from '../pool/burst.js';

/** Where and on what it was measured. */
export interface Surroundings {
  readonly date: string;
  readonly node: string;
  readonly postgres: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly pinned: boolean;
  readonly embedded: boolean;
  readonly commit: string;
}

/** A result file. */
export interface Results {
  readonly surroundings: Surroundings;
  readonly sizes: Sizes;
  readonly bars: readonly Bar[];
  readonly comparisons: readonly Comparison[];
  /** The same operations on the peers and on the library, with `--peers`. */
  readonly besidePeers: readonly Comparison[];
  readonly counts: readonly Count[];
  readonly growth: readonly GrowthLine[];
  /** Many more requests at once than connections to the database. */
  readonly pool: readonly Burst[];
  readonly events?: EventDelivery;
  readonly micro: readonly MicroResult[];
}

/** What one request costs in things that can be counted. */
export interface Count {
  readonly operation: string;
  readonly statements: number;
  /** Statements that begin or end a transaction. */
  readonly transactionStatements: number;
  readonly walBytes: number | undefined;
}

/** Cost against a size. */
export interface GrowthLine {
  readonly chart: string;
  readonly line: string;
  readonly points: readonly (readonly [size: number, milliseconds: number])[];
}

/** Processor time of a function, in microseconds a call. */
export interface MicroResult {
  readonly name: string;
  readonly ours: number;
  readonly others: Readonly<Record<string, number>>;
}

export function resultsPath(form: Sizes['name']): string {
  return `bench/results/${form}.json`;
}

export function writeResults(results: Results): void {
  const path = resultsPath(results.sizes.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`);
}

/** The last results of that form; undefined when there are none. */
export function readResults(form: Sizes['name']): Results | undefined {
  try {
    return JSON.parse(readFileSync(resultsPath(form), 'utf8')) as Results;
  } catch {
    return undefined;
  }
}
