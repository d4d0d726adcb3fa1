import { Profile } from '../protocol/compat/profile.js';
import { isScope, type Scope, SCOPES } from './scopes.js';
import { ScimTokenError } from './token-error.js';

/** Default life of a token in days. */
export const DEFAULT_EXPIRY_DAYS = 365;

const DAY_MS = 24 * 60 * 60 * 1000;
const LONGEST_EXPIRY_DAYS = 3650;
const LONGEST_NAME = 100;
/** No underscore: Okta refuses base URLs that have one, and a tenant id may be part of an address. */
const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;

/** How long a token lives: at most one of the three; none: 365 days. */
export interface TokenExpiry {
  /** In the future. */
  readonly expiresAt?: Date;
  /** 1 to 3650. @default 365 */
  readonly expiresInDays?: number;
  /** The token works until it is revoked. @default false */
  readonly neverExpires?: boolean;
}

/** @throws ScimTokenError invalidTenant */
export function checkTenantId(tenantId: string): string {
  if (TENANT_ID.test(tenantId)) return tenantId;
  throw new ScimTokenError(
    'invalidTenant',
    'A tenant id has 1 to 64 characters: letters, digits, dots and hyphens, with a letter or digit in front.',
  );
}

/** @throws ScimTokenError invalidName */
export function checkName(of: 'connection' | 'token', name: string): string {
  const trimmed = name.trim();
  if (trimmed.length > 0 && trimmed.length <= LONGEST_NAME && !/\p{Cc}/u.test(trimmed)) return trimmed;
  throw new ScimTokenError(
    'invalidName',
    `The name of a ${of} has 1 to ${LONGEST_NAME} characters and no control characters.`,
  );
}

/** @throws ScimTokenError unknownProfile */
export function checkProfile(profile: string): string {
  if (Profile.named(profile)) return profile;
  throw new ScimTokenError(
    'unknownProfile',
    `There is no such profile; use one of: ${Profile.names().join(', ')}.`,
  );
}

/** @throws ScimTokenError unknownScope, also for an empty list */
export function checkScopes(scopes: readonly string[]): readonly Scope[] {
  if (scopes.length > 0 && scopes.every(isScope)) return SCOPES.filter((scope) => scopes.includes(scope));
  throw new ScimTokenError('unknownScope', `Scopes are one or more of: ${SCOPES.join(', ')}.`);
}

/**
 * The time at which a token ends; undefined: never.
 * @throws ScimTokenError invalidExpiry
 */
export function resolveExpiry(expiry: TokenExpiry, now: number): string | undefined {
  const { expiresAt, expiresInDays, neverExpires = false } = expiry;
  if ([expiresAt !== undefined, expiresInDays !== undefined, neverExpires].filter(Boolean).length > 1) {
    throw new ScimTokenError('invalidExpiry', 'Give one of expiresAt, expiresInDays and neverExpires.');
  }
  if (neverExpires) return undefined;
  if (expiresAt === undefined)
    return new Date(now + checkDays(expiresInDays ?? DEFAULT_EXPIRY_DAYS) * DAY_MS).toISOString();
  // NaN (an invalid Date) fails this comparison as well.
  if (!(expiresAt.getTime() > now && expiresAt.getTime() <= now + LONGEST_EXPIRY_DAYS * DAY_MS)) {
    throw new ScimTokenError(
      'invalidExpiry',
      `expiresAt lies in the future, at most ${LONGEST_EXPIRY_DAYS} days away.`,
    );
  }
  return expiresAt.toISOString();
}

function checkDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= LONGEST_EXPIRY_DAYS) return days;
  throw new ScimTokenError('invalidExpiry', `A token lives for 1 to ${LONGEST_EXPIRY_DAYS} whole days.`);
}

const LONGEST_OVERLAP_SECONDS = 30 * 24 * 60 * 60;

/** @throws ScimTokenError invalidOverlap */
export function checkOverlap(seconds: number): number {
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= LONGEST_OVERLAP_SECONDS) return seconds;
  throw new ScimTokenError(
    'invalidOverlap',
    'The old token may live on for 0 seconds to 30 days (720 hours).',
  );
}
