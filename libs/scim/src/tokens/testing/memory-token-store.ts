import { type Connection, type TokenRecord, TokenStore } from '../token-store.js';

interface Row {
  token: TokenRecord;
  readonly hash: string;
}

/** A token store in memory for tests; `calls` counts each method. */
export class MemoryTokenStore extends TokenStore {
  readonly calls = { findByHash: 0, touch: 0 };
  private readonly connectionRows: Connection[] = [];
  private readonly rows: Row[] = [];

  /** What is stored of the tokens, hashes included. */
  get stored(): readonly Row[] {
    return this.rows;
  }

  async ensureConnection(connection: Connection): Promise<Connection> {
    const { tenantId, name } = connection;
    const existing = this.connectionRows.find((one) => one.tenantId === tenantId && one.name === name);
    if (!existing) this.connectionRows.push(connection);
    return existing ?? connection;
  }

  async connections(tenantId: string): Promise<readonly Connection[]> {
    const own = this.connectionRows.filter((one) => one.tenantId === tenantId);
    return own.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async setProfile(tenantId: string, connectionId: string, profile: string): Promise<boolean> {
    return this.changeConnection(tenantId, connectionId, { profile });
  }

  async setPaused(tenantId: string, connectionId: string, pausedAt: string | undefined): Promise<boolean> {
    return this.changeConnection(tenantId, connectionId, { pausedAt });
  }

  async addToken(token: TokenRecord, hash: string): Promise<void> {
    const { tenantId, connectionId } = token;
    const known = this.connectionRows.some((one) => one.tenantId === tenantId && one.id === connectionId);
    if (!known) throw new Error('The tenant has no such connection.');
    if (this.rows.some((row) => row.hash === hash)) throw new Error('There is a token with this hash.');
    this.rows.push({ token, hash });
  }

  async tokens(tenantId: string): Promise<readonly TokenRecord[]> {
    const own = this.rows.map(({ token }) => token).filter((token) => token.tenantId === tenantId);
    return own.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  }

  async findByHash(hash: string): Promise<{ token: TokenRecord; connection: Connection } | undefined> {
    this.calls.findByHash++;
    const token = this.rows.find((row) => row.hash === hash)?.token;
    const connection = this.connectionRows.find(
      (one) => one.tenantId === token?.tenantId && one.id === token.connectionId,
    );
    return token && connection && { token, connection };
  }

  async revoke(tenantId: string, tokenId: string, at: string): Promise<boolean> {
    return this.changeToken(tenantId, tokenId, (token) => ({ ...token, revokedAt: token.revokedAt ?? at }));
  }

  async rotate(
    tenantId: string,
    tokenId: string,
    expiresAt: string,
    successor: TokenRecord,
    hash: string,
  ): Promise<boolean> {
    const old = this.rows.find(({ token }) => token.tenantId === tenantId && token.id === tokenId)?.token;
    if (!old || old.revokedAt !== undefined) return false;
    await this.addToken(successor, hash);
    const earlier = old.expiresAt !== undefined && old.expiresAt < expiresAt ? old.expiresAt : expiresAt;
    return this.changeToken(tenantId, tokenId, (token) => ({ ...token, expiresAt: earlier }));
  }

  async touch(tenantId: string, tokenId: string, at: string, notSince: string): Promise<void> {
    this.calls.touch++;
    this.changeToken(tenantId, tokenId, (token) =>
      token.lastUsedAt === undefined || token.lastUsedAt <= notSince
        ? { ...token, lastUsedAt: at }
        : undefined,
    );
  }

  private changeConnection(tenantId: string, id: string, change: Partial<Connection>): boolean {
    const index = this.connectionRows.findIndex((one) => one.tenantId === tenantId && one.id === id);
    const row = this.connectionRows[index];
    if (row) this.connectionRows[index] = { ...row, ...change };
    return row !== undefined;
  }

  private changeToken(
    tenantId: string,
    id: string,
    change: (token: TokenRecord) => TokenRecord | undefined,
  ): boolean {
    const row = this.rows.find(({ token }) => token.tenantId === tenantId && token.id === id);
    const changed = row && change(row.token);
    if (row && changed) row.token = changed;
    return changed !== undefined;
  }
}
