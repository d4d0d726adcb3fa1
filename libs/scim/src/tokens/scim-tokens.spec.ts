import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SCOPES } from './scopes.js';
import { ScimTokens } from './scim-tokens.js';
import { MemoryTokenStore } from './testing/memory-token-store.js';
import { generateToken, hashToken } from './token-format.js';

const START = Date.parse('2026-11-24T08:00:00.000Z');
const DAY = 24 * 3600;

let store: MemoryTokenStore;
let tokens: ScimTokens;

const connection = { name: 'okta' };
const issue = (more: object = {}) => tokens.issue({ tenantId: 'acme', connection, ...more });
/** Another instance of the application on the same store. */
const otherInstance = (tokenCacheSeconds = 5) => new ScimTokens(store, { tokenCacheSeconds });
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['Date'] });
  store = new MemoryTokenStore();
  tokens = new ScimTokens(store, { tokenCacheSeconds: 5 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a token that is issued', () => {
  it('is verified to its tenant, connection, profile and scopes [S3]', async () => {
    const { token, record, connection: made } = await issue({ scopes: ['users:read'] });
    expect(await tokens.verify(token)).toEqual({
      tenantId: 'acme',
      connectionId: made.id,
      tokenPrefix: record.prefix,
      tokenId: record.id,
      profile: 'default',
      scopes: ['users:read'],
    });
  });

  it('is stored as a hash only [P-7.4-01]', async () => {
    const { token } = await issue();
    expect(JSON.stringify(store.stored)).not.toContain(token);
    expect(JSON.stringify(store.stored)).not.toContain(token.slice(14));
    expect(store.stored[0]?.hash).toBe(hashToken(token));
  });

  it('has all scopes and lives for 365 days unless told otherwise', async () => {
    const { record } = await issue();
    expect(record.scopes).toEqual(SCOPES);
    expect(record.expiresAt).toBe('2027-11-24T08:00:00.000Z');
  });

  it('joins the connection of that name and keeps its profile', async () => {
    const first = await issue({ connection: { name: 'okta', profile: 'strict' } });
    const second = await issue();
    expect(second.connection).toEqual(first.connection);
  });

  it('changes the profile of the connection when one is given', async () => {
    const first = await issue();
    await tokens.verify(first.token);
    await issue({ connection: { name: 'okta', profile: 'strict' } });
    expect((await tokens.verify(first.token))?.profile).toBe('strict');
  });

  it.each([
    [{ tenantId: '' }, 'invalidTenant'],
    [{ tenantId: 'a_b' }, 'invalidTenant'],
    [{ tenantId: '..' }, 'invalidTenant'],
    [{ tenantId: 'x'.repeat(65) }, 'invalidTenant'],
    [{ connection: { name: ' ' } }, 'invalidName'],
    [{ name: 'a\nb' }, 'invalidName'],
    [{ connection: { name: 'okta', profile: 'constructor' } }, 'unknownProfile'],
    [{ scopes: [] }, 'unknownScope'],
    [{ scopes: ['users:read', 'admin'] }, 'unknownScope'],
    [{ expiresInDays: 0 }, 'invalidExpiry'],
    [{ expiresInDays: 1.5 }, 'invalidExpiry'],
    [{ expiresInDays: 3651 }, 'invalidExpiry'],
    [{ expiresAt: new Date(START) }, 'invalidExpiry'],
    [{ expiresAt: new Date(NaN) }, 'invalidExpiry'],
    [{ expiresInDays: 1, neverExpires: true }, 'invalidExpiry'],
  ])('is refused for %j', async (request, code) => {
    await expect(issue(request)).rejects.toMatchObject({ name: 'ScimTokenError', code });
    expect(store.stored).toEqual([]);
  });

  it('is refused for an unknown profile with the names of those that exist', async () => {
    await expect(issue({ connection: { name: 'a', profile: 'lax' } })).rejects.toThrow('default, strict');
  });
});

describe('a text that is no live token', () => {
  it('is refused without a look-up when it is mistyped', async () => {
    const { token } = await issue();
    const last = token.endsWith('0') ? '1' : '0';
    expect(await tokens.verify(token.slice(0, -1) + last)).toBeUndefined();
    expect(store.calls.findByHash).toBe(0);
  });

  it.each(['', 'undefined', 'null', 'Bearer', 'scim_'])(
    'is refused without a look-up: "%s"',
    async (text) => {
      expect(await tokens.verify(text)).toBeUndefined();
      expect(store.calls.findByHash).toBe(0);
    },
  );

  it('is refused when it was never issued', async () => {
    expect(await tokens.verify(generateToken().text)).toBeUndefined();
  });

  it('is refused from the second on in which it expires, also while it is remembered [P-7.4-01]', async () => {
    const { token } = await issue({ expiresAt: new Date(START + 10_000) });
    pass(9.9);
    expect(await tokens.verify(token)).toBeDefined();
    pass(0.1);
    expect(await tokens.verify(token)).toBeUndefined();
  });

  it('is refused at once after it was revoked here, and in the cache time elsewhere', async () => {
    const { token, record } = await issue();
    const other = otherInstance();
    await tokens.verify(token);
    await other.verify(token);
    await tokens.revoke('acme', record.id);
    expect(await tokens.verify(token)).toBeUndefined();
    pass(5);
    expect(await other.verify(token)).toBeUndefined();
  });

  it('is refused while its connection is paused', async () => {
    const { token, connection: made } = await issue();
    await tokens.verify(token);
    await tokens.setPaused('acme', made.id, true);
    expect(await tokens.verify(token)).toBeUndefined();
    await tokens.setPaused('acme', made.id, false);
    expect(await tokens.verify(token)).toBeDefined();
  });

  it('is not remembered when it was revoked while it was looked up', async () => {
    const { token, record } = await issue();
    let answer = (): void => undefined;
    const asked = vi.spyOn(store, 'findByHash').mockImplementationOnce(async (hash) => {
      const before = await MemoryTokenStore.prototype.findByHash.call(store, hash);
      await new Promise<void>((resolve) => (answer = resolve));
      return before;
    });
    const verifying = tokens.verify(token);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await tokens.revoke('acme', record.id);
    answer();
    await verifying;
    expect(await tokens.verify(token)).toBeUndefined();
  });

  it('is neither accepted nor refused when the store fails', async () => {
    const { token } = await issue();
    vi.spyOn(store, 'findByHash').mockRejectedValueOnce(new Error('away'));
    await expect(tokens.verify(token)).rejects.toThrow('away');
    expect(await tokens.verify(token)).toBeDefined();
  });
});

describe('the memory of look-ups', () => {
  it('saves look-ups for the set time', async () => {
    const { token } = await issue();
    for (let second = 0; second < 5; second++) {
      await tokens.verify(token);
      pass(1);
    }
    expect(store.calls.findByHash).toBe(1);
    await tokens.verify(token);
    expect(store.calls.findByHash).toBe(2);
  });

  it('asks once for requests that come at the same time, and again for one that comes after a revocation', async () => {
    const { token, record } = await issue();
    const answers = await Promise.all(Array.from({ length: 20 }, () => tokens.verify(token)));
    expect(answers.every((principal) => principal?.tokenId === record.id)).toBe(true);
    expect(store.calls.findByHash).toBe(1);
    pass(5);
    const before = tokens.verify(token);
    await tokens.revoke('acme', record.id);
    expect(await tokens.verify(token)).toBeUndefined();
    await before;
    expect(store.calls.findByHash).toBe(3);
  });

  it('is off with 0 seconds', async () => {
    const { token } = await issue();
    const uncached = otherInstance(0);
    await uncached.verify(token);
    await uncached.verify(token);
    expect(store.calls.findByHash).toBe(2);
  });

  it('holds an unknown token for one second at most', async () => {
    const { text } = generateToken();
    await tokens.verify(text);
    await tokens.verify(text);
    expect(store.calls.findByHash).toBe(1);
    pass(1);
    await tokens.verify(text);
    expect(store.calls.findByHash).toBe(2);
  });

  it('keeps a good token through a flood of unknown ones', async () => {
    const { token } = await issue();
    await tokens.verify(token);
    for (let guess = 0; guess < 1500; guess++) await tokens.verify(generateToken().text);
    const before = store.calls.findByHash;
    await tokens.verify(token);
    expect(store.calls.findByHash).toBe(before);
  });
});

describe('rotation', () => {
  it('leaves both tokens valid for the overlap, then the new one only [P-7.4-01]', async () => {
    const { token: old, record } = await issue();
    const { token: fresh, connection: made } = await tokens.rotate('acme', record.id, {
      overlapSeconds: 3600,
    });
    pass(3599);
    expect((await tokens.verify(old))?.connectionId).toBe(made.id);
    expect((await tokens.verify(fresh))?.connectionId).toBe(made.id);
    pass(1);
    expect(await tokens.verify(old)).toBeUndefined();
    expect(await tokens.verify(fresh)).toBeDefined();
  });

  it('gives the new token scopes, name and length of life of the old one', async () => {
    const { record } = await issue({ expiresInDays: 90, scopes: ['groups:read'], name: 'first' });
    pass(10 * DAY);
    const { record: next } = await tokens.rotate('acme', record.id);
    expect(next).toMatchObject({
      name: 'first',
      scopes: ['groups:read'],
      expiresAt: '2027-03-04T08:00:00.000Z',
    });
    expect(next.id).not.toBe(record.id);
  });

  it('ends the old token at once with an overlap of 0', async () => {
    const { token, record } = await issue();
    await tokens.verify(token);
    await tokens.rotate('acme', record.id, { overlapSeconds: 0 });
    expect(await tokens.verify(token)).toBeUndefined();
  });

  it('never lengthens the life of the old token', async () => {
    const { record } = await issue({ expiresAt: new Date(START + 60_000) });
    await tokens.rotate('acme', record.id, { overlapSeconds: 3600, expiresInDays: 30 });
    expect((await tokens.list('acme'))[0]?.expiresAt).toBe(record.expiresAt);
  });

  it('is refused for a token that is revoked or expired', async () => {
    const { record } = await issue();
    await tokens.revoke('acme', record.id);
    await expect(tokens.rotate('acme', record.id)).rejects.toMatchObject({ code: 'tokenEnded' });
    const { record: short } = await issue({ expiresInDays: 1 });
    pass(DAY);
    await expect(tokens.rotate('acme', short.id)).rejects.toMatchObject({ code: 'tokenEnded' });
  });
});

describe('another tenant', () => {
  it('cannot list, revoke, rotate or change what is not its own [S3]', async () => {
    const { token, record, connection: made } = await issue();
    expect(await tokens.list('other')).toEqual([]);
    expect(await tokens.connections('other')).toEqual([]);
    await expect(tokens.revoke('other', record.id)).rejects.toMatchObject({ code: 'unknownToken' });
    await expect(tokens.rotate('other', record.id)).rejects.toMatchObject({ code: 'unknownToken' });
    await expect(tokens.setPaused('other', made.id, true)).rejects.toMatchObject({
      code: 'unknownConnection',
    });
    await expect(tokens.setProfile('other', made.id, 'strict')).rejects.toMatchObject({
      code: 'unknownConnection',
    });
    expect(await tokens.verify(token)).toMatchObject({ tenantId: 'acme', profile: 'default' });
  });
});

describe('the time of the last use', () => {
  it('is written at most once a minute, however many requests there are', async () => {
    const { token } = await issue();
    for (let request = 0; request < 1000; request++) await tokens.verify(token);
    await tokens.onModuleDestroy();
    expect(store.calls.touch).toBe(1);
    expect((await tokens.list('acme'))[0]?.lastUsedAt).toBe('2026-11-24T08:00:00.000Z');
    pass(60);
    await tokens.verify(token);
    await tokens.onModuleDestroy();
    expect((await tokens.list('acme'))[0]?.lastUsedAt).toBe('2026-11-24T08:01:00.000Z');
  });

  it('is nobody’s concern when it cannot be written', async () => {
    const { token } = await issue();
    vi.spyOn(store, 'touch').mockRejectedValue(new Error('away'));
    expect(await tokens.verify(token)).toBeDefined();
    await expect(tokens.onModuleDestroy()).resolves.toBeUndefined();
  });
});
