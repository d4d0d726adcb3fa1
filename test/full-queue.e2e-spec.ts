import { Controller, Get, type INestApplication } from '@nestjs/common';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CapturedLog } from './support/captured-log.js';
import { expectError } from './support/expect-error.js';
import { LogOf, logging } from './support/log-app.js';
import { expectRoom, requestsTo } from './support/requests-under-way.js';
import { createGroup, createUser, fresh, user } from './support/resources.js';
import { ADAPTERS, bootScim, type BootSettings, type ScimApp } from './support/scim-app.js';
import type { ScimClient, ScimReply } from './support/scim-client.js';
import { StatementRecorder } from './support/statement-recorder.js';

/** So few requests may be under way in these tests. */
const LIMIT = 4;
const BEGINNING = `${JSON.stringify(user()).slice(0, -1)}   `;

interface SlowPost {
  readonly sent: ClientRequest;
  readonly answer: Promise<IncomingMessage>;
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
  const open: (ClientRequest | Socket)[] = [];

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
    const arrived = requestsTo(scim, 1);
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
    await expectRoom(scim, LIMIT);
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
    await expectRoom(scim, LIMIT);
  });

  it('wait for an answer that is not read to its end', async () => {
    await boot();
    const long = 'x'.repeat(1000);
    const phoneNumbers = Array.from({ length: 200 }, (_, n) => ({ value: `${n}${long}`, display: long }));
    // More than the buffers of a connection take.
    for (let i = 0; i < 40; i++) await createUser(client, { phoneNumbers });
    const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'slow reader' } });
    for (let i = 0; i < LIMIT; i++) {
      const socket = connect(Number(new URL(scim.origin).port), '127.0.0.1');
      open.push(socket);
      socket.write(`GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
      await once(socket, 'data');
      socket.pause();
    }
    expectError(await client.get('/Users'), 503);
    for (const socket of open.splice(0)) socket.destroy();
    await expectRoom(scim, LIMIT);
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
    await expectRoom(scim, LIMIT);
  });

  it('keep no place for longer than a body may take: 408, and the connection is closed', async () => {
    await boot({ scim: { limits: { bodySeconds: 1 } } });
    const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'slow' } });
    const slow = await slowPost({ authorization: `Bearer ${token}` });
    await fill(LIMIT - 1);
    expectError(await client.get('/Users'), 503);
    const { statusCode, headers } = await slow.answer;
    expect([statusCode, headers.connection]).toEqual([408, 'close']);
    await expectRoom(scim, LIMIT);
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
