/** Resources of a page: `count` between 0 and the largest page, or the default (RFC 7644 §3.4.2.4). */
export function pageSize(
  count: number | undefined,
  { defaultCount, maxCount }: { readonly defaultCount: number; readonly maxCount: number },
): number {
  return Math.min(Math.max(0, count ?? defaultCount), maxCount);
}

/** 1-based index of the first resource (RFC 7644 §3.4.2.4). JSON has integers that no database counts to (1e308). */
export function firstIndex(startIndex: number | undefined): number {
  return Math.min(Math.max(1, startIndex ?? 1), Number.MAX_SAFE_INTEGER);
}
