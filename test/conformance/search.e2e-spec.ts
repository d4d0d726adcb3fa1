import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroup, createUser, ERROR, LIST, SEARCH, USER } from '../support/resources.js';
import { ADAPTERS, type AdapterName, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

/** The same query as query parameters and as a message. */
const QUERIES: [string, Record<string, unknown>][] = [
  ['', {}],
  ['filter=title%20pr', { filter: 'title pr' }],
  ['filter=title%20eq%20%22a%2Bb%22', { filter: 'title eq "a+b"' }],
  ['filter=emails%5Btype%20eq%20%22work%22%5D', { filter: 'emails[type eq "work"]' }],
  ['sortBy=title', { sortBy: 'title' }],
  ['sortBy=title&sortOrder=descending', { sortBy: 'title', sortOrder: 'descending' }],
  ['sortOrder=descending', { sortOrder: 'descending' }],
  ['startIndex=2&count=2', { startIndex: 2, count: 2 }],
  ['startIndex=0&count=-1', { startIndex: 0, count: -1 }],
  ['count=0', { count: 0 }],
  ['count=100000', { count: 100000 }],
  ['startIndex=99', { startIndex: 99 }],
  ['attributes=userName,title', { attributes: ['userName', 'title'] }],
  ['attributes=name.givenName', { attributes: ['name.givenName'] }],
  ['excludedAttributes=emails', { excludedAttributes: ['emails'] }],
  [
    'filter=title%20pr&sortBy=userName&sortOrder=descending&startIndex=2&count=1&attributes=userName',
    {
      filter: 'title pr',
      sortBy: 'userName',
      sortOrder: 'descending',
      startIndex: 2,
      count: 1,
      attributes: ['userName'],
    },
  ],
  // Refused alike.
  ['filter=userName%20regex%20%22a%22', { filter: 'userName regex "a"' }],
  ['filter=', { filter: '' }],
  ['filter=password%20pr', { filter: 'password pr' }],
  ['sortBy=name', { sortBy: 'name' }],
  ['sortBy=title&sortOrder=up', { sortBy: 'title', sortOrder: 'up' }],
  ['attributes=title&excludedAttributes=emails', { attributes: ['title'], excludedAttributes: ['emails'] }],
];

describe.each(ADAPTERS)('POST .search on %s', (adapter: AdapterName) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter, scim: { defaultCount: 3, maxCount: 4 } });
    client = await scim.client();
    for (const title of ['b', 'a+b', undefined, 'c', 'a b', undefined]) {
      await createUser(client, {
        title,
        name: { givenName: title },
        emails: [{ value: 'x@y.example', type: 'work' }],
      });
    }
    await createGroup(client, { displayName: 'Team' });
  });
  afterAll(() => scim.close());

  const search = (message: Record<string, unknown>, as = client): ReturnType<ScimClient['post']> =>
    as.post('/Users/.search', { schemas: [SEARCH], ...message });

  it.each(QUERIES)('answers as GET does for %s [P-3.4.3-01, P-3.4.3-03]', async (query, message) => {
    const got = await client.get(`/Users?${query}`);
    const searched = await search(message);
    expect([searched.status, searched.body]).toEqual([got.status, got.body]);
    expect(searched.headers['content-type']).toBe(got.headers['content-type']);
    expect(searched.body.schemas).toEqual([got.status === 200 ? LIST : ERROR]);
    expect([200, 400]).toContain(searched.status);
  });

  it('works on groups and creates nothing [P-3.4.3-01]', async () => {
    const reply = await client.post('/Groups/.search', {
      schemas: [SEARCH],
      filter: 'displayName eq "team"',
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ schemas: [LIST], totalResults: 1, itemsPerPage: 1 });
    expect(reply.headers.location).toBeUndefined();
    expect((await client.get('/Users', { query: { count: 0 } })).body.totalResults).toBe(6);
    expect((await client.get('/Groups')).body.totalResults).toBe(1);
  });

  it('needs its own schema [P-3.4.3-02]', async () => {
    const strict = await scim.client({ profile: 'strict' });
    for (const schemas of [undefined, [], [USER], SEARCH, 5, [5]]) {
      const reply = await strict.post('/Users/.search', { schemas, filter: 'userName pr' });
      expect([JSON.stringify(schemas), reply.status, reply.body.scimType]).toEqual([
        JSON.stringify(schemas),
        400,
        'invalidSyntax',
      ]);
    }
    for (const schemas of [[], [USER], 5]) {
      expect((await client.post('/Users/.search', { schemas })).status).toBe(400);
    }
    expect((await client.post('/Users/.search', { filter: 'userName pr' })).body.totalResults).toBe(6);
  });

  it('takes numbers in strings and names in one string, unless strict [P-3.4.3-04]', async () => {
    const strict = await scim.client({ profile: 'strict' });
    const message = { startIndex: '2', count: '1', attributes: 'userName, title' };
    const loose = await search(message);
    expect(loose.body).toEqual(
      (await search({ startIndex: 2, count: 1, attributes: ['userName', 'title'] })).body,
    );
    expect(loose.body.itemsPerPage).toBe(1);
    for (const [name, value] of Object.entries(message)) {
      const reply = await search({ [name]: value }, strict);
      expect([name, reply.status, reply.body.scimType]).toEqual([name, 400, 'invalidSyntax']);
    }
  });

  it.each([
    { count: 1.5 },
    { count: 'ten' },
    { count: '' },
    { count: true },
    { count: [1] },
    { count: {} },
    { startIndex: 'x' },
    { startIndex: 0.5 },
    { filter: 5 },
    { filter: ['userName pr'] },
    { filter: { userName: 'x' } },
    { sortBy: 5 },
    { sortBy: ['userName'] },
    { attributes: 5 },
    { attributes: [5] },
    { attributes: [['userName']] },
    { attributes: { 0: 'userName' } },
    { excludedAttributes: [null] },
  ])('refuses %j [P-3.4.3-04]', async (message) => {
    const reply = await search(message);
    expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidSyntax']);
    expect(reply.body.detail).toContain(Object.keys(message)[0]);
  });

  it('looks at the message alone, not at the parameters of the address [P-3.4.3-04]', async () => {
    const reply = await client.post('/Users/.search?count=0&filter=bad&attributes=title', {
      schemas: [SEARCH],
      count: 1,
    });
    expect(reply.status).toBe(200);
    expect(reply.body.itemsPerPage).toBe(1);
    expect(reply.body.Resources[0].userName).toBeTypeOf('string');
  });

  it('is no resource: GET and the other methods answer 405 [P-3.4.3-05]', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const reply = await client.send(method, '/Users/.search', { body });
      expect([method, reply.status]).toEqual([method, 405]);
      expect(reply.headers.allow).toBe('POST');
      expect(reply.body.schemas).toEqual([ERROR]);
    }
  });
});
