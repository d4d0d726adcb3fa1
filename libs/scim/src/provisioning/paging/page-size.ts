/** Resources of a page: `count` between 0 and the largest page, or the default (RFC 7644 §3.4.2.4). */
export function pageSize(
  count: number | undefined,
  { defaultCount, maxCount }: { readonly defaultCount: number; readonly maxCount: number },
): number {
  return Math.min(Math.max(0, count ?? defaultCount), maxCount);
}
