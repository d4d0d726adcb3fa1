import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CapturedLog } from '../support/captured-log.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, group, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';

/** What a caller can do wrong, with a user and a group at hand. */
type Mistake = (client: ScimClient, at: { user: string; group: string; taken: string }) => Promise<ScimReply>;

const MISTAKES: readonly (readonly [string, number, string | undefined, Mistake])[] = [
  [
    'a filter that does not parse',
    400,
    'invalidFilter',
    (c) => c.get('/Users', { query: { filter: 'userName eq' } }),
  ],
  [
    'an unknown operator',
    400,
    'invalidFilter',
    (c) => c.get('/Users', { query: { filter: 'userName is "a"' } }),
  ],
  [
    'an unknown attribute in a filter',
    400,
    'invalidFilter',
    (c) => c.get('/Users', { query: { filter: 'nope eq "a"' } }),
  ],
  [
    'an operator that does not fit',
    400,
    'invalidFilter',
    (c) => c.get('/Users', { query: { filter: 'active gt true' } }),
  ],
  [
    'a bad filter inside a PATCH path',
    400,
    'invalidFilter',
    (c, { user: id }) => c.patch(`/Users/${id}`, [{ op: 'remove', path: 'emails[type is "work"]' }]),
  ],
  [
    'a userName that is taken',
    409,
    'uniqueness',
    (c, { taken }) => c.post('/Users', user({ userName: taken })),
  ],
  [
    'a userName that is taken, by PUT',
    409,
    'uniqueness',
    (c, { user: id, taken }) => c.put(`/Users/${id}`, user({ userName: taken })),
  ],
  [
    'a userName that is taken, by PATCH',
    409,
    'uniqueness',
    (c, { user: id, taken }) => c.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: taken }]),
  ],
  [
    'a change of what is read-only',
    400,
    'mutability',
    (c, { user: id }) => c.patch(`/Users/${id}`, [{ op: 'replace', path: 'id', value: 'other' }]),
  ],
  [
    'the removal of what is required',
    400,
    'mutability',
    (c, { user: id }) => c.patch(`/Users/${id}`, [{ op: 'remove', path: 'userName' }]),
  ],
  ['a body that is no JSON', 400, 'invalidSyntax', (c) => c.send('POST', '/Users', { raw: '{' })],
  [
    'an unknown operation',
    400,
    'invalidSyntax',
    (c, { user: id }) => c.patch(`/Users/${id}`, [{ op: 'jump', path: 'title' }]),
  ],
  [
    'a PATCH without operations',
    400,
    'invalidSyntax',
    (c, { user: id }) => c.send('PATCH', `/Users/${id}`, { body: { schemas: ['x'] } }),
  ],
  [
    'a path that does not parse',
    400,
    'invalidPath',
    (c, { user: id }) => c.patch(`/Users/${id}`, [{ op: 'replace', path: 'name..x', value: 'a' }]),
  ],
  [
    'a removal without path',
    400,
    'noTarget',
    (c, { user: id }) => c.patch(`/Users/${id}`, [{ op: 'remove' }]),
  ],
  ['a value that is missing', 400, 'invalidValue', (c) => c.post('/Users', { schemas: [USER] })],
  ['a value of the wrong type', 400, 'invalidValue', (c) => c.post('/Users', user({ name: 'text' }))],
  ['a bad query parameter', 400, 'invalidValue', (c) => c.get('/Users', { query: { count: 'many' } })],
  [
    'an unknown member',
    400,
    'invalidValue',
    (c) => c.post('/Groups', group({ members: [{ value: UNKNOWN }] })),
  ],
  ['no credentials', 401, undefined, (c) => c.as(undefined).get('/Users')],
  ['a filter on discovery', 403, undefined, (c) => c.get('/Schemas', { query: { filter: 'a pr' } })],
  ['an unknown resource', 404, undefined, (c) => c.get(`/Users/${UNKNOWN}`)],
  ['an unknown endpoint', 404, undefined, (c) => c.get('/Nothing')],
  ['a method that is not there', 405, undefined, (c) => c.delete('/Users')],
  [
    'a stale version',
    412,
    undefined,
    (c, { user: id }) => c.delete(`/Users/${id}`, { headers: { 'if-match': 'W/"99"' } }),
  ],
  [
    'a body that is too large',
    413,
    undefined,
    (c) => c.send('POST', '/Users', { raw: JSON.stringify(user({ title: 'x'.repeat(1 << 20) })) }),
  ],
  [
    'too many operations',
    413,
    undefined,
    (c, { user: id }) =>
      c.patch(`/Users/${id}`, Array<object>(1001).fill({ op: 'add', path: 'title', value: 'x' })),
  ],
  [
    'a foreign media type',
    415,
    undefined,
    (c) => c.post('/Users', {}, { headers: { 'content-type': 'text/csv' } }),
  ],
  ['a feature that is off', 501, undefined, (c) => c.get('/Me')],
];

describe.each(ADAPTERS)('errors on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let at: { user: string; group: string; taken: string };
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
    const taken = await createUser(client);
    at = {
      user: (await createUser(client)).id,
      group: (await createGroup(client)).id,
      taken: taken.userName,
    };
  });
  afterAll(() => scim.close());

  it.each(MISTAKES)(
    'answer %s with %i %s [P-3.12-04, P-3.12-05, P-3.12-08, P-3.12-01, D3]',
    async (_what, status, scimType, mistake) => {
      expectError(await mistake(client, at), status, scimType);
    },
  );

  it('answer a version that is not served with 400 invalidVers [P-3.12-05]', async () => {
    const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'v' } });
    const response = await fetch(`${scim.origin}/scim/v1/Users`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await response.json()).toMatchObject({ status: '400', scimType: 'invalidVers' });
  });

  it('name the attribute and never quote the value [P-3.12-06, S5]', async () => {
    const secret = 'jane.doe+secret@example.com';
    const mistakes: [string, Promise<ScimReply>][] = [
      ['active', client.post('/Users', user({ active: secret }))],
      ['name', client.post('/Users', user({ name: secret }))],
      ['emails', client.post('/Users', user({ emails: [{ value: { secret } }] }))],
      ['members', client.post('/Groups', group({ members: [{ value: secret }] }))],
      ['userName', client.post('/Users', user({ userName: `${secret}\u0000` }))],
      ['displayName', client.post('/Users', user({ displayName: secret.repeat(100) }))],
      ['count', client.get('/Users', { query: { count: secret } })],
      ['active', client.get('/Users', { query: { filter: `active eq "${secret}"` } })],
      ['', client.get('/Users', { query: { filter: `userName eq "${secret}` } })],
      ['', client.get('/Users', { query: { filter: `userName eq ${secret}` } })],
      ['', client.get(`/Users/${secret}`)],
      ['', client.get(`/${secret}`)],
      ['', client.get('/Schemas/' + secret)],
      ['', client.send('POST', '/Users', { raw: `{"userName":"${secret}",` })],
      ['', client.patch(`/Users/${at.user}`, [{ op: secret, path: 'title', value: 'x' }])],
      ['active', client.patch(`/Users/${at.user}`, [{ op: 'replace', path: 'active', value: secret }])],
      ['', client.patch(`/Users/${at.user}`, [{ op: 'remove', path: `emails[value eq "${secret}` }])],
    ];
    for (const [attribute, sent] of mistakes) {
      const reply = await sent;
      expect(reply.status).toBeGreaterThan(399);
      expect(reply.status).toBeLessThan(500);
      expectError(reply, reply.status, reply.body.scimType);
      expect(reply.body.detail).toContain(attribute);
      expect(reply.text).not.toContain('secret');
    }
    await createUser(client, { userName: secret });
    const taken = await client.post('/Users', user({ userName: secret.toUpperCase() }));
    expectError(taken, 409, 'uniqueness');
    expect(taken.body.detail).toContain('userName');
    expect(taken.text.toLowerCase()).not.toContain('secret');
  });

  it('show no stack, no SQL and no file, whatever is sent [P-3.12-06, P-7.7-01, S5]', async () => {
    const corpus = [
      `' or '1'='1`,
      `"; drop table scim_user; --`,
      `1; select pg_sleep(5)`,
      `%00`,
      `../../etc/passwd`,
      `\${7*7}`,
      `{"$gt":""}`,
      `\\`,
      `'||(select token from scim_token)||'`,
      `\u202e`,
      '%',
      '_',
    ];
    const traces =
      /\bat \/|node_modules|\.(ts|js):\d|select |insert |scim_user|scim_token|QueryFailed|SQLITE|Cannot read|undefined/i;
    const before = (await client.get('/Users', { query: { count: 0 } })).body.totalResults;
    for (const text of corpus) {
      const quoted = JSON.stringify(text);
      const replies = await Promise.all([
        client.get('/Users', { query: { filter: `userName eq ${quoted}` } }),
        client.get('/Users', { query: { filter: `title co ${quoted} or emails.value sw ${quoted}` } }),
        client.get('/Users', { query: { filter: text } }),
        client.get('/Users', { query: { sortBy: text } }),
        client.get('/Users', { query: { attributes: text } }),
        client.get('/Users', { query: { count: text, startIndex: text } }),
        client.get(`/Users/${encodeURIComponent(text)}`),
        client.delete(`/Users/${encodeURIComponent(text)}`),
        client.get('/Users', { headers: { 'if-none-match': Buffer.from(text).toString('latin1') } }),
        client.patch(`/Users/${at.user}`, [{ op: 'add', path: text, value: text }]),
        client.patch(`/Groups/${at.group}`, [{ op: 'add', path: 'members', value: [{ value: text }] }]),
      ]);
      for (const reply of replies) {
        expect(reply.status).toBeLessThan(500);
        if (reply.status < 400) continue;
        expectError(reply, reply.status, reply.body.scimType);
        expect(reply.text).not.toMatch(traces);
      }
      expect(replies[0].body.totalResults).toBe(0);
      const kept = await createUser(client, { displayName: text, externalId: `${fresh()}${text}` });
      expect((await client.get(`/Users/${kept.id}`)).body.displayName).toBe(text);
      expect((await client.delete(`/Users/${kept.id}`)).status).toBe(204);
    }
    expect((await client.get('/Users', { query: { count: 0 } })).body.totalResults).toBe(before);
  });

  it('leave the resource as it was [P-3.14-05, P-3.12-04]', async () => {
    const path = `/Users/${at.user}`;
    const before = await client.get(path);
    for (const [, , , mistake] of MISTAKES) await mistake(client, at);
    expect((await client.get(path)).text).toBe(before.text);
  });
});

describe.each(ADAPTERS)('faults of the server on %s', (adapter) => {
  let scim: ScimApp;
  const log = new CapturedLog();
  afterEach(async () => {
    log.detach();
    await scim.close();
  });

  it('are a fixed text with an id that the log has as well [P-3.12-06, P-3.12-07, S5]', async () => {
    scim = await bootScim({ adapter, configure: (app) => log.attach(app) });
    const client = await scim.client();
    const { id } = await createUser(client);
    await scim.dataSource.query('alter table scim_user rename to scim_gone');
    const name = fresh('secret');
    const calls = [
      client.get(`/Users/${id}`),
      client.get('/Users', { query: { filter: `userName eq "${name}"` } }),
      client.post('/Users', user({ userName: name })),
      client.put(`/Users/${id}`, { schemas: [USER], userName: name }),
      client.delete(`/Users/${id}`),
    ];
    for (const reply of await Promise.all(calls)) {
      expectError(reply, 500);
      expect(reply.body.detail).toBe('The server could not complete the request.');
      const correlationId = reply.headers['x-correlation-id'] as string;
      expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
      expect(log.text).toContain(correlationId);
    }
    expect(log.text).toContain('no such table');
    expect(log.text).not.toContain(name);
    await scim.dataSource.query('alter table scim_gone rename to scim_user');
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it.each([
    ['none', undefined, '1'],
    ['whole seconds', '17', '17'],
    ['a date', () => new Date(Date.now() + 90_000).toUTCString(), expect.stringMatching(/^(89|90|91)$/)],
    ['a fraction', '0.4', '1'],
  ])(
    'that are the limits of the host, with %s as its time, say when to come back in whole seconds [H-6585-02]',
    async (_what, given, sent) => {
      scim = await bootScim({
        adapter,
        configure: (app) =>
          void app.useGlobalGuards({
            canActivate: (context) => {
              const response = context
                .switchToHttp()
                .getResponse<{ header(name: string, value: string): void }>();
              const value = typeof given === 'function' ? given() : given;
              if (value !== undefined) response.header('Retry-After', value);
              throw new HttpException('ThrottlerException: 12 of jane@example.com', 429);
            },
          }),
      });
      const reply = await (await scim.client()).get('/Users');
      expectError(reply, 429);
      expect(reply.headers['retry-after']).toEqual(sent);
      expect(reply.text).not.toContain('jane');
    },
  );

  it('that a host tells by 503 stay 503, with a time to come back [P-3.12-08]', async () => {
    scim = await bootScim({
      adapter,
      configure: (app) =>
        void app.useGlobalGuards({
          canActivate: () => {
            throw new ServiceUnavailableException('database jane@example.com');
          },
        }),
    });
    const reply = await (await scim.client()).get('/Users');
    expectError(reply, 503);
    expect(reply.headers['retry-after']).toMatch(/^\d+$/);
    expect(reply.text).not.toContain('jane');
  });
});
