import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, GROUP, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const SCIM_JSON = 'application/scim+json';
const UNKNOWN = '00000000-0000-7000-8000-000000000000';

describe.each(ADAPTERS)('media types and JSON on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('keeps every character of a name in UTF-8 [P-3.8-01]', async () => {
    const familyName = 'Žižek 山田 😀';
    const { id } = await createUser(client, { name: { familyName } });
    const reply = await client.get(`/Users/${id}`);
    expect(reply.body.name.familyName).toBe(familyName);
    expect(Buffer.from(reply.text).includes(Buffer.from(familyName, 'utf8'))).toBe(true);
  });

  it.each([[SCIM_JSON], [undefined], ['*/*'], ['application/*'], [`${SCIM_JSON};q=0.9, text/plain`]])(
    'answers Accept %s with the SCIM media type [P-3.8-02, P-3.8-04]',
    async (accept) => {
      const { id } = await createUser(client);
      for (const path of [`/Users/${id}`, '/Users', '/Schemas']) {
        const reply = await client.get(path, { headers: { accept: accept ?? null } });
        expect([reply.status, reply.headers['content-type']]).toEqual([200, SCIM_JSON]);
      }
    },
  );

  it('answers Accept: application/json with the same document [P-3.8-03]', async () => {
    const { id } = await createUser(client);
    const reply = await client.get(`/Users/${id}`, { headers: { accept: 'application/json' } });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^application\/(scim\+)?json$/);
    expect(reply.text).toBe((await client.get(`/Users/${id}`)).text);
  });

  it('serves a default connection that accepts HTML only, and refuses a strict one [H-9110-02]', async () => {
    const headers = { accept: 'text/html' };
    expect((await client.get('/Users', { headers })).headers['content-type']).toBe(SCIM_JSON);
    const strict = await scim.client({ profile: 'strict' });
    expectError(await strict.get('/Users', { headers }), 406);
    for (const accept of ['text/html, application/json;q=0.1', 'Application/SCIM+JSON', '*/*', '']) {
      expect((await strict.get('/Users', { headers: { accept } })).status).toBe(200);
    }
    expectError(await strict.get('/Users', { headers: { accept: 'application/scim+json;q=0' } }), 406);
  });

  it('takes a suffix for a part of the id [P-3.8-05]', async () => {
    const { id } = await createUser(client);
    expectError(await client.get(`/Users/${id}.scim`), 404);
  });

  it.each([
    `${SCIM_JSON}; charset=utf-8`,
    `${SCIM_JSON};charset="UTF-8"`,
    'Application/SCIM+JSON; charset=UTF-8',
  ])('takes a body of type %s [P-8.1-01]', async (type) => {
    const reply = await client.post('/Users', user(), { headers: { 'content-type': type } });
    expect(reply.status).toBe(201);
    expect(reply.headers['content-type']).toBe(SCIM_JSON);
  });

  it.each(['application/json', 'application/json; charset=utf-8', null])(
    'takes a body of type %s [H-9110-01]',
    async (type) => {
      expect((await client.post('/Users', user(), { headers: { 'content-type': type } })).status).toBe(201);
    },
  );

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/scim+jsonx',
    'nonsense',
    `${SCIM_JSON}; charset=utf-16`,
  ])('refuses a body of type %s [H-9110-01, P-3.12-01, D3]', async (type) => {
    expectError(await client.post('/Users', user(), { headers: { 'content-type': type } }), 415);
  });

  it('refuses a compressed body that it would have to inflate [H-9110-01]', async () => {
    expectError(await client.post('/Users', user(), { headers: { 'content-encoding': 'gzip' } }), 415);
  });

  it('writes multi-valued attributes as arrays and complex ones as objects [P-3.8-06]', async () => {
    const name = { givenName: 'Ada', familyName: 'L' };
    const { id } = await createUser(client, { name, emails: [{ value: 'a@example.com', type: 'work' }] });
    const { body } = await client.get(`/Users/${id}`);
    expect(body.emails).toEqual([{ value: 'a@example.com', type: 'work' }]);
    expect(body.name).toEqual(name);
    expect(typeof body.userName).toBe('string');
    const group = await createGroup(client, { members: [{ value: id }] });
    expect((await client.get(`/Groups/${group.id}`)).body.members).toHaveLength(1);
  });

  it('reads members in any order [S-2.3.8-01]', async () => {
    const reverse = (value: object): object => Object.fromEntries(Object.entries(value).toReversed());
    const attributes = {
      displayName: 'X',
      name: { givenName: 'A', familyName: 'B' },
      emails: [{ value: 'a@example.com', type: 'work' }],
    };
    const one = await createUser(client, attributes);
    const body = reverse(user({ ...attributes, name: reverse(attributes.name) }));
    const other = (await client.post('/Users', body)).body;
    for (const property of ['displayName', 'name', 'emails', 'active', 'schemas']) {
      expect(other[property]).toEqual(one[property]);
    }
  });

  it.each([
    ['{"userName":'],
    ['[]'],
    ['null'],
    ['"text"'],
    ['17'],
    ['{"schemas":["x"],}'],
    ['{"userName":"a"} {"userName":"b"}'],
    ["{'userName':'a'}"],
    [' '],
    [''],
  ])('refuses the body %j [H-8259-01, P-3.12-01, D3]', async (raw) => {
    const { id } = await createUser(client);
    expectError(await client.send('POST', '/Users', { raw }), 400, 'invalidSyntax');
    expectError(await client.send('PUT', `/Users/${id}`, { raw }), 400, 'invalidSyntax');
    expectError(await client.send('PATCH', `/Users/${id}`, { raw }), 400, 'invalidSyntax');
    expectError(await client.send('POST', '/Users/.search', { raw }), 400, 'invalidSyntax');
  });

  it('refuses a body that is no UTF-8, and skips a byte order mark [H-8259-01]', async () => {
    const latin1 = Buffer.from(`{"schemas":["${USER}"],"userName":"\u00e9t\u00e9"}`, 'latin1');
    expectError(await client.send('POST', '/Users', { raw: latin1 }), 400, 'invalidSyntax');
    const marked = Buffer.from(`\ufeff${JSON.stringify(user())}`);
    expect((await client.send('POST', '/Users', { raw: marked })).status).toBe(201);
  });

  it('refuses names that differ in case only [D-01]', async () => {
    for (const more of [{ USERNAME: 'b' }, { name: { givenName: 'a', GivenName: 'b' } }]) {
      expectError(await client.post('/Users', user(more)), 400, 'invalidSyntax');
    }
    const name = fresh();
    const raw = `{"schemas":["${USER}"],"userName":"first","userName":"${name}"}`;
    expect((await client.send('POST', '/Users', { raw })).body.userName).toBe(name);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'never lets the key %s reach a prototype [D-02]',
    async (key) => {
      const value = `{"${key}":{"polluted":"yes","prototype":{"polluted":"yes"}}}`;
      const raw = `{"schemas":["${USER}"],"userName":"${fresh()}","name":${value},${value.slice(1)}`;
      const created = await client.send('POST', '/Users', { raw });
      expect(created.status).toBe(201);
      expect(created.text).not.toContain('polluted');
      const path = `/Users/${created.body.id}`;
      await client.send('PUT', path, { raw });
      for (const operation of [
        `{"op":"add","value":${value}}`,
        `{"op":"add","path":"${key}.polluted","value":"yes"}`,
        `{"op":"replace","path":"name.${key}","value":"yes"}`,
        `{"op":"replace","path":"name","value":${value}}`,
      ]) {
        const patch = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[${operation}]}`;
        expect((await client.send('PATCH', path, { raw: patch })).status).toBeLessThan(500);
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect((Object as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
      expect((await client.get(path)).text).not.toContain('polluted');
    },
  );

  it('takes 32 levels of nesting and refuses one more [D-02]', async () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    const body = (levels: number): string =>
      `{"schemas":["${USER}"],"userName":"${fresh()}","unknown":${nested(levels - 1)}}`;
    expect((await client.send('POST', '/Users', { raw: body(32) })).status).toBe(201);
    expectError(await client.send('POST', '/Users', { raw: body(33) }), 400, 'invalidSyntax');
    expectError(await client.send('POST', '/Users', { raw: body(400_000) }), 400, 'invalidSyntax');
  });

  it('answers errors of every kind in the SCIM media type [P-3.12-01, D3]', async () => {
    const big = JSON.stringify(user({ displayName: 'x'.repeat(1024 * 1024) }));
    expectError(await client.as(undefined).get('/Users'), 401);
    expectError(await client.get('/Nothing'), 404);
    expectError(await client.get('/Users/%zz'), 404);
    expectError(await client.get(`/${'a/'.repeat(40)}`), 404);
    expectError(await client.send('POST', '/Schemas', { raw: '{}' }), 405);
    expectError(await client.send('POST', '/Users', { raw: big }), 413);
    const headers = { 'content-type': 'text/plain' };
    expectError(await client.send('POST', '/Users', { raw: 'x', headers }), 415);
  });

  it('answers HEAD with the status and headers of GET and no body [H-9110-03]', async () => {
    const { id } = await createUser(client);
    const paths = [
      `/Users/${id}`,
      '/Users',
      '/Schemas',
      '/ServiceProviderConfig',
      `/Users/${UNKNOWN}`,
      '/Nothing',
    ];
    for (const path of paths) {
      const [get, head] = [await client.get(path), await client.send('HEAD', path)];
      expect([path, head.status, head.text]).toEqual([path, get.status, '']);
      for (const name of ['content-type', 'content-length', 'etag', 'location', 'cache-control', 'vary']) {
        expect([path, name, head.headers[name]]).toEqual([path, name, get.headers[name]]);
      }
    }
    expectError({ ...(await client.as(undefined).get('/Users')) }, 401);
    expect((await client.as(undefined).send('HEAD', '/Users')).status).toBe(401);
  });

  it('tells caches that answers are personal [H-9110-05]', async () => {
    const { id } = await createUser(client);
    for (const path of ['/Users', `/Users/${id}`, `/Users/${UNKNOWN}`]) {
      const { headers } = await client.get(path);
      expect(headers['cache-control']).toBe('private, no-cache');
      expect(headers['vary']).toBe('Accept, Authorization');
    }
  });

  it('leaves CORS to the host [D-28]', async () => {
    const { headers } = await client.get('/Users', { headers: { origin: 'https://elsewhere.example' } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe.each(ADAPTERS)('endpoints and versions on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it.each([
    ['/Users', USER, { userName: 'walk' }, 'displayName'],
    ['/Groups', GROUP, { displayName: 'walk' }, 'displayName'],
  ])('serves every method of %s [P-3.2-01]', async (endpoint, schema, body, path) => {
    const created = await client.post(endpoint, { schemas: [schema], ...body });
    expect(created.status).toBe(201);
    const at = `${endpoint}/${created.body.id}`;
    expect((await client.get(endpoint)).body.totalResults).toBe(1);
    expect((await client.get(at)).body.id).toBe(created.body.id);
    const put = await client.put(at, { schemas: [schema], ...body, displayName: 'put' });
    expect([put.status, put.body.displayName]).toEqual([200, 'put']);
    expect((await client.patch(at, [{ op: 'replace', path, value: 'patched' }])).status).toBeLessThan(205);
    expect((await client.get(at)).body.displayName).toBe('patched');
    expect((await client.delete(at)).status).toBe(204);
    expectError(await client.get(at), 404);
  });

  const COLLECTION = 'GET, HEAD, POST';
  const RESOURCE = 'GET, HEAD, PUT, PATCH, DELETE';
  const READ_ONLY = 'GET, HEAD';
  it.each([
    ['/Users', ['PUT', 'PATCH', 'DELETE'], COLLECTION],
    ['/Groups', ['PUT', 'PATCH', 'DELETE'], COLLECTION],
    [`/Users/${UNKNOWN}`, ['POST'], RESOURCE],
    [`/Groups/${UNKNOWN}`, ['POST'], RESOURCE],
    ['', ['POST', 'PUT', 'PATCH', 'DELETE'], READ_ONLY],
    ['/.search', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], 'POST'],
    ['/Users/.search', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], 'POST'],
    ['/Groups/.search', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], 'POST'],
    ['/ServiceProviderConfig', ['POST', 'PUT', 'PATCH', 'DELETE'], READ_ONLY],
    ['/Schemas', ['POST', 'PUT', 'PATCH', 'DELETE'], READ_ONLY],
    [`/Schemas/${USER}`, ['POST', 'PUT', 'PATCH', 'DELETE'], READ_ONLY],
    ['/ResourceTypes', ['POST', 'PUT', 'PATCH', 'DELETE'], READ_ONLY],
    ['/ResourceTypes/User', ['POST', 'PUT', 'PATCH', 'DELETE'], READ_ONLY],
  ])(
    'refuses at %s the methods %j, naming those it has [H-9110-04, P-3.2-03, D3]',
    async (path, methods, allow) => {
      for (const method of methods) {
        const raw = method === 'HEAD' ? undefined : '{}';
        const reply = await client.send(method, path, { raw });
        expect([method, reply.status, reply.headers['allow']]).toEqual([method, 405, allow]);
        if (method !== 'HEAD') expectError(reply, 405);
      }
    },
  );

  it('repeats the status of the status line in the body [P-3.2-04]', async () => {
    for (const path of ['/Nothing', '/Users?count=x', '/Schemas?filter=a', '/Me']) {
      const reply = await client.get(path);
      expect(reply.status).toBeGreaterThan(399);
      expect(reply.body.status).toBe(String(reply.status));
    }
  });

  it('has its version directly before the endpoints [P-3.13-01]', async () => {
    expect(client.baseUrl).toBe(`${scim.origin}/scim/v2`);
    expect((await client.get('/Users')).status).toBe(200);
  });

  it.each(['v0', 'v1', 'v3', 'v9', 'v10', 'v2.1'])(
    'runs nothing under the version %s [P-3.13-02]',
    async (version) => {
      for (const path of ['Users', `Users/${UNKNOWN}`, 'Schemas', 'Users/.search']) {
        const response = await fetch(`${scim.origin}/scim/${version}/${path}`, {
          headers: { authorization: await bearer(scim) },
        });
        const served = /^v\d$/.test(version);
        expect(response.status).toBe(served ? 400 : 404);
        if (served) expect(await response.json()).toMatchObject({ status: '400', scimType: 'invalidVers' });
      }
    },
  );

  it('takes references with, without and with another version for one resource [S-2.4-01]', async () => {
    const { id } = await createUser(client);
    for (const base of ['/scim/v2', '/scim', '/scim/v1', `${scim.origin}/scim/v2`, '..']) {
      const members = [{ $ref: `${base}/Users/${id}` }];
      const { id: groupId } = await createGroup(client, { members });
      const { body } = await client.get(`/Groups/${groupId}`);
      expect(body.members).toMatchObject([{ value: id, $ref: `${client.baseUrl}/Users/${id}` }]);
    }
  });

  it('tells endpoint names and ids apart by case [D-03]', async () => {
    const { id } = await createUser(client);
    for (const path of [
      '/users',
      '/USERS',
      '/groups',
      `/users/${id}`,
      '/schemas',
      '/resourcetypes',
      '/serviceproviderconfig',
    ]) {
      expectError(await client.get(path), 404);
    }
    expectError(await client.get('/ResourceTypes/user'), 404);
    if (id !== id.toUpperCase()) expectError(await client.get(`/Users/${id.toUpperCase()}`), 404);
    expect((await client.get(`/Users/${id}/`)).status).toBe(200);
    expect((await client.get(`/Schemas/${USER.toUpperCase()}`)).body.id).toBe(USER);
  });

  it.each([
    '/Nothing',
    '/Nothing/1',
    '/Users/1/2',
    '/Schemas/a/b',
    '/ServiceProviderConfig/1',
    '/.well-known/x',
  ])('knows no endpoint %s [P-3.12-02]', async (path) => {
    expectError(await client.get(path), 404);
  });

  it('says of optional features that are off that they are not there [P-3.2-03, P-3.12-20]', async () => {
    expectError(await client.get('/Me'), 501);
  });
});

async function bearer(scim: ScimApp): Promise<string> {
  const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'versions' } });
  return `Bearer ${token}`;
}
