import { ScimOptionsError } from './scim-options-error.js';
import type { ScimBreakerRules, ScimRetention } from './scim.options.js';

const LONGEST_RETENTION_DAYS = 3650;
const LONGEST_WINDOW_SECONDS = 7 * 24 * 3600;
const LONGEST_WAIT_SECONDS = 24 * 3600;

/** @throws ScimOptionsError */
export function checkRetention({
  days,
  blockedDelete,
  purge,
  purgeIntervalSeconds,
  purgeBatch,
}: ScimRetention): void {
  whole('retention.days', days, 0, LONGEST_RETENTION_DAYS);
  whole('retention.purgeIntervalSeconds', purgeIntervalSeconds, 1, LONGEST_WAIT_SECONDS);
  whole('retention.purgeBatch', purgeBatch, 1, 1000);
  onOrOff('retention.purge', purge);
  if (blockedDelete !== 'deactivate' && blockedDelete !== 'refuse') {
    throw new ScimOptionsError('retention.blockedDelete', 'must be deactivate or refuse.');
  }
}

/** @throws ScimOptionsError */
export function checkBreaker({
  enabled,
  share,
  minimum,
  windowSeconds,
  retryAfterSeconds,
}: ScimBreakerRules): void {
  onOrOff('breaker.enabled', enabled);
  if (typeof share !== 'number' || !(share > 0 && share <= 1)) {
    throw new ScimOptionsError('breaker.share', 'must be a number above 0 and at most 1.');
  }
  whole('breaker.minimum', minimum, 0, 1_000_000);
  whole('breaker.windowSeconds', windowSeconds, 60, LONGEST_WINDOW_SECONDS);
  // Okta reads whole seconds only.
  whole('breaker.retryAfterSeconds', retryAfterSeconds, 1, LONGEST_WAIT_SECONDS);
}

function whole(option: string, value: unknown, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    throw new ScimOptionsError(option, `must be a whole number from ${least} to ${most}.`);
  }
}

function onOrOff(option: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new ScimOptionsError(option, 'must be true or false.');
}
