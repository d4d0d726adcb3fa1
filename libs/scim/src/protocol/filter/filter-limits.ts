/** Bounds of one filter. What is over a bound is refused with invalidFilter (D-23). */
export interface FilterLimits {
  /** Characters of the whole filter. */
  readonly length: number;
  /** Nesting of parentheses and brackets; never more than `MAXIMUM_DEPTH`. */
  readonly depth: number;
  /** Comparisons, presence tests and value paths together. */
  readonly terms: number;
  /** Characters of one literal, after its escapes are decoded. */
  readonly valueLength: number;
}

export const DEFAULT_FILTER_LIMITS: FilterLimits = { length: 4096, depth: 32, terms: 200, valueLength: 1024 };

/** The parser and everything behind it recurse, so no setting may go deeper than this. */
export const MAXIMUM_DEPTH = 200;
