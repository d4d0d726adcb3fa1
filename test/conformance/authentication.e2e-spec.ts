import { SCIM_TOKEN_PATTERN, type Scope, SCOPES } from 'nestjs-scim';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapturedLog } from '../support/captured-log.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, fresh, group, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** The little of Fastify that is used here. */
interface FastifyApplication {
  addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): void;
}

/** Every route that the application's own router knows. */
function collectRoutes(adapter: string, app: ScimApp['app'], registered: Route[]): Route[] {
  if (adapter === 'fastify') return registered;
  interface Layer {
    route?: { path: string; methods: Record<string, boolean> };
  }
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => ({ method: method.toUpperCase(), path: route.path }))
      : [],
  );
}

describe.each(ADAPTERS)('authentication on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let routes: Route[] = [];
  beforeAll(async () => {
    scim = await bootScim({
      adapter,
      configure: (app) => {
        if (adapter !== 'fastify') return;
        const fastify = app.getHttpAdapter().getInstance() as FastifyApplication;
        fastify.addHook('onRoute', ({ method, url }) => {
          routes.push(...[method].flat().map((name) => ({ method: name, path: url })));
        });
      },
    });
    client = await scim.client();
    routes = collectRoutes(adapter, scim.app, routes);
  });
  afterAll(() => scim.close());

  const issue = async (more: object = {}): Promise<string> =>
    (await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'idp' }, ...more })).token;
  const withHeader = (authorization: string | null, path = '/Users') =>
    client.get(path, { headers: { authorization } });

  it('is asked for by every route of the router but those of discovery [P-2-01, P-2.2-01]', async () => {
    const open = /^\/scim\/v2\/(ServiceProviderConfig|Schemas|ResourceTypes)(\/:\w+)?\/?$/;
    // Wildcards of the adapter itself, for what no route takes.
    const known = routes.filter(({ path }) => path.startsWith('/scim/'));
    expect(known.length).toBeGreaterThan(40);
    const stranger = client.as(undefined);
    const base = new URL(client.baseUrl).pathname;
    let asked = 0;
    for (const { method, path } of known) {
      if (!['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'SEARCH'].includes(method)) continue;
      const concrete = path.replace(/:\w+/g, 'x').replace('*', 'x');
      const relative = concrete.startsWith(base) ? concrete.slice(base.length) : `/..${concrete}`;
      if (!concrete.startsWith(base)) continue;
      const reply = await stranger.send(method, relative || '/', method === 'POST' ? { raw: '{}' } : {});
      const isOpen = open.test(path) && (method === 'GET' || method === 'HEAD');
      if (isOpen) continue;
      asked++;
      expect([method, path, reply.status]).toEqual([method, path, 401]);
    }
    expect(asked).toBeGreaterThan(20);
  });

  it.each([
    ['GET', '/Users'],
    ['POST', '/Users'],
    ['GET', '/Users/x'],
    ['PUT', '/Users/x'],
    ['PATCH', '/Users/x'],
    ['DELETE', '/Users/x'],
    ['POST', '/Users/.search'],
    ['GET', '/Groups'],
    ['POST', '/Groups'],
    ['PUT', '/Groups/x'],
    ['PATCH', '/Groups/x'],
    ['DELETE', '/Groups/x'],
    ['POST', '/Groups/.search'],
    ['GET', '/Me'],
    ['POST', '/Bulk'],
    ['GET', '/'],
    ['POST', '/.search'],
    ['GET', '/Nothing'],
    ['PUT', '/Users'],
  ])('is asked for by %s %s [P-2-01]', async (method, path) => {
    const reply = await client.as(undefined).send(method, path, method === 'GET' ? {} : { raw: '{' });
    expectError(reply, 401);
    expect(reply.headers['www-authenticate']).toBe('Bearer realm="scim"');
  });

  it('is announced without an error when there were no credentials [P-2-01, H-6750-01]', async () => {
    const reply = await withHeader(null);
    expectError(reply, 401);
    expect(reply.headers['www-authenticate']).toBe('Bearer realm="scim"');
  });

  it.each([
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer  ',
    'Bearer undefined',
    'Bearer null',
    'Bearer [object Object]',
    'undefined',
  ])('refuses the header %j [H-6750-02]', async (header) => {
    expectError(await withHeader(header), 401);
  });

  it('refuses an empty token also where a row has an empty hash or that of nothing [H-6750-02]', async () => {
    const victim = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'broken' } });
    for (const hash of ['', createHash('sha256').update('').digest('hex'), 'undefined']) {
      await scim.dataSource.query('update scim_token set hash = ? where id = ?', [hash, victim.record.id]);
      for (const header of ['Bearer', 'Bearer ', `Bearer ${hash}`, 'Bearer undefined']) {
        expectError(await withHeader(header), 401);
      }
    }
    expectError(await withHeader(`Bearer ${victim.token}`), 401);
  });

  it('refuses every token that is not a live one of its own [H-6750-02]', async () => {
    const good = await issue();
    const expired = await issue({ expiresAt: new Date(Date.now() + 60) });
    const revoked = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'idp' } });
    await scim.tokens.revoke('acme', revoked.record.id);
    await delay(80);
    const jwt = [{ alg: 'none' }, { sub: 'admin', aud: 'scim' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const last = good.at(-1) === '0' ? '1' : '0';
    const bad = [
      expired,
      revoked.token,
      `${jwt}.`,
      'host-session-token-0123456789abcdef',
      good.slice(0, -1),
      good.slice(0, -1) + last,
      good.toLowerCase(),
      `${good}x`,
      createHash('sha256').update(good).digest('hex'),
      'x'.repeat(10_000),
    ];
    for (const token of bad) {
      const reply = await client.as(token).get('/Users');
      expectError(reply, 401);
      expect(reply.headers['www-authenticate']).toMatch(/^Bearer realm="scim", error="invalid_token"/);
      expect(reply.text + JSON.stringify(reply.headers)).not.toContain(token.slice(0, 40));
    }
    expect((await client.as(good).get('/Users')).status).toBe(200);
  });

  it('refuses other schemes and a token without one [P-2-04, H-6750-02]', async () => {
    const token = await issue();
    const basic = Buffer.from(`scim:${token}`).toString('base64');
    for (const header of [
      `Basic ${basic}`,
      `Digest ${token}`,
      token,
      `Token ${token}`,
      `Bearer ${token} x`,
    ]) {
      expectError(await withHeader(header), 401);
    }
    expect((await withHeader(`bearer ${token}`)).status).toBe(200);
    const { authenticationSchemes } = (await client.get('/ServiceProviderConfig')).body;
    expect(authenticationSchemes.map(({ type }: { type: string }) => type)).toEqual(['oauthbearertoken']);
  });

  it('reads no token from the address or the body [H-9700-01]', async () => {
    const token = await issue();
    const stranger = client.as(undefined);
    expectError(await stranger.get('/Users', { query: { access_token: token } }), 401);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expectError(await stranger.send('POST', '/Users', { raw: `access_token=${token}`, headers: form }), 401);
    expectError(await stranger.post('/Users', user({ access_token: token })), 401);
    expectError(await stranger.get('/Users', { headers: { cookie: `access_token=${token}` } }), 401);
    const twice = await client.get('/Users', { query: { access_token: token } });
    expectError(twice, 400);
    expect(twice.headers['www-authenticate']).toBe('Bearer realm="scim", error="invalid_request"');
  });

  it('lets a token do what its scopes say and nothing else [P-2-02, P-2-03, H-6750-02]', async () => {
    const { id } = await createUser(client);
    const { id: groupId } = await createGroup(client);
    const requests = (with_: ScimClient) =>
      [
        ['users:read', with_.get('/Users')],
        ['users:read', with_.get(`/Users/${id}`)],
        ['users:read', with_.send('HEAD', `/Users/${id}`)],
        ['users:read', with_.post('/Users/.search', {})],
        ['users:write', with_.post('/Users', user())],
        ['users:write', with_.put(`/Users/${id}`, user())],
        ['users:write', with_.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: fresh() }])],
        ['users:write', with_.delete('/Users/none')],
        ['groups:read', with_.get('/Groups')],
        ['groups:read', with_.get(`/Groups/${groupId}`)],
        ['groups:read', with_.post('/Groups/.search', {})],
        ['groups:write', with_.post('/Groups', group())],
        ['groups:write', with_.put(`/Groups/${groupId}`, group())],
        ['groups:write', with_.patch(`/Groups/${groupId}`, [{ op: 'remove', path: 'members' }])],
        ['groups:write', with_.delete('/Groups/none')],
      ] as const;
    for (const scope of SCOPES) {
      const limited = client.as(await issue({ scopes: [scope] satisfies Scope[] }));
      for (const [needed, sent] of requests(limited)) {
        const reply = await sent;
        if (needed === scope) {
          expect([scope, needed, reply.status === 403]).toEqual([scope, needed, false]);
          continue;
        }
        expect([scope, needed, reply.status]).toEqual([scope, needed, 403]);
        if (reply.text !== '') expectError(reply, 403);
        expect(reply.headers['www-authenticate']).toBe(
          `Bearer realm="scim", error="insufficient_scope", scope="${needed}"`,
        );
      }
    }
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it('issues tokens of 256 random bits that are stored as a hash only [P-7.4-01]', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issue()));
    expect(new Set(tokens.map((token) => token.slice(5, 40))).size).toBe(20);
    for (const token of tokens) {
      expect(token).toMatch(SCIM_TOKEN_PATTERN);
      // scim_, a public id of 8, _, then the secret of 43 characters of Base62 and a checksum of 6.
      expect(Math.log2(62) * (token.length - 'scim_01234567_'.length - 6)).toBeGreaterThan(256);
    }
    const rows: unknown = await scim.dataSource.query('select * from scim_token');
    const stored = JSON.stringify(rows);
    for (const token of tokens) {
      expect(stored).toContain(createHash('sha256').update(token).digest('hex'));
      expect(stored).not.toContain(token.slice(14));
    }
  });

  it('gives every token an end, and lets two live side by side while one follows the other [P-7.4-01]', async () => {
    const first = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'rotating' } });
    const year = Date.parse(first.record.expiresAt!) - Date.now();
    expect(Math.round(year / 86_400_000)).toBe(365);
    const second = await scim.tokens.rotate('acme', first.record.id, { overlapSeconds: 1 });
    for (const token of [first.token, second.token]) {
      expect((await client.as(token).get('/Users')).status).toBe(200);
    }
    await delay(1100);
    expectError(await client.as(first.token).get('/Users'), 401);
    expect((await client.as(second.token).get('/Users')).status).toBe(200);
  });

  it('refuses a revoked token at once [P-7.4-01]', async () => {
    const { token, record } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'idp' } });
    expect((await client.as(token).get('/Users')).status).toBe(200);
    await scim.tokens.revoke('acme', record.id);
    expectError(await client.as(token).get('/Users'), 401);
  });
});

describe.each(ADAPTERS)('the log on %s', (adapter) => {
  it('holds no token and nothing of a person [P-7.5.1-01, S5]', async () => {
    const log = new CapturedLog();
    const scim = await bootScim({ adapter, configure: (app) => log.attach(app) });
    try {
      const token = (await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'idp' } })).token;
      const client = (await scim.client()).as(token);
      const userName = 'Private.Person@example.com';
      const { id } = await createUser(client, {
        userName,
        externalId: 'private-7',
        password: 'private-password',
        emails: [{ value: userName }],
        [ENTERPRISE]: { employeeNumber: 'private-8' },
      });
      const noisy = [
        client.get('/Users', { query: { filter: `userName eq "${userName}"` } }),
        client.get('/Users', { query: { filter: `userName zz "${userName}"` } }),
        client.post('/Users', user({ userName })),
        client.put(`/Users/${id}`, { schemas: [USER], userName, active: userName }),
        client.patch(`/Users/${id}`, [
          { op: 'replace', path: 'emails[value eq "private"]', value: userName },
        ]),
        client.send('POST', '/Users', { raw: `{"userName":"${userName}"` }),
        client.get('/Users', { query: { access_token: token } }),
        client.as(`${token}x`).get('/Users'),
        client.as(undefined).get('/Users', { query: { access_token: token } }),
        client.get('/Private', { query: { filter: userName } }),
      ];
      await Promise.all(noisy);
      await scim.dataSource.query('alter table scim_user rename to scim_gone');
      const broken = await Promise.all([
        client.post('/Users', user({ userName })),
        client.get('/Users', { query: { filter: `userName eq "${userName}"` } }),
        client.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: userName }]),
      ]);
      expect(broken.map(({ status }) => status)).toEqual([500, 500, 500]);
      await scim.dataSource.query('alter table scim_gone rename to scim_user');
      // The log was really captured: the faults are in it.
      expect(log.text).toContain('correlation id');
      expect(log.text).not.toContain(token.slice(14));
      expect(log.text.toLowerCase()).not.toContain('private');
    } finally {
      log.detach();
      await scim.close();
    }
  });
});
