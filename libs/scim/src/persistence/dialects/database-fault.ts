/** What went wrong in the database, in words that do not depend on which one it is. */
export type DatabaseFault =
  /** Unique constraint. `names`: the constraint, or table and columns as `table.column`. */
  | { readonly kind: 'unique'; readonly names: readonly string[] }
  /** Lost against another transaction; the whole transaction may be tried again. */
  | { readonly kind: 'retry' }
  /** Away, out of connections, read-only or shutting down. */
  | { readonly kind: 'unavailable' }
  /** Stopped by the time limit. */
  | { readonly kind: 'timeout' }
  /** Another table refers to a row that was to be deleted. */
  | { readonly kind: 'referenced' }
  /** A write that had to touch a row has touched none; see `Dialect.together`. */
  | { readonly kind: 'untouched' }
  /** A value that the database cannot hold. */
  | { readonly kind: 'value' };
