/** How long a client waits when nobody has said how long. */
const DEFAULT_SECONDS = 1;

/** What both adapters' responses offer. */
interface HeaderHolder {
  getHeader(name: string): unknown;
}

/**
 * Value of Retry-After for an answer that needs one: what the host has put on the response (a rate limiter does, as
 * seconds or as a date), in whole seconds and at least 1. Okta takes every other form for five minutes.
 */
export function retryAfter(response: unknown, now: number): string {
  const { getHeader } = response as Partial<HeaderHolder>;
  const given: unknown = getHeader?.call(response, 'Retry-After');
  const text = typeof given === 'number' || typeof given === 'string' ? String(given).trim() : '';
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  return String(Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : DEFAULT_SECONDS);
}
