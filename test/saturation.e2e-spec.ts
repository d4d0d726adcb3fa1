import { Controller, Get, type INestApplication } from '@nestjs/common';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { EventRelay } from 'nestjs-scim';
import type { Pool } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { CapturedLog } from './support/captured-log.js';
import { emptyDatabase } from './support/databases.js';
import { expectError } from './support/expect-error.js';
import { LogOf, logging } from './support/log-app.js';
import { createGroup, createUser, fresh, group, user } from './support/resources.js';
import { ADAPTERS, bootScim, type BootSettings, type ScimApp } from './support/scim-app.js';
import type { ScimClient, ScimReply } from './support/scim-client.js';
import { StatementRecorder } from './support/statement-recorder.js';

/** So few requests may be under way in these tests. */
const LIMIT = 4;
const BEGINNING = `${JSON.stringify(user()).slice(0, -1)}   `;

/** Resolves when the server has so many further requests. */
function requests(scim: ScimApp, count: number): Promise<void> {
  const server = scim.app.getHttpServer() as Server;
  let missing = count;
  return new Promise((resolve) => {
    const onRequest = (): void => {
      if (--missing > 0) return;
      server.off('request', onRequest);
      resolve();
    };
    server.on('request', onRequest);
  });
}

interface SlowPost {
  readonly sent: ClientRequest;
  readonly answer: Promise<IncomingMessage>;
}

/**
 * There is room for as many requests as ever. The server hears a little later than its client that an answer is out or a
 * connection gone, so it is asked again; a place that was lost would never come back.
 */
async function expectRoom(client: ScimClient): Promise<void> {
  const get = (): Promise<ScimReply> => client.get('/ServiceProviderConfig');
  let statuses: number[];
  do statuses = (await Promise.all(Array.from({ length: LIMIT }, get))).map(({ status }) => status);
  while (statuses.includes(503));
  expect(new Set(statuses)).toEqual(new Set([200]));
}

@Controller()
class HostController {
  @Get('hello')
  hello(): object {
    return { hello: 'host' };
  }
}

describe.each(ADAPTERS)('More SCIM requests than may be under way on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  const open: ClientRequest[] = [];

  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy();
    await scim.close();
  });

  async function boot(settings: BootSettings = {}): Promise<void> {
    const { limits, ...options } = settings.scim ?? {};
    scim = await bootScim({
      adapter,
      host: { controllers: [HostController] },
      ...settings,
      scim: { ...options, limits: { concurrentRequests: LIMIT, ...limits } },
    });
    client = await scim.client();
  }

  /** A POST whose body has begun and does not end before its sender says so; resolves when the server has it. */
  async function slowPost(headers: Record<string, string> = {}): Promise<SlowPost> {
    const arrived = requests(scim, 1);
    const sent = httpRequest(`${scim.origin}/scim/v2/Users`, { method: 'POST', headers });
    open.push(sent);
    const answer = (once(sent, 'response') as Promise<[IncomingMessage]>).then(async ([response]) => {
      for await (const chunk of response) void chunk;
      return response;
    });
    // Who is not asked for an answer may be cut off.
    answer.catch(() => undefined);
    sent.write(BEGINNING);
    await arrived;
    return { sent, answer };
  }

  /** As many as there is room for. */
  async function fill(count = LIMIT): Promise<SlowPost[]> {
    const slow: SlowPost[] = [];
    while (slow.length < count) slow.push(await slowPost());
    return slow;
  }

  it('are refused at once with 503, Retry-After and a SCIM error, and pass again afterwards', async () => {
    await boot();
    const { id } = await createUser(client);
    const slow = await fill();
    const refused = await Promise.all([
      client.get(`/Users/${id}`),
      client.post('/Users', user()),
      client.as('nonsense').get('/Users'),
      client.as(undefined).get('/Schemas'),
      client.get('/Nothing'),
      client.post('/Bulk', {}),
    ]);
    for (const reply of refused) {
      expectError(reply, 503);
      expect(reply.headers['retry-after']).toMatch(/^[1-5]$/);
      expect(reply.headers['x-request-id']).toBeDefined();
      expect(reply.headers['cache-control']).toBeDefined();
    }
    for (const { sent } of slow) sent.end('}');
    // Without a token: each is told so after its body.
    const answers = await Promise.all(slow.map(({ answer }) => answer));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401]);
    await expectRoom(client);
  });

  it('are refused before their body has come, and without a statement', async () => {
    const recorder = new StatementRecorder();
    await boot({
      database: { type: 'sqljs', logger: recorder },
      scim: logging({ anonymousPerMinute: 1000 }),
    });
    await fill();
    await new LogOf(scim).log.flush();
    recorder.statements = [];
    const { answer } = await slowPost({ 'content-length': '1000000' });
    expect((await answer).statusCode).toBe(503);
    expectError(await client.get('/Users'), 503);
    await new LogOf(scim).log.flush();
    expect(recorder.statements).toEqual([]);
  });

  it('leave the routes of the host alone', async () => {
    await boot();
    await fill();
    const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(`${scim.origin}/hello`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expectError(await client.get('/Users'), 503);
  });

  it('make room when clients hang up', async () => {
    await boot();
    for (const { sent } of await fill()) sent.destroy();
    await expectRoom(client);
  });

  it('keep no place after HEAD, errors, refusals, bodies that are too large and answers without a body', async () => {
    await boot({ scim: { limits: { bodyBytes: 500 } } });
    const kinds: (() => Promise<ScimReply>)[] = [
      () => client.send('HEAD', '/Users'),
      () => client.send('OPTIONS', '/Users'),
      () => client.get('/Users/%zz'),
      () => client.get('/Users', { query: { filter: 'nope' } }),
      () => client.as('nonsense').get('/Users'),
      () => client.send('POST', '/Users', { raw: '{' }),
      () => client.send('POST', '/Users', { raw: 'x'.repeat(600) }),
      () => client.get('/Nothing/at/all'),
      async () => client.delete(`/Users/${(await createUser(client)).id}`),
      async () => client.get(`/Groups/${(await createGroup(client)).id}`),
    ];
    for (const kind of kinds) {
      for (let i = 0; i <= LIMIT; i++) expect((await kind()).status).not.toBe(503);
    }
    await expectRoom(client);
  });

  it('keep no place for longer than a body may take: 408, and the connection is closed', async () => {
    await boot({ scim: { limits: { bodySeconds: 1 } } });
    const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'slow' } });
    const slow = await slowPost({ authorization: `Bearer ${token}` });
    await fill(LIMIT - 1);
    expectError(await client.get('/Users'), 503);
    const { statusCode, headers } = await slow.answer;
    expect([statusCode, headers.connection]).toEqual([408, 'close']);
    await expectRoom(client);
  });

  it('warn the operator once, not once for each of them', async () => {
    const log = new CapturedLog();
    await boot({ configure: (app: INestApplication) => log.attach(app) });
    try {
      await fill();
      await Promise.all(Array.from({ length: 20 }, () => client.get(`/Users/${fresh('someone')}`)));
      const lines = log.text.split('\n').filter((line) => line.includes('limits.concurrentRequests'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/answered 503, since 4 were under way/);
      expect(log.text).not.toContain('someone');
    } finally {
      log.detach();
    }
  });
});

describe.each(ADAPTERS)('A small pool of connections on %s', (adapter) => {
  let close: () => Promise<void>;
  let scim: ScimApp;
  afterEach(() => close());

  async function boot(
    settings: BootSettings['scim'] = {},
    extra: object = {},
    poolSize = 2,
  ): Promise<ScimClient> {
    const database = await emptyDatabase('postgres');
    const pool = { ...database.options, poolSize, extra } as BootSettings['database'];
    scim = await bootScim({ adapter, database: pool, scim: settings });
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
  const pool = (): Pool => (scim.dataSource.driver as unknown as { master: Pool }).master;
  const atRest = (): object => ({
    idle: pool().idleCount,
    total: pool().totalCount,
    waiting: pool().waitingCount,
  });

  it.each([1, 2])(
    'serves 60 requests of all kinds at once by %i: each succeeds, and every connection comes back',
    async (size) => {
      const client = await boot({ tokenCacheSeconds: 0, outbox: {} }, {}, size);
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
      expect(atRest()).toEqual({ idle: size, total: size, waiting: 0 });
    },
  );

  it('answers 503 with Retry-After to who waits longer for a connection than the host allows', async () => {
    const client = await boot({}, { connectionTimeoutMillis: 200 });
    const { id } = await createUser(client);
    const held = await Promise.all([pool().connect(), pool().connect()]);
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
    for (const connection of held) connection.release();
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
    expect((await client.post('/Users', user())).status).toBe(201);
    await new LogOf(scim).log.flush();
    expect(atRest()).toEqual({ idle: 2, total: 2, waiting: 0 });
  });

  it('refuses the fifth request where four may be under way, and serves those when a lock is gone', async () => {
    const client = await boot({ limits: { concurrentRequests: LIMIT } });
    const { id } = await createUser(client);
    const unlock = await lock(id as string);
    const patch = (value: string): Promise<ScimReply> =>
      client.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value }]);
    const arrived = requests(scim, LIMIT);
    const waiting = Array.from({ length: LIMIT }, (_, i) => patch(`name ${i}`));
    await arrived;
    const fifth = await client.get('/ServiceProviderConfig');
    expectError(fifth, 503);
    expect(fifth.headers['retry-after']).toMatch(/^[1-5]$/);
    await unlock();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await patch('last')).status).toBe(200);
    await new LogOf(scim).log.flush();
    expect(atRest()).toEqual({ idle: 2, total: 2, waiting: 0 });
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
    const arrived = requests(scim, LIMIT);
    const socket = connect(Number(new URL(scim.origin).port), '127.0.0.1');
    // The answers to the reads wait behind that to the change, which waits for the lock.
    const reads = message('GET', '/Schemas', '').repeat(LIMIT - 1);
    socket.write(message('PATCH', `/Users/${id}`, change) + reads);
    await arrived;
    expectError(await client.get('/Schemas'), 503);
    socket.destroy();
    await expectRoom(client);
    await unlock();
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });
});
