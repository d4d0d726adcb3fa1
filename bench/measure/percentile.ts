/** The value below which that part (0 to 1) of the values lies; undefined of none. @param sorted ascending */
export function percentile(sorted: readonly number[], part: number): number | undefined {
  return sorted[Math.floor((sorted.length - 1) * part)];
}
