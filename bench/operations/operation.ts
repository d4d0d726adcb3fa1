import type { Client } from 'pg';
import type { Directory, Tenant } from '../data/directory.js';

/** What a request is made from. */
export interface RequestContext {
  readonly directory: Directory;
  /** What one server said earlier, a cursor for example. */
  readonly values: Readonly<Record<string, string>>;
}

/** A request, with its path below the base address. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string;
}

/** A run of requests, numbered from `from` on. */
export interface RequestRange {
  readonly from: number;
  readonly count: number;
}

/** Something that is measured: the same requests for every server. */
export interface Operation {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Requests under way at once. */
  readonly connections: number;
  /** Most requests of one run: what a run needs fresh keys or much time for. @default unlimited */
  readonly most?: number;
  readonly status: number;
  /** Further statuses that are right. @default none */
  readonly statuses?: readonly number[];
  /** @default the large tenant */
  readonly tenant?: (directory: Directory) => Tenant;
  /** The request with that number; counted on over all runs, so that each is a fresh one. */
  readonly request: (number: number, context: RequestContext) => BenchRequest;
  /** Whether the answer to that request is what was asked for. */
  readonly isRight: (body: string, number: number, context: RequestContext) => boolean;
  /** What must be there before the run. */
  readonly prepare?: (database: Client, directory: Directory, range: RequestRange) => Promise<void>;
  /** Undoes what the run has done. */
  readonly restore?: (database: Client, directory: Directory, range: RequestRange) => Promise<void>;
}

/** Connections of operations that need many requests under way to fill a core. */
export const MANY = 16;

/** The tenant that an operation works on. */
export function tenantOf({ tenant }: Pick<Operation, 'tenant'>, directory: Directory): Tenant {
  return tenant?.(directory) ?? directory.large;
}

/** A number that goes through all of `0…size-1` in no order. */
export function spread(number: number, size: number): number {
  // Prime, so that it shares no factor with the sizes.
  return (number * 7919 + 31) % size;
}
