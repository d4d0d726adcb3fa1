/** Numbers of the requests of each operation that were used. */
const used = new Map<string, number>();

/** Another one in each run of the benchmark: the data of the last one is still there. Even. */
const FIRST = (Math.floor(Date.now() / 1000) % 500_000) * 1000;

/**
 * Takes numbers for requests: a number is never used twice, as a repeated change changes nothing and looks fast.
 * Even, so that operations that come in pairs begin with the first of the pair.
 */
export function takeNumbers(operation: string, count: number): number {
  const from = Math.ceil((used.get(operation) ?? FIRST) / 2) * 2;
  used.set(operation, from + count);
  return from;
}
