import { Inject, Injectable } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';

/** Tenants that are remembered; when there are more, those that have been quiet longest are forgotten first. */
const MAX_TENANTS = 10_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was right, in milliseconds. */
  at: number;
}

/**
 * Limits the requests of each tenant in this process by a token bucket, so that one customer's sync cannot starve the
 * others (RFC 7644 §7.6). Off unless the option `rateLimit` is set.
 */
@Injectable()
export class RequestRate {
  private readonly buckets = new Map<string, Bucket>();

  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  /** @throws ScimError 429 with Retry-After in whole seconds: Okta waits five minutes for any other form */
  take(tenantId: string, now = Date.now()): void {
    const limit = this.settings.rateLimit;
    if (!limit) return;
    const bucket = this.buckets.get(tenantId) ?? { tokens: limit.burst, at: now };
    // Taken out and put back: the map keeps the order of last use.
    this.buckets.delete(tenantId);
    this.buckets.set(tenantId, bucket);
    if (this.buckets.size > MAX_TENANTS) this.buckets.delete(this.buckets.keys().next().value!);
    bucket.tokens = Math.min(
      limit.burst,
      bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * limit.perSecond,
    );
    bucket.at = now;
    if (bucket.tokens < 1) throw ScimError.tooManyRequests((1 - bucket.tokens) / limit.perSecond);
    bucket.tokens -= 1;
  }
}
