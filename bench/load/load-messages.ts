import type { Sizes } from '../data/sizes.js';

/** A run that the load process is asked for. */
export interface LoadOrder {
  readonly operation: string;
  readonly sizes: Sizes;
  /** File with the ids of the large tenant's users, where the server has made them itself. */
  readonly idsFile?: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly values: Readonly<Record<string, string>>;
  /** Number of the first request. */
  readonly from: number;
  readonly count: number;
  readonly connections: number;
}

/** What came of it. */
export interface LoadResult {
  /** Requests that were answered. */
  readonly requests: number;
  /** From the first request to the last answer. */
  readonly milliseconds: number;
  /** Of an answer's body. */
  readonly bytesPerAnswer: number;
  readonly latency: { readonly p50: number; readonly p99: number };
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without an answer. */
  readonly failures: number;
}
