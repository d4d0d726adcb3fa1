import type { TokenRecord, TokenStore } from './token-store.js';

const MINUTE_MS = 60_000;
const REMEMBERED_TOKENS = 10_000;

/**
 * Notes when a token was last used, at most once a minute: here, so that most requests cost no statement, and in the
 * UPDATE's own condition, for several processes. Never part of a request, and a failure is nobody's concern: the
 * next use tries again.
 */
export class TokenUsage {
  private readonly noted = new Map<string, number>();
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly store: TokenStore) {}

  note(token: Pick<TokenRecord, 'tenantId' | 'id'>, now: number): void {
    const last = this.noted.get(token.id);
    if (last !== undefined && now - last < MINUTE_MS && now >= last) return;
    if (this.noted.size >= REMEMBERED_TOKENS) this.noted.clear();
    this.noted.set(token.id, now);
    const at = new Date(now).toISOString();
    const notSince = new Date(now - MINUTE_MS).toISOString();
    // setImmediate: the request that caused it goes first to the connection pool.
    const write = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.store.touch(token.tenantId, token.id, at, notSince))
      .catch(() => undefined)
      .finally(() => this.pending.delete(write));
    this.pending.add(write);
  }

  /** Resolves when what was noted so far is written or has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.pending);
  }
}
