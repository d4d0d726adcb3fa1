import type { ScimPrincipal } from './principal.js';

/** A token that was good when it was looked up. */
export interface VerifiedToken {
  readonly principal: ScimPrincipal;
  /** Epoch milliseconds; Infinity: never. */
  readonly expiresAt: number;
}

/** A token that was issued here and is not good any more. */
export interface RefusedToken {
  readonly reason: 'expired' | 'revoked' | 'paused';
  readonly tenantId: string;
  readonly connectionId: string;
  readonly tokenPrefix: string;
}

/** What a look-up found: neither of the two is there for a token that was never issued. */
export interface LookedUpToken {
  readonly verified?: VerifiedToken;
  readonly refused?: RefusedToken;
}

interface Entry extends LookedUpToken {
  readonly freshUntil: number;
}

/** An unknown token is remembered for at most this long: it may be issued on another instance any moment. */
const NEGATIVE_MS = 1000;
const POSITIVE_ENTRIES = 10_000;
/** Attackers choose these keys, so there are few. */
const NEGATIVE_ENTRIES = 1000;

/** Outcomes of look-ups by token hash, for seconds. Bounded: the oldest entry makes room. */
export class VerifiedTokenCache {
  private readonly positive = new Map<string, Entry>();
  private readonly negative = new Map<string, Entry>();
  /** Changes with every `clear`; an outcome that was looked up before a clear must not be remembered after it. */
  private epoch = {};

  constructor(private readonly positiveMs: number) {}

  get currentEpoch(): object {
    return this.epoch;
  }

  /** The remembered outcome; undefined when there is none. */
  get(hash: string, now: number): LookedUpToken | undefined {
    const entry = this.positive.get(hash) ?? this.negative.get(hash);
    return entry && now < entry.freshUntil ? entry : undefined;
  }

  /** Remembers an outcome, unless the cache was cleared since `epoch`. */
  set(hash: string, outcome: LookedUpToken, now: number, epoch: object): void {
    if (this.positiveMs <= 0 || epoch !== this.epoch) return;
    const [entries, most, life] = outcome.verified
      ? [this.positive, POSITIVE_ENTRIES, this.positiveMs]
      : [this.negative, NEGATIVE_ENTRIES, Math.min(NEGATIVE_MS, this.positiveMs)];
    this.positive.delete(hash);
    this.negative.delete(hash);
    if (entries.size >= most) dropOldest(entries);
    entries.set(hash, { ...outcome, freshUntil: now + life });
  }

  clear(): void {
    this.epoch = {};
    this.positive.clear();
    this.negative.clear();
  }
}

/** A Map keeps the order in which its keys came. */
function dropOldest(entries: Map<string, Entry>): void {
  for (const hash of entries.keys()) {
    entries.delete(hash);
    return;
  }
}
