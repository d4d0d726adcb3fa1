import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveScimOptions } from './resolve-scim-options.js';
import { ScimOptionsError } from './scim-options-error.js';
import { ScimBreakerRules, ScimRetention } from './scim.options.js';
import type { ScimOptionsInput } from './scim.module-definition.js';

afterEach(() => void vi.unstubAllEnvs());

/** An input that no type checker would let through. */
const wrong = (options: object): ScimOptionsInput => options as ScimOptionsInput;

const refusal = (options: ScimOptionsInput): string => {
  try {
    resolveScimOptions(options);
  } catch (error) {
    expect(error).toBeInstanceOf(ScimOptionsError);
    return (error as Error).message;
  }
  return 'accepted';
};

describe('the address', () => {
  it.each([
    ['no address', 'api.example.com/scim/v2'],
    ['a path', '/scim/v2'],
    ['another scheme', 'ftp://api.example.com/scim/v2'],
    ['a script', 'javascript:alert(1)'],
    ['a query', 'https://api.example.com/scim/v2?tenant=1'],
    ['a fragment', 'https://api.example.com/scim/v2#x'],
    ['nothing', ''],
  ])('is not %s', (_what, publicUrl) => {
    expect(refusal({ publicUrl })).toContain('publicUrl');
  });

  it.each([
    'https://user:secret@api.example.com/scim/v2',
    'https://token@api.example.com/',
    'https://:p@a.example/',
  ])('carries no credentials, and the refusal does not repeat them: %s [P-7.1-01]', (publicUrl) => {
    const message = refusal({ publicUrl });
    expect(message).toMatch(/publicUrl.*credentials/);
    expect(message).not.toMatch(/secret|token@|:p@/);
  });

  it('is https in production, unless the host insists [P-7.2-01]', () => {
    const publicUrl = 'http://api.example.com/scim/v2';
    expect(resolveScimOptions({ publicUrl }).publicUrl).toBe(publicUrl);
    vi.stubEnv('NODE_ENV', 'production');
    expect(refusal({ publicUrl })).toMatch(/publicUrl.*https.*allowInsecurePublicUrl/);
    expect(resolveScimOptions({ publicUrl, allowInsecurePublicUrl: true }).publicUrl).toBe(publicUrl);
    expect(resolveScimOptions({ publicUrl: 'https://api.example.com' }).publicUrl).toBe(
      'https://api.example.com',
    );
  });

  it('loses the slash at its end [D2]', () => {
    expect(resolveScimOptions({ publicUrl: 'https://a.example/scim/v2//' }).publicUrl).toBe(
      'https://a.example/scim/v2',
    );
  });
});

describe('an option that cannot work', () => {
  it.each<[string, object]>([
    ['defaultCount', { defaultCount: 0 }],
    ['defaultCount', { defaultCount: 300 }],
    ['defaultCount', { defaultCount: 1.5 }],
    ['maxCount', { maxCount: -1 }],
    ['maxCount', { maxCount: '200' }],
    ['maxCount', { maxCount: Number.NaN }],
    ['tokenCacheSeconds', { tokenCacheSeconds: -1 }],
    ['tokenCacheSeconds', { tokenCacheSeconds: 3600 }],
    ['tokenCacheSeconds', { tokenCacheSeconds: '5' }],
    ['scanTimeoutSeconds', { scanTimeoutSeconds: 0 }],
    ['limits.bodyBytes', { limits: { bodyBytes: 0 } }],
    ['limits.jsonDepth', { limits: { jsonDepth: Number.POSITIVE_INFINITY } }],
    ['limits.concurrentRequests', { limits: { concurrentRequests: 0 } }],
    ['limits.bodySeconds', { limits: { bodySeconds: 3601 } }],
    ['limits.members', { limits: { members: '10' } }],
    ['limits.bodybytes', { limits: { bodybytes: 10 } }],
    ['limits', { limits: 5 }],
    ['features', { features: 'all' }],
    ['features.patch', { features: { patch: 'no' } }],
    ['features.bulkk', { features: { bulkk: true } }],
    ['publicURL', { publicURL: 'https://a.example' }],
    ['toString', { toString: 'x' }],
    ['publicDiscovery', { publicDiscovery: 'false' }],
    ['allowInsecurePublicUrl', { allowInsecurePublicUrl: 'false' }],
    ['preparedStatements', { preparedStatements: 0 }],
    ['realm', { realm: '' }],
    ['realm', { realm: 'a"b' }],
    ['realm', { realm: 'a\r\nSet-Cookie: x' }],
    ['realm', { realm: 'caf\u00e9\u2603' }],
    ['realm', { realm: 7 }],
    ['publicUrl', { publicUrl: 7 }],
    ['documentationUri', { documentationUri: 'docs.html' }],
    ['documentationUri', { documentationUri: 'https://user:secret@a.example/' }],
    ['documentationUri', { documentationUri: 'javascript:alert(1)' }],
  ])('names itself: %s of %j', (option, options) => {
    const message = refusal(wrong(options));
    expect(message).toContain(`"${option}"`);
    expect(message).not.toContain('secret');
  });

  it('has a default that works otherwise', () => {
    const options = resolveScimOptions({
      realm: undefined,
      limits: undefined,
      features: { sort: undefined },
    });
    expect(options).toMatchObject({ realm: 'scim', limits: { jsonDepth: 32 }, features: { sort: true } });
    expect(Object.isFrozen(options) && Object.isFrozen(options.limits)).toBe(true);
  });
});

describe('retention and breaker', () => {
  it('have defaults, which each part overrides by itself', () => {
    const { retention, breaker } = resolveScimOptions({ retention: { days: 0 }, breaker: { share: 1 } });
    expect(retention).toEqual({ ...new ScimRetention(), days: 0 });
    expect(breaker).toEqual({ ...new ScimBreakerRules(), share: 1 });
    expect(Object.isFrozen(retention) && Object.isFrozen(breaker)).toBe(true);
  });

  it.each([
    ['retention.days', { retention: { days: -1 } }],
    ['retention.days', { retention: { days: 0.5 } }],
    ['retention.days', { retention: { days: 3651 } }],
    ['retention.purge', { retention: { purge: 'false' } }],
    ['retention.purgeIntervalSeconds', { retention: { purgeIntervalSeconds: 0 } }],
    ['retention.purgeBatch', { retention: { purgeBatch: 1001 } }],
    ['retention.blockedDelete', { retention: { blockedDelete: 'ignore' } }],
    ['retention.day', { retention: { day: 1 } }],
    ['retention', { retention: 30 }],
    ['breaker.share', { breaker: { share: 0 } }],
    ['breaker.share', { breaker: { share: 30 } }],
    ['breaker.minimum', { breaker: { minimum: -1 } }],
    ['breaker.windowSeconds', { breaker: { windowSeconds: 59 } }],
    ['breaker.retryAfterSeconds', { breaker: { retryAfterSeconds: 1.5 } }],
    ['breaker.enabled', { breaker: { enabled: 1 } }],
    ['breaker', { breaker: [] }],
  ])('refuse a %s that cannot work', (name, given) => {
    const resolve = (): unknown => resolveScimOptions(given as never);
    expect(resolve).toThrow(ScimOptionsError);
    expect(resolve).toThrow(`"${name}"`);
  });
});
