import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ScimPrincipal } from './principal.js';
import { type Scope, SCOPES } from './scopes.js';
import { ScimTokenError } from './token-error.js';
import { generateToken, hashToken, parseToken } from './token-format.js';
import {
  checkName,
  checkOverlap,
  checkProfile,
  checkScopes,
  checkTenantId,
  resolveExpiry,
  type TokenExpiry,
} from './token-rules.js';
import { TOKEN_SETTINGS, type TokenSettings } from './token-settings.js';
import { type Connection, type TokenRecord, TokenStore } from './token-store.js';
import { TokenUsage } from './token-usage.js';
import {
  type LookedUpToken,
  type RefusedToken,
  type VerifiedToken,
  VerifiedTokenCache,
} from './verified-token-cache.js';

/** What to issue. */
export interface IssueToken extends TokenExpiry {
  /** 1 to 64 characters: letters, digits, dots, hyphens. */
  readonly tenantId: string;
  readonly connection: {
    /** One name for each identity provider of the tenant; a new name makes a new connection. */
    readonly name: string;
    /** Name of a profile. Given for a connection that exists, it changes that one. @default 'default' */
    readonly profile?: string;
  };
  /** For people: what tells this token from the connection's others. @default name of the connection */
  readonly name?: string;
  /** @default all */
  readonly scopes?: readonly Scope[];
}

/** A new token. `token` is shown this once and cannot be had again. */
export interface IssuedToken {
  readonly token: string;
  readonly record: TokenRecord;
  readonly connection: Connection;
}

/** Outcome of checking a token: either of the two. */
export interface TokenCheck {
  readonly principal?: ScimPrincipal;
  /** `malformed`: wrong shape or checksum. `unknown`: never issued here, or deleted. */
  readonly refused?:
    RefusedToken | { readonly reason: 'malformed' | 'unknown'; readonly tokenPrefix?: string };
}

/** How to follow a token. Without an expiry the new one lives as long as the old one was made to live. */
export interface RotateToken extends TokenExpiry {
  /** How long the old token still works: 0 seconds to 30 days. @default 86400 */
  readonly overlapSeconds?: number;
}

/** Default time in seconds for which a rotated token still works. */
export const DEFAULT_OVERLAP_SECONDS = 24 * 60 * 60;

/**
 * Tokens of identity providers: issued, verified, rotated, revoked. There is no HTTP route to it; whoever holds this
 * service may hand out access to a tenant's directory.
 */
@Injectable()
export class ScimTokens implements OnModuleDestroy {
  private readonly cache: VerifiedTokenCache;
  private readonly usage: TokenUsage;
  /** Under way, by hash. */
  private readonly lookUps = new Map<
    string,
    { readonly epoch: object; readonly outcome: Promise<LookedUpToken> }
  >();

  constructor(
    @Inject(TokenStore) private readonly store: TokenStore,
    @Inject(TOKEN_SETTINGS) settings: TokenSettings,
  ) {
    this.cache = new VerifiedTokenCache(settings.tokenCacheSeconds * 1000);
    this.usage = new TokenUsage(store);
  }

  async onModuleDestroy(): Promise<void> {
    await this.usage.settled();
  }

  /**
   * Issues a token, and makes its connection when there is none of that name.
   * @throws ScimTokenError invalidTenant, invalidName, unknownProfile, unknownScope, invalidExpiry
   */
  async issue(request: IssueToken): Promise<IssuedToken> {
    const now = Date.now();
    const tenantId = checkTenantId(request.tenantId);
    const connectionName = checkName('connection', request.connection.name);
    const name = checkName('token', request.name ?? connectionName);
    const scopes = checkScopes(request.scopes ?? SCOPES);
    const expiresAt = resolveExpiry(request, now);
    const connection = await this.ensureConnection(tenantId, connectionName, request.connection.profile);
    const { publicId: prefix, text: token } = generateToken();
    const createdAt = new Date(now).toISOString();
    const id = randomUUID();
    const record = { tenantId, id, connectionId: connection.id, name, prefix, scopes, createdAt, expiresAt };
    await this.store.addToken(record, hashToken(token));
    return { token, record, connection };
  }

  /**
   * Who is calling; undefined for everything that is not a live token: wrong shape or checksum (no query), unknown,
   * expired, revoked, or its connection is paused. A store that fails makes this fail: nothing is let in or refused
   * on a guess.
   */
  async verify(text: string): Promise<ScimPrincipal | undefined> {
    return (await this.check(text)).principal;
  }

  /**
   * Who is calling with a token that was looked up moments ago (`tokenCacheSeconds`) and is still good, without
   * waiting. Undefined says nothing about the token: ask `check`.
   */
  recent(text: string): ScimPrincipal | undefined {
    const now = Date.now();
    const verified = this.cache.get(hashToken(text), now)?.verified;
    return verified && this.use(verified, now);
  }

  /**
   * The same as `verify`, and why a token is refused. The reason is for the host's eyes: a caller that is told it learns which
   * tokens there were.
   */
  async check(text: string): Promise<TokenCheck> {
    const hash = hashToken(text);
    const known = this.cache.get(hash, Date.now());
    // What was looked up had the right form.
    if (!known && !parseToken(text)) return { refused: { reason: 'malformed' } };
    const { verified, refused } = known ?? (await this.lookUp(hash));
    const now = Date.now();
    if (!verified)
      return { refused: refused ?? { reason: 'unknown', tokenPrefix: parseToken(text)?.publicId } };
    const principal = this.use(verified, now);
    if (principal) return { principal };
    const { tenantId, connectionId, tokenPrefix } = verified.principal;
    return { refused: { reason: 'expired', tenantId, connectionId, tokenPrefix } };
  }

  /** Undefined when it has expired since it was looked up. */
  private use({ principal, expiresAt }: VerifiedToken, now: number): ScimPrincipal | undefined {
    if (now >= expiresAt) return undefined;
    this.usage.note({ tenantId: principal.tenantId, id: principal.tokenId }, now);
    return principal;
  }

  /** All tokens of the tenant, oldest first, those revoked and expired included. */
  list(tenantId: string): Promise<readonly TokenRecord[]> {
    return this.store.tokens(checkTenantId(tenantId));
  }

  /**
   * Ends a token: at once in this process, on other instances when their cache has run out. To revoke it again
   * changes nothing.
   * @throws ScimTokenError unknownToken
   */
  async revoke(tenantId: string, tokenId: string): Promise<void> {
    const known = await this.store.revoke(checkTenantId(tenantId), tokenId, new Date().toISOString());
    this.cache.clear();
    if (!known) throw unknownToken();
  }

  /**
   * A successor with the same connection, name and scopes. The old token goes on working for the overlap, so that
   * the identity provider can be switched over without a gap.
   * @throws ScimTokenError unknownToken, tokenEnded, invalidOverlap, invalidExpiry
   */
  async rotate(tenantId: string, tokenId: string, request: RotateToken = {}): Promise<IssuedToken> {
    const now = Date.now();
    const overlapMs = checkOverlap(request.overlapSeconds ?? DEFAULT_OVERLAP_SECONDS) * 1000;
    const old = (await this.list(tenantId)).find(({ id }) => id === tokenId);
    if (!old) throw unknownToken();
    if (old.revokedAt !== undefined || (old.expiresAt !== undefined && Date.parse(old.expiresAt) <= now)) {
      throw tokenEnded();
    }
    const connection = (await this.connections(tenantId)).find(({ id }) => id === old.connectionId);
    if (!connection) throw unknownToken();
    const { publicId: prefix, text: token } = generateToken();
    const record: TokenRecord = {
      tenantId,
      id: randomUUID(),
      connectionId: old.connectionId,
      name: old.name,
      prefix,
      scopes: old.scopes,
      createdAt: new Date(now).toISOString(),
      expiresAt: givesExpiry(request) ? resolveExpiry(request, now) : sameLife(old, now),
    };
    const endsAt = new Date(now + overlapMs).toISOString();
    const rotated = await this.store.rotate(tenantId, tokenId, endsAt, record, hashToken(token));
    this.cache.clear();
    if (!rotated) throw tokenEnded();
    return { token, record, connection };
  }

  /** The tenant's connections by name. */
  connections(tenantId: string): Promise<readonly Connection[]> {
    return this.store.connections(checkTenantId(tenantId));
  }

  /** @throws ScimTokenError unknownProfile, unknownConnection */
  async setProfile(tenantId: string, connectionId: string, profile: string): Promise<void> {
    const known = await this.store.setProfile(checkTenantId(tenantId), connectionId, checkProfile(profile));
    this.cache.clear();
    if (!known) throw unknownConnection();
  }

  /**
   * Pauses a connection, so that all its tokens are refused, or lets it go on.
   * @throws ScimTokenError unknownConnection
   */
  async setPaused(tenantId: string, connectionId: string, paused: boolean): Promise<void> {
    const pausedAt = paused ? new Date().toISOString() : undefined;
    const known = await this.store.setPaused(checkTenantId(tenantId), connectionId, pausedAt);
    this.cache.clear();
    if (!known) throw unknownConnection();
  }

  /**
   * Requests that come while a token is being looked up share the outcome, or all of them would ask when it is not
   * remembered any more; not with a look-up that began before something was revoked.
   */
  private lookUp(hash: string): Promise<LookedUpToken> {
    const epoch = this.cache.currentEpoch;
    const known = this.lookUps.get(hash);
    if (known?.epoch === epoch) return known.outcome;
    const outcome = this.find(hash, epoch).finally(() => {
      if (this.lookUps.get(hash)?.outcome === outcome) this.lookUps.delete(hash);
    });
    this.lookUps.set(hash, { epoch, outcome });
    return outcome;
  }

  private async find(hash: string, epoch: object): Promise<LookedUpToken> {
    const found = await this.store.findByHash(hash);
    const now = Date.now();
    const outcome = found ? judged(found.token, found.connection, now) : {};
    this.cache.set(hash, outcome, now, epoch);
    return outcome;
  }

  private async ensureConnection(
    tenantId: string,
    name: string,
    profile: string | undefined,
  ): Promise<Connection> {
    const wanted = checkProfile(profile ?? 'default');
    const createdAt = new Date().toISOString();
    const connection = await this.store.ensureConnection({
      tenantId,
      id: randomUUID(),
      name,
      profile: wanted,
      createdAt,
    });
    if (profile === undefined || connection.profile === wanted) return connection;
    await this.setProfile(tenantId, connection.id, wanted);
    return { ...connection, profile: wanted };
  }
}

function judged(token: TokenRecord, connection: Connection, now: number): LookedUpToken {
  const { tenantId, id: tokenId, scopes, prefix: tokenPrefix } = token;
  const { id: connectionId, profile } = connection;
  const expiresAt = token.expiresAt === undefined ? Infinity : Date.parse(token.expiresAt);
  const reason =
    token.revokedAt !== undefined
      ? 'revoked'
      : !(now < expiresAt)
        ? 'expired'
        : connection.pausedAt !== undefined
          ? 'paused'
          : undefined;
  if (reason) return { refused: { reason, tenantId, connectionId, tokenPrefix } };
  const principal = { tenantId, connectionId, tokenId, tokenPrefix, profile, scopes };
  return { verified: { principal: Object.freeze(principal), expiresAt } };
}

function givesExpiry({ expiresAt, expiresInDays, neverExpires }: TokenExpiry): boolean {
  return expiresAt !== undefined || expiresInDays !== undefined || neverExpires === true;
}

/** A token that was to live for 90 days is followed by one that lives for 90 days from now. */
function sameLife(old: TokenRecord, now: number): string | undefined {
  if (old.expiresAt === undefined) return undefined;
  return new Date(now + Date.parse(old.expiresAt) - Date.parse(old.createdAt)).toISOString();
}

function unknownToken(): ScimTokenError {
  return new ScimTokenError('unknownToken', 'The tenant has no token with this id.');
}

function tokenEnded(): ScimTokenError {
  return new ScimTokenError('tokenEnded', 'The token is revoked or expired; issue a new one instead.');
}

function unknownConnection(): ScimTokenError {
  return new ScimTokenError('unknownConnection', 'The tenant has no connection with this id.');
}
