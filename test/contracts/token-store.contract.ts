import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, TokenRecord, TokenStore } from 'nestjs-scim';

/** A store under test and how to put it away. */
export interface OpenTokenStore {
  readonly store: TokenStore;
  close(): Promise<void>;
}

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 8, minute)).toISOString();

/** What every token store must do. Each test works in tenants of its own. */
export function tokenStoreContract(name: string, open: () => Promise<OpenTokenStore>): void {
  describe(`token store: ${name}`, () => {
    let opened: OpenTokenStore;
    let store: TokenStore;
    let tenantId: string;
    beforeAll(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterAll(() => opened?.close());
    beforeEach(() => {
      tenantId = `t-${randomUUID()}`;
    });

    const connection = (more: Partial<Connection> = {}): Connection => {
      return { tenantId, id: randomUUID(), name: 'okta', profile: 'default', createdAt: at(0), ...more };
    };
    const token = (more: Partial<TokenRecord> & { connectionId: string }): TokenRecord => ({
      tenantId,
      id: randomUUID(),
      name: 'first',
      prefix: '0000abcd',
      scopes: ['users:read', 'groups:write'],
      createdAt: at(0),
      ...more,
    });
    const newHash = () => randomUUID().replaceAll('-', '').repeat(2);
    const stored = async (more: Partial<TokenRecord> = {}) => {
      const made = await store.ensureConnection(connection());
      const hash = newHash();
      const record = token({ connectionId: made.id, ...more });
      await store.addToken(record, hash);
      return { connection: made, record, hash };
    };

    it('returns what was stored, by hash, with the connection', async () => {
      const { record, hash, connection: made } = await stored({ expiresAt: at(9) });
      expect(await store.findByHash(hash)).toEqual({ token: record, connection: made });
      expect(await store.findByHash(newHash())).toBeUndefined();
    });

    it('keeps one connection for each name, also when many make it at once', async () => {
      const made = await Promise.all(Array.from({ length: 8 }, () => store.ensureConnection(connection())));
      expect(new Set(made.map(({ id }) => id)).size).toBe(1);
      expect(await store.connections(tenantId)).toEqual([made[0]]);
    });

    it('has the same names in several tenants', async () => {
      const one = await store.ensureConnection(connection());
      const other = await store.ensureConnection(connection({ tenantId: `${tenantId}x` }));
      expect(other.id).not.toBe(one.id);
    });

    it('lists connections by name and tokens by age', async () => {
      const { connection: okta } = await stored({ createdAt: at(2), name: 'young' });
      await store.ensureConnection(connection({ name: 'entra' }));
      await store.addToken(token({ connectionId: okta.id, createdAt: at(1), name: 'old' }), newHash());
      expect((await store.connections(tenantId)).map((one) => one.name)).toEqual(['entra', 'okta']);
      expect((await store.tokens(tenantId)).map((one) => one.name)).toEqual(['old', 'young']);
    });

    it('refuses a second token with the same hash', async () => {
      const { connection: made, hash } = await stored();
      await expect(store.addToken(token({ connectionId: made.id }), hash)).rejects.toThrow(/unique/);
    });

    it('refuses a token whose connection is in another tenant [S3]', async () => {
      const { connection: made } = await stored();
      const foreign = token({ tenantId: `${tenantId}x`, connectionId: made.id });
      await expect(store.addToken(foreign, newHash())).rejects.toThrow(/foreign key/i);
    });

    it('changes profile and pause', async () => {
      const { connection: made, hash } = await stored();
      expect(await store.setProfile(tenantId, made.id, 'strict')).toBe(true);
      expect(await store.setPaused(tenantId, made.id, at(5))).toBe(true);
      expect((await store.findByHash(hash))?.connection).toMatchObject({
        profile: 'strict',
        pausedAt: at(5),
      });
      await store.setPaused(tenantId, made.id, undefined);
      expect((await store.findByHash(hash))?.connection.pausedAt).toBeUndefined();
    });

    it('revokes once and keeps the first time', async () => {
      const { record, hash } = await stored();
      expect(await store.revoke(tenantId, record.id, at(5))).toBe(true);
      expect(await store.revoke(tenantId, record.id, at(6))).toBe(true);
      expect((await store.findByHash(hash))?.token.revokedAt).toBe(at(5));
    });

    it('rotates: the successor is there, the old one ends [P-7.4-01]', async () => {
      const { record, hash } = await stored();
      const next = { ...token({ connectionId: record.connectionId }), createdAt: at(3) };
      const nextHash = newHash();
      expect(await store.rotate(tenantId, record.id, at(8), next, nextHash)).toBe(true);
      expect((await store.findByHash(hash))?.token.expiresAt).toBe(at(8));
      expect((await store.findByHash(nextHash))?.token).toEqual(next);
    });

    it('never lengthens a life by rotation', async () => {
      const { record, hash } = await stored({ expiresAt: at(4) });
      await store.rotate(tenantId, record.id, at(8), token({ connectionId: record.connectionId }), newHash());
      expect((await store.findByHash(hash))?.token.expiresAt).toBe(at(4));
    });

    it('does not rotate a revoked token, and changes nothing when the successor cannot be stored', async () => {
      const { record, hash } = await stored();
      const next = token({ connectionId: record.connectionId });
      await expect(store.rotate(tenantId, record.id, at(8), next, hash)).rejects.toThrow(/unique/);
      expect((await store.findByHash(hash))?.token.expiresAt).toBeUndefined();
      await store.revoke(tenantId, record.id, at(5));
      expect(await store.rotate(tenantId, record.id, at(8), next, newHash())).toBe(false);
      expect(await store.tokens(tenantId)).toHaveLength(1);
    });

    it('notes a use only when the last one is old enough', async () => {
      const { record, hash } = await stored();
      const lastUse = async () => (await store.findByHash(hash))?.token.lastUsedAt;
      await store.touch(tenantId, record.id, at(10), at(9));
      expect(await lastUse()).toBe(at(10));
      await store.touch(tenantId, record.id, at(11), at(9));
      expect(await lastUse()).toBe(at(10));
      await store.touch(tenantId, record.id, at(11), at(10));
      expect(await lastUse()).toBe(at(11));
    });

    it('does nothing in the name of another tenant [S3]', async () => {
      const { record, hash, connection: made } = await stored();
      const other = `${tenantId}x`;
      const before = await store.findByHash(hash);
      const successor = token({ connectionId: made.id });
      expect([
        await store.setProfile(other, made.id, 'strict'),
        await store.setPaused(other, made.id, at(5)),
        await store.revoke(other, record.id, at(5)),
        await store.rotate(other, record.id, at(5), successor, newHash()),
      ]).toEqual([false, false, false, false]);
      await store.touch(other, record.id, at(5), at(4));
      expect(await store.findByHash(hash)).toEqual(before);
      expect([await store.tokens(other), await store.connections(other)]).toEqual([[], []]);
    });
  });
}
