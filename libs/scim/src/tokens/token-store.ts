import type { Scope } from './scopes.js';

/** One identity provider of one tenant. Its tokens act in its name. */
export interface Connection {
  readonly tenantId: string;
  /** UUID, made by the server. */
  readonly id: string;
  /** Unique in the tenant, exact letter case. */
  readonly name: string;
  /** Name of the profile, see `Profile.named`. */
  readonly profile: string;
  /** Since when its tokens are refused; undefined: they work. */
  readonly pausedAt?: string;
  readonly createdAt: string;
}

/** What is known of a token. Never the token itself: only its hash is stored, and that does not leave the store. */
export interface TokenRecord {
  readonly tenantId: string;
  /** UUID, made by the server. */
  readonly id: string;
  readonly connectionId: string;
  /** For people, free text. */
  readonly name: string;
  /** The public id inside the token (the eight characters after `scim_`). */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  /** Times are ISO 8601, UTC, milliseconds. */
  readonly createdAt: string;
  /** Undefined: never. */
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  /** Up to a minute behind. */
  readonly lastUsedAt?: string;
}

/**
 * Where connections and tokens are kept. The contract is also the injection token. Every call but the look-up by
 * hash needs the tenant and never reaches beyond it. Times are ISO 8601, UTC, milliseconds, so that their order as
 * text is their order in time.
 */
export abstract class TokenStore {
  /** Stores the connection, or returns the one that has its name in the tenant already; safe under races. */
  abstract ensureConnection(connection: Connection): Promise<Connection>;

  /** By name. */
  abstract connections(tenantId: string): Promise<readonly Connection[]>;

  /** False when the tenant has no such connection. */
  abstract setProfile(tenantId: string, connectionId: string, profile: string): Promise<boolean>;

  /** `pausedAt` undefined ends the pause. False when the tenant has no such connection. */
  abstract setPaused(tenantId: string, connectionId: string, pausedAt: string | undefined): Promise<boolean>;

  abstract addToken(record: TokenRecord, hash: string): Promise<void>;

  /** Oldest first, those revoked and expired included. */
  abstract tokens(tenantId: string): Promise<readonly TokenRecord[]>;

  /** The token with that hash and its connection, whatever their state. */
  abstract findByHash(
    hash: string,
  ): Promise<{ readonly token: TokenRecord; readonly connection: Connection } | undefined>;

  /** Revokes at `at`; a token that is revoked already keeps its time. False when the tenant has no such token. */
  abstract revoke(tenantId: string, tokenId: string, at: string): Promise<boolean>;

  /**
   * Adds `successor` and lets the token expire at `expiresAt`, or earlier if it was to expire earlier: both or
   * neither. False, and nothing done, when the tenant has no such token that is not revoked.
   */
  abstract rotate(
    tenantId: string,
    tokenId: string,
    expiresAt: string,
    successor: TokenRecord,
    hash: string,
  ): Promise<boolean>;

  /** Notes a use at `at`, unless one is noted after `notSince`: the condition is part of the UPDATE. */
  abstract touch(tenantId: string, tokenId: string, at: string, notSince: string): Promise<void>;
}
