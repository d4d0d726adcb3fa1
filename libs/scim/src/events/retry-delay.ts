/**
 * Milliseconds until the next attempt: anything up to a limit that doubles with each one ("full jitter"), so that what
 * failed together does not come back together.
 */
export function retryDelay(
  attempt: number,
  { firstRetrySeconds, lastRetrySeconds }: { firstRetrySeconds: number; lastRetrySeconds: number },
  random: () => number = Math.random,
): number {
  const limit = Math.min(lastRetrySeconds, firstRetrySeconds * 2 ** (attempt - 1));
  return Math.round(limit * 1000 * random());
}
