import { afterEach, describe, expect, it } from 'vitest';
import { ProvisioningLogStore } from 'nestjs-scim';
import type { Logger } from 'typeorm';
import { CapturedLog } from '../support/captured-log.js';
import { LogOf, logging } from '../support/log-app.js';
import { createUser, group, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type BootSettings, type ScimApp } from '../support/scim-app.js';
import { bootScimOn } from '../support/scim-on-database.js';
import type { ScimClient } from '../support/scim-client.js';

/** Keeps the statements that are sent. */
class Statements implements Logger {
  texts: string[] = [];
  logQuery(text: string): void {
    this.texts.push(text);
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

let scim: ScimApp | undefined;
afterEach(async () => {
  await scim?.close();
  scim = undefined;
});

async function boot(log: object, more: BootSettings = {}): Promise<{ client: ScimClient; log: LogOf }> {
  scim = await bootScim({ ...more, scim: { ...logging(log), ...more.scim } });
  return { client: await scim.client(), log: new LogOf(scim) };
}

describe.each(ADAPTERS)('Each answer on %s', (adapter) => {
  it('names the request, by the id that a gateway gave or by a new one', async () => {
    const { client } = await boot({}, { adapter });
    const made = await client.get('/Users');
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const given = await client.get('/Users', { headers: { 'x-request-id': 'gw-1.2_3' } });
    expect(given.headers['x-request-id']).toBe('gw-1.2_3');
    const odd = await client.get('/Users', { headers: { 'x-request-id': '"><script>' } });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    for (const reply of [await client.as(undefined).get('/Users'), await client.get('/nothing')]) {
      expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('to a Bulk request has an entry, and each of its operations one more', async () => {
    const { client, log } = await boot({}, { adapter });
    const known = await createUser(client);
    const reply = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: user({ externalId: 'ext-a' }) },
        { method: 'POST', path: '/Users', bulkId: 'b', data: { ...user(), nonsense: 1 } },
        { method: 'POST', path: '/Users', bulkId: 'c', data: user({ userName: known.userName }) },
        { method: 'POST', path: '/Groups', bulkId: 'g', data: group({ members: [{ value: 'bulkId:a' }] }) },
        {
          method: 'PATCH',
          path: `/Users/${known.id}`,
          data: { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] },
        },
        { method: 'DELETE', path: '/Users/01890000-0000-7000-8000-000000000000' },
        { method: 'DELETE', path: '/Nowhere/1' },
      ],
    });
    expect(reply.status).toBe(200);
    const whole = await log.of(reply);
    expect(whole).toMatchObject({ endpoint: '/Bulk', status: 200 });
    expect(whole.tolerances).toEqual(expect.arrayContaining(['unknownAttributes', 'booleanStrings']));
    const entries = await log.entries({ requestId: whole.requestId });
    const operations = entries.filter(({ kind }) => kind === 'operation').toReversed();
    expect(operations).toMatchObject([
      { operation: 0, method: 'POST', endpoint: '/Users', status: 201, externalId: 'ext-a' },
      { operation: 1, status: 201, tolerances: ['unknownAttributes'], ignored: ['nonsense'] },
      { operation: 2, status: 409, scimType: 'uniqueness' },
      { operation: 3, endpoint: '/Groups', status: 201, members: { replacedBy: 1 } },
      {
        operation: 4,
        method: 'PATCH',
        endpoint: '/Users/:id',
        resourceId: known.id,
        status: 200,
        changes: [{ path: 'active' }],
      },
      { operation: 5, method: 'DELETE', status: 404 },
      { operation: 6, endpoint: '*' },
    ]);
    expect(operations[4]?.tolerances).toEqual(expect.arrayContaining(['operationNames', 'booleanStrings']));
    expect(operations[0]?.tolerances).toBeUndefined();
    expect(operations[0]?.resourceId).toBe(reply.body.Operations[0].location.split('/').at(-1));
  });

  it('comes before anything is written about it, and the log adds no statement to it', async () => {
    const statements = new Statements();
    const settings: BootSettings = { adapter, database: { type: 'sqljs', logger: statements } };
    const quiet = await count((await boot({ enabled: false }, settings)).client);
    await scim?.close();
    expect(await count((await boot({}, settings)).client)).toEqual(quiet);

    async function count(on: ScimClient): Promise<number[]> {
      const { id } = await createUser(on);
      const calls = [
        () => on.get(`/Users/${id}`),
        () => on.get('/Users', { query: { filter: 'userName eq "x"' } }),
        () => on.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
        () => on.delete(`/Users/${id}`),
        () => on.get('/nowhere'),
      ];
      const counts: number[] = [];
      for (const call of calls) {
        statements.texts = [];
        await call();
        expect(statements.texts.filter((text) => text.includes('scim_log'))).toEqual([]);
        counts.push(statements.texts.length);
      }
      return counts;
    }
  });
});

describe('The provisioning log', () => {
  it('keeps tenants apart', async () => {
    const { client, log } = await boot({});
    const other = await scim!.client({ tenant: 'other' });
    await createUser(client);
    await other.get('/Users');
    await other.get('/Users');
    expect((await log.entries()).map(({ method }) => method)).toEqual(['POST']);
    const theirs = await log.entries({ tenantId: 'other' });
    expect(theirs).toHaveLength(2);
    expect(await log.log.find('acme', theirs[0]!.id)).toBeUndefined();
    expect(await log.log.find('other', theirs[0]!.id)).toMatchObject({ tenantId: 'other' });
    expect(await log.entries({ tenantId: null })).toEqual([]);
  });

  it('pages from the newest to the oldest, whatever comes meanwhile', async () => {
    const { client, log } = await boot({});
    for (let i = 0; i < 7; i++) await client.get('/Users', { query: { startIndex: i + 1 } });
    const first = await log.log.flush().then(() => log.log.list({ tenantId: 'acme', limit: 3 }));
    await client.get('/Groups');
    await log.log.flush();
    const second = await log.log.list({ tenantId: 'acme', limit: 3, after: first.next });
    const third = await log.log.list({ tenantId: 'acme', limit: 3, after: second.next });
    const queries = [first, second, third].flatMap(({ entries }) => entries.map(({ query }) => query));
    expect(queries).toEqual([7, 6, 5, 4, 3, 2, 1].map((i) => `startIndex=${i}`));
    expect(third.next).toBeUndefined();
  });

  it('selects failures of both kinds, connections, resources and times', async () => {
    const { client, log } = await boot({});
    const { id } = await createUser(client);
    await client.get('/Users/unknown');
    await client.as(undefined).get('/Users');
    await client.get('/Me');
    expect((await log.entries({ status: ['4xx', '5xx'] })).map(({ status }) => status)).toEqual([501, 404]);
    expect(await log.entries({ status: '5xx' })).toHaveLength(1);
    expect(await log.entries({ resourceType: 'User', resourceId: id })).toHaveLength(1);
    const [{ id: connectionId } = { id: '' }] = await scim!.tokens.connections('acme');
    expect(await log.entries({ connectionId })).toHaveLength(3);
    expect(await log.entries({ connectionId: id })).toEqual([]);
    const [, , oldest] = await log.entries();
    expect(await log.entries({ since: oldest!.time })).toHaveLength(3);
    expect(await log.entries({ until: oldest!.time })).toEqual([]);
    expect(await log.entries({ since: new Date(Date.now() + 1000) })).toEqual([]);
  });

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 501 }, 'limit'],
    [{ after: 'x' }, 'go on'],
    [{ since: 'yesterday' }, 'since'],
    [{ status: '1xx' }, 'status'],
    [{ tenantId: '' }, 'tenant'],
  ])('refuses the query %j', async (query, word) => {
    const { log } = await boot({});
    await expect(log.log.list({ tenantId: 'acme', ...query } as never)).rejects.toThrow(word);
  });

  it('leaves successful reads out when it is told to, and never failures', async () => {
    const { client, log } = await boot({ reads: false });
    await createUser(client);
    await client.get('/Users');
    await client.get('/Users/unknown');
    await client.post('/Users/.search', { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] });
    expect((await log.entries()).map(({ method, status }) => [method, status])).toEqual([
      ['GET', 404],
      ['POST', 201],
    ]);
  });

  it('writes nothing when it is off', async () => {
    const { client, log } = await boot({ enabled: false });
    await createUser(client);
    await client.as(undefined).get('/Users');
    expect(await log.entries()).toEqual([]);
    expect(await log.entries({ tenantId: null })).toEqual([]);
    expect(log.log.writer).toMatchObject({ pending: 0, written: 0 });
  });

  it('counts what its buffer cannot hold, says so aloud, and shows the gap', async () => {
    const captured = new CapturedLog();
    const { client, log } = await boot({ bufferSize: 5 }, { configure: (app) => captured.attach(app) });
    for (let i = 0; i < 9; i++) await client.get('/Users');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(log.log.writer).toMatchObject({ pending: 5, lost: 4 });
    const entries = await log.entries();
    expect(entries).toHaveLength(6);
    expect(entries[0]).toMatchObject({ kind: 'gap', missing: { count: 4, reason: 'lost' } });
    expect((await log.log.status('acme')).gaps).toHaveLength(1);
    captured.detach();
    expect(captured.text).toContain('4 entries are missing in the provisioning log');
  });

  it('answers as ever while its table is gone', async () => {
    const { client, log } = await boot({});
    await scim!.dataSource.query('drop table scim_log');
    for (let i = 0; i < 3; i++) expect((await client.get('/Users')).status).toBe(200);
    await log.log.flush();
    expect((await client.post('/Users', user())).status).toBe(201);
    expect(log.log.writer?.failingSince).toBeDefined();
  });

  it('deletes what is older than it is told to', async () => {
    const { client, log } = await boot({});
    await client.get('/Users');
    await (await scim!.client({ tenant: 'other' })).get('/Users');
    await log.log.flush();
    await log.log.flush();
    expect(await log.log.prune()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await log.log.prune({ tenantId: 'other', olderThanDays: 0 })).toBe(1);
    expect(await log.entries()).toHaveLength(1);
    expect(await log.log.prune({ olderThanDays: 0 })).toBe(1);
  });

  it.each([
    [{ values: 'some' }, 'log.values'],
    [{ retentionDays: 0 }, 'log.retentionDays'],
    [{ batchSize: 1001 }, 'log.batchSize'],
    [{ enabled: 'no' }, 'log.enabled'],
    [{ hashKey: 'short' }, 'log.hashKey'],
    [{ days: 3 }, 'log.days'],
  ])('does not start with the option %j', async (log, option) => {
    await expect(bootScim({ scim: { log } as never })).rejects.toThrow(option);
  });
});

describe.each(ADAPTERS)('At shutdown on %s the provisioning log', (adapter) => {
  it('writes what it has, also of a request that was under way', async () => {
    const app = await bootScimOn('postgres', { adapter, scim: logging() });
    const client = await app.client();
    await client.get('/Users');
    const slow = app.dataSource.query('begin; lock table scim_user; select pg_sleep(0.5); commit');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const underWay = client.post('/Users', user(), { headers: { connection: 'close' } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const store = app.app.get(ProvisioningLogStore, { strict: false });
    const seen: number[] = [];
    const append = store.append.bind(store);
    store.append = async (entries) => {
      await append(entries);
      seen.push(...entries.map(({ status }) => status));
    };
    await app.app.close();
    expect((await underWay).status).toBe(201);
    await slow.catch(() => undefined);
    expect(seen).toEqual([200, 201]);
    await app.close().catch(() => undefined);
  });
});
