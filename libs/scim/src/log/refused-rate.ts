/** Tenants that are told apart; any further one shares with the requests of none. */
const MOST_TENANTS = 1000;

interface Bucket {
  tokens: number;
  /** When `tokens` was right, in milliseconds. */
  at: number;
}

/**
 * Limits entries of requests that no live token stands behind: so many a minute, and as many at once after a pause, for
 * each tenant whose ended token was used, and for all requests of no tenant together.
 */
export class RefusedRate {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly perMinute: number) {}

  take(tenantId: string | undefined, now: number): boolean {
    const bucket = this.bucketOf(tenantId ?? '', now);
    const passed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(this.perMinute, bucket.tokens + (passed / 60_000) * this.perMinute);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  private bucketOf(tenant: string, now: number): Bucket {
    const key = this.buckets.has(tenant) || this.buckets.size < MOST_TENANTS ? tenant : '';
    let bucket = this.buckets.get(key);
    if (!bucket) this.buckets.set(key, (bucket = { tokens: this.perMinute, at: now }));
    return bucket;
  }
}
