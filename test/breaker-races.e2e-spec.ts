import { ConnectionTripped, ScimBreaker } from 'nestjs-scim';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { describeEachDatabase, emptyDatabase, type EmptyDatabase } from './support/databases.js';
import { eventsIn } from './support/outbox-rows.js';
import { createUser, fresh } from './support/resources.js';
import { bootScim, type ScimApp } from './support/scim-app.js';
import { ScimClient } from './support/scim-client.js';

const off = [{ op: 'replace', path: 'active', value: false }];
const scimOptions = { breaker: { share: 0.25, minimum: 2, windowSeconds: 3600 } };

describeEachDatabase('The breaker under load', (name) => {
  let database: EmptyDatabase;
  let apps: ScimApp[];
  let tenant: string;
  let clients: ScimClient[];
  beforeAll(async () => {
    database = await emptyDatabase(name);
    // SQLite in memory belongs to one application.
    const count = name === 'sqlite' ? 1 : 2;
    apps = [];
    while (apps.length < count) {
      apps.push(await bootScim({ database: database.options, scim: scimOptions }));
    }
  });
  afterAll(async () => {
    for (const app of apps ?? []) await app.close();
    await database?.drop();
  });
  beforeEach(async () => {
    tenant = fresh('t');
    const { token } = await apps[0]!.tokens.issue({ tenantId: tenant, connection: { name: 'idp' } });
    clients = apps.map(({ origin }) => new ScimClient(`${origin}/scim/v2`, token));
  });

  const users = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < count) ids.push((await createUser(clients[0]!)).id as string);
    return ids;
  };
  const client = (place: number): ScimClient => clients[place % clients.length]!;

  it('lets no request slip past, of several applications and in every way', async () => {
    const ids = await users(24);
    const replies = await Promise.all(
      ids.map((id, i) =>
        i % 3 === 0 ? client(i).patch(`/Users/${id}`, off) : client(i).delete(`/Users/${id}`),
      ),
    );
    const passed = ids.filter((_, i) => replies[i]!.status < 300);
    expect(passed).toHaveLength(6);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(18);
    const { body } = await clients[0]!.get('/Users', { query: { filter: 'active eq true' } });
    expect(body.totalResults).toBe(18);
    const [state] = await apps[0]!.app.get(ScimBreaker, { strict: false }).list(tenant);
    expect(state).toMatchObject({ lost: 6, trippedAt: expect.any(String) });
    const told = await eventsIn(apps[0]!.dataSource, state!.connectionId);
    expect(told).toHaveLength(1);
    expect(told[0]).toBeInstanceOf(ConnectionTripped);
  });

  it('makes the row of a connection once when its first losses come together', async () => {
    const ids = await users(2);
    const replies = await Promise.all(ids.map((id, i) => client(i).delete(`/Users/${id}`)));
    expect(replies.map(({ status }) => status)).toEqual([204, 204]);
    const states = await apps[0]!.app.get(ScimBreaker, { strict: false }).list(tenant);
    expect(states).toMatchObject([{ lost: 2 }]);
  });

  it('counts the users of a tenant once in a window, and not below the minimum', async () => {
    const ids = await users(20);
    const statements: string[] = [];
    const log = vi
      .spyOn(apps[0]!.dataSource.logger, 'logQuery')
      .mockImplementation((text: string) => void statements.push(text));
    try {
      for (const id of ids.slice(0, 2)) await clients[0]!.delete(`/Users/${id}`);
      expect(statements.filter((text) => text.includes('scim_breaker')).length).toBeGreaterThan(0);
      expect(statements.filter((text) => text.includes('count(*)'))).toEqual([]);
      for (const id of ids.slice(2, 5)) {
        expect((await clients[0]!.delete(`/Users/${id}`)).status).toBe(204);
      }
      expect(statements.filter((text) => text.includes('count(*)'))).toHaveLength(1);
    } finally {
      log.mockRestore();
    }
  });

  it('is released once by two that do it at the same time', async () => {
    const ids = await users(3);
    for (const id of ids) await clients[0]!.delete(`/Users/${id}`);
    const breaker = apps[0]!.app.get(ScimBreaker, { strict: false });
    const [{ connectionId } = { connectionId: '' }] = await breaker.list(tenant);
    const outcomes = await Promise.allSettled([1, 2].map(() => breaker.release(tenant, connectionId)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await eventsIn(apps[0]!.dataSource, connectionId)).map(({ version }) => version)).toEqual([1, 2]);
  });
});
