import { describe, expect, it } from 'vitest';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { HttpSettings } from '../http-settings.js';
import { RequestRate } from './request-rate.js';

const rate = (rateLimit?: HttpSettings['rateLimit']): RequestRate =>
  new RequestRate({ rateLimit } as HttpSettings);

function refusal(work: () => void): ScimError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as ScimError;
  }
}

describe('RequestRate', () => {
  it('limits nobody when no limit is set', () => {
    const unlimited = rate();
    for (let i = 0; i < 1000; i++) expect(refusal(() => unlimited.take('acme', 0))).toBeUndefined();
  });

  it('lets a burst through and then answers 429 with whole seconds to wait [H-6585-02, H-7.6-01]', () => {
    const limited = rate({ perSecond: 2, burst: 3 });
    for (let i = 0; i < 3; i++) limited.take('acme', 1000);
    const error = refusal(() => limited.take('acme', 1000));
    expect(error?.status).toBe(429);
    expect(error?.headers).toEqual({ 'Retry-After': '1' });
  });

  it('refills with time, never above the burst', () => {
    const limited = rate({ perSecond: 2, burst: 2 });
    limited.take('acme', 0);
    limited.take('acme', 0);
    expect(refusal(() => limited.take('acme', 400))?.status).toBe(429);
    expect(refusal(() => limited.take('acme', 500))).toBeUndefined();
    for (let i = 0; i < 2; i++) limited.take('acme', 60_000);
    expect(refusal(() => limited.take('acme', 60_000))?.status).toBe(429);
  });

  it('keeps tenants apart', () => {
    const limited = rate({ perSecond: 1, burst: 1 });
    limited.take('acme', 0);
    expect(refusal(() => limited.take('acme', 0))?.status).toBe(429);
    expect(refusal(() => limited.take('bolt', 0))).toBeUndefined();
  });
});
