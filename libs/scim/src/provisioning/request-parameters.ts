import type { Filter } from '../protocol/filter/ast.js';

/** What part of a resource the caller wants back (RFC 7644 §3.9). */
export interface ProjectionParameters {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** A query over one resource type (RFC 7644 §3.4.2), syntax checked, names not yet resolved. */
export interface ListParameters extends ProjectionParameters {
  readonly filter?: Filter;
  readonly sortBy?: string;
  readonly sortOrder?: 'ascending' | 'descending';
  /** 1-based; below 1 counts as 1. */
  readonly startIndex?: number;
  /** Below 0 counts as 0. */
  readonly count?: number;
  /** Pages by cursor (RFC 9865); the empty text asks for the first page. */
  readonly cursor?: string;
}

/** Preconditions of RFC 9110 as sent; undefined when the header is missing. */
export interface Preconditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}
