import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EventRelay } from 'nestjs-scim';
import type { DataSource, QueryRunner } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { type DatabaseName, DATABASES, emptyDatabase } from './support/databases.js';
import { expectError } from './support/expect-error.js';
import { LogOf, logging } from './support/log-app.js';
import { expectRoom, requestsTo } from './support/requests-under-way.js';
import { createGroup, createUser, fresh, group, user } from './support/resources.js';
import { ADAPTERS, bootScim, type BootSettings, type ScimApp } from './support/scim-app.js';
import type { ScimClient, ScimReply } from './support/scim-client.js';

const LIMIT = 4;
/** SQLite has one connection, for which calls queue. */
const POOLED = DATABASES.filter((name) => name !== 'sqlite');
/** How a host says that nobody shall wait for a connection, or not for long. */
const IMPATIENT: Readonly<Record<string, object>> = {
  postgres: { connectionTimeoutMillis: 200 },
  mysql: { waitForConnections: false },
};

interface PoolSettings {
  readonly name?: DatabaseName;
  readonly size?: number;
  /** Of the driver. */
  readonly extra?: object;
}

/** What node-postgres and mysql2 show of their pools. */
interface Pools {
  readonly master?: {
    readonly idleCount: number;
    readonly totalCount: number;
    readonly waitingCount: number;
  };
  readonly pool?: Record<
    '_freeConnections' | '_allConnections' | '_connectionQueue',
    { readonly length: number }
  >;
}

function poolOf({ driver }: DataSource): object {
  const { master, pool } = driver as unknown as Pools;
  if (master) return { idle: master.idleCount, total: master.totalCount, waiting: master.waitingCount };
  const { _freeConnections: idle, _allConnections: total, _connectionQueue: waiting } = pool!;
  return { idle: idle.length, total: total.length, waiting: waiting.length };
}

/** Takes a connection, which whatever runs beside the requests may have for a moment. */
async function holdConnection(dataSource: DataSource): Promise<QueryRunner> {
  for (;;) {
    // One that was refused once never asks again, and says so at once: trying it again would block the process.
    const runner = dataSource.createQueryRunner();
    try {
      await runner.connect();
      return runner;
    } catch {
      await runner.release();
      await delay(20);
    }
  }
}

describe.each(ADAPTERS)('A small pool of connections on %s', (adapter) => {
  let close: () => Promise<void>;
  let scim: ScimApp;
  afterEach(() => close());

  async function boot(settings: BootSettings['scim'] = {}, on: PoolSettings = {}): Promise<ScimClient> {
    const database = await emptyDatabase(on.name ?? 'postgres');
    const pool = { ...database.options, poolSize: on.size ?? 2, extra: on.extra };
    scim = await bootScim({ adapter, database: pool as BootSettings['database'], scim: settings });
    close = async () => {
      await scim.close();
      await database.drop();
    };
    return scim.client();
  }

  /** Holds the row of a user by one connection, at the latest until the test ends. */
  async function lock(id: string): Promise<() => Promise<void>> {
    const runner = scim.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('select id from scim_user where id = $1 for update', [id]);
    const unlock = async (): Promise<void> => {
      if (runner.isReleased) return;
      await runner.rollbackTransaction();
      await runner.release();
    };
    const closeAfter = close;
    close = async () => {
      await unlock();
      await closeAfter();
    };
    return unlock;
  }

  it.each(POOLED.flatMap((name) => [1, 2].map((size) => [name, size] as const)))(
    'serves 60 requests of all kinds at once on %s by %i: each succeeds, and every connection comes back',
    async (name, size) => {
      const client = await boot({ tokenCacheSeconds: 0, outbox: {} }, { name, size });
      const people = await Promise.all(Array.from({ length: 6 }, () => createUser(client)));
      const team = await createGroup(client);
      const person = (i: number): string => people[i % people.length].id as string;
      const kinds: ((i: number) => Promise<ScimReply>)[] = [
        (i) => client.get(`/Users/${person(i)}`),
        () => client.post('/Users', user()),
        (i) => client.patch(`/Users/${person(i)}`, [{ op: 'replace', path: 'displayName', value: fresh() }]),
        (i) =>
          client.patch(`/Groups/${team.id}`, [{ op: 'add', path: 'members', value: [{ value: person(i) }] }]),
        () => client.get('/Users', { query: { count: 5 } }),
        () => client.get('/Users', { query: { filter: 'displayName co "a"', cursor: '' } }),
        () => client.get(`/Groups/${team.id}`),
        () => client.get('', { query: { count: 5 } }),
        () => client.post('/Groups', group({ members: [{ value: person(0) }] })),
        (i) => client.put(`/Users/${person(i)}`, user({ userName: people[i % people.length].userName })),
        async () => client.delete(`/Users/${(await createUser(client)).id}`),
        () =>
          client.post('/Bulk', {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
            Operations: Array.from({ length: 3 }, (_, k) => ({
              method: 'POST',
              path: '/Users',
              bulkId: `b${k}`,
              data: user(),
            })),
          }),
      ];
      const replies = await Promise.all(Array.from({ length: 60 }, (_, i) => kinds[i % kinds.length]!(i)));
      const failed = replies.filter(({ status }) => status >= 300);
      expect(failed.map(({ status, text }) => `${status} ${text}`)).toEqual([]);
      await new LogOf(scim).log.flush();
      await scim.app.get(EventRelay, { strict: false }).stop();
      expect(poolOf(scim.dataSource)).toEqual({ idle: size, total: size, waiting: 0 });
    },
  );

  it.each(POOLED)(
    'answers 503 with Retry-After to who waits longer on %s than the host allows',
    async (name) => {
      const client = await boot(logging(), { name, extra: IMPATIENT[name] });
      const { id } = await createUser(client);
      const held = [await holdConnection(scim.dataSource), await holdConnection(scim.dataSource)];
      const refused = await Promise.all([
        client.get(`/Users/${id}`),
        client.get('/Users'),
        client.get('/Users', { query: { filter: 'displayName co "a"' } }),
        client.post('/Users', user()),
        client.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: 'x' }]),
        client.delete(`/Users/${id}`),
      ]);
      for (const reply of refused) {
        expectError(reply, 503);
        expect(reply.headers['retry-after']).toMatch(/^\d+$/);
      }
      for (const runner of held) await runner.release();
      expect((await client.get(`/Users/${id}`)).status).toBe(200);
      expect((await client.post('/Users', user())).status).toBe(201);
      await new LogOf(scim).log.flush();
      // The relay may have one for a moment.
      await expect.poll(() => poolOf(scim.dataSource)).toEqual({ idle: 2, total: 2, waiting: 0 });
    },
  );

  it('refuses the fifth request where four may be under way, and serves those when a lock is gone', async () => {
    const client = await boot({ limits: { concurrentRequests: LIMIT } });
    const { id } = await createUser(client);
    const unlock = await lock(id as string);
    const patch = (value: string): Promise<ScimReply> =>
      client.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value }]);
    const arrived = requestsTo(scim, LIMIT);
    const waiting = Array.from({ length: LIMIT }, (_, i) => patch(`name ${i}`));
    await arrived;
    const fifth = await client.get('/ServiceProviderConfig');
    expectError(fifth, 503);
    expect(fifth.headers['retry-after']).toMatch(/^[1-5]$/);
    await unlock();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await patch('last')).status).toBe(200);
    await new LogOf(scim).log.flush();
    // The relay may have one for a moment.
    await expect.poll(() => poolOf(scim.dataSource)).toEqual({ idle: 2, total: 2, waiting: 0 });
  });

  it('makes room when a client hangs up in the middle of a pipeline', async () => {
    const client = await boot({ limits: { concurrentRequests: LIMIT } });
    const { id } = await createUser(client);
    const unlock = await lock(id as string);
    const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'pipeline' } });
    const message = (method: string, path: string, body: string): string =>
      `${method} /scim/v2${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`;
    const change = JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'displayName', value: 'x' }],
    });
    const arrived = requestsTo(scim, LIMIT);
    const socket = connect(Number(new URL(scim.origin).port), '127.0.0.1');
    // The answers to the reads wait behind that to the change, which waits for the lock.
    const reads = message('GET', '/Schemas', '').repeat(LIMIT - 1);
    socket.write(message('PATCH', `/Users/${id}`, change) + reads);
    await arrived;
    expectError(await client.get('/Schemas'), 503);
    socket.destroy();
    await expectRoom(scim, LIMIT);
    await unlock();
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });
});
