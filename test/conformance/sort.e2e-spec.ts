import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, AcmeUser } from '../support/acme-user.js';
import { describeEachDatabase } from '../support/databases.js';
import { createGroup, createUser, fresh, SEARCH, USER } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

/** In the order of their ids. `-` has nothing but its userName. */
const USERS = {
  b: {
    userName: 'b',
    title: 'b',
    active: false,
    externalId: 'B',
    name: { familyName: 'Zed' },
    emails: [
      { value: 'a@x.example', type: 'home' },
      { value: 'z@x.example', type: 'work', primary: true },
    ],
    [ACME]: { grade: 10, hired: '2020-05-01T10:00:00+02:00', code: 'b', tags: ['m', 'a'] },
  },
  A: {
    userName: 'A',
    title: 'A',
    externalId: 'a',
    name: { familyName: 'éa' },
    emails: [{ value: 'm@x.example' }, { value: 'b@x.example' }],
    [ACME]: { grade: 9, hired: '2020-05-01T08:00:01Z', code: 'A', tags: ['c'] },
  },
  '-': { userName: 'c' },
  a: {
    userName: 'aa',
    title: 'a',
    externalId: 'A',
    name: { familyName: 'zeb' },
    emails: [{ value: 'B@x.example', primary: true }],
    [ACME]: { grade: -1, hired: '2020-04-30T23:30:00-11:00', code: 'a', tags: ['z', 'b'] },
  },
  B: { userName: 'Bb', title: 'B', externalId: 'b', [ACME]: { code: 'B' } },
} as const;

describeEachDatabase('sorting over HTTP', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  const keyOf = new Map<string, string>();
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { users: { extensions: [AcmeUser] } } });
    client = await scim.client();
    for (const [key, body] of Object.entries(USERS)) keyOf.set((await createUser(client, body)).id, key);
  });
  afterAll(() => scim.close());

  const order = async (query: Record<string, string | number>): Promise<(string | undefined)[]> => {
    const reply = await client.get('/Users', { query });
    expect(reply.status, reply.text).toBe(200);
    return reply.body.Resources.map(({ id }: { id: string }) => keyOf.get(id));
  };

  it.each([
    ['strings without case, ties in a stable order', 'userName', ['A', 'a', 'b', 'B', '-']],
    ['equal strings by a stable key', 'title', ['A', 'a', 'b', 'B', '-']],
    ['exact strings by code point', 'externalId', ['a', 'b', 'A', 'B', '-']],
    ['exact strings of an extension', `${ACME}:code`, ['A', 'B', 'a', 'b', '-']],
    ['integers by number', `${ACME}:grade`, ['a', 'A', 'b', '-', 'B']],
    ['instants by time', `${ACME}:hired`, ['b', 'A', 'a', '-', 'B']],
    ['a part of a complex attribute', 'name.familyName', ['a', 'b', 'A', '-', 'B']],
    ['strings outside ASCII without a locale', `${USER}:name.familyName`, ['a', 'b', 'A', '-', 'B']],
  ])(
    'puts %s, missing last [P-3.4.2.3-04, P-3.4.2.3-05, P-3.4.2.3-06, D-25]',
    async (_, sortBy, expected) => {
      expect(await order({ sortBy })).toEqual(expected);
      expect(await order({ sortBy, sortOrder: 'ascending' })).toEqual(expected);
    },
  );

  it('puts missing values first when descending [P-3.4.2.3-02, P-3.4.2.3-05]', async () => {
    expect(await order({ sortBy: `${ACME}:grade`, sortOrder: 'descending' })).toEqual([
      '-',
      'B',
      'b',
      'A',
      'a',
    ]);
    expect((await order({ sortBy: 'title', sortOrder: 'descending' }))[0]).toBe('-');
    expect((await order({ sortBy: 'emails.value', sortOrder: 'descending' })).slice(0, 2)).toEqual([
      '-',
      'B',
    ]);
  });

  it('takes the primary element of a list, else the first [P-3.4.2.3-03, P-3.4.2.3-04]', async () => {
    for (const sortBy of ['emails.value', 'emails']) {
      expect(await order({ sortBy })).toEqual(['a', 'A', 'b', '-', 'B']);
    }
    expect(await order({ sortBy: `${ACME}:tags` })).toEqual(['A', 'b', 'a', '-', 'B']);
  });

  it('sorts booleans, times and ids [P-3.4.2.3-06]', async () => {
    expect((await order({ sortBy: 'active' }))[0]).toBe('b');
    expect((await order({ sortBy: 'active', sortOrder: 'descending' })).at(-1)).toBe('b');
    const byId = [...keyOf.values()];
    expect(await order({ sortBy: 'id' })).toEqual(byId);
    expect(await order({ sortBy: 'id', sortOrder: 'descending' })).toEqual([...byId].reverse());
    expect(await order({ sortBy: 'meta.created' })).toEqual(byId);
  });

  it('has a stable order without sortBy, and ignores a sortOrder alone [D-25, P-3.4.2.3-02]', async () => {
    const plain = await order({});
    expect(plain).toEqual([...keyOf.values()]);
    expect(await order({ sortOrder: 'descending' })).toEqual(plain);
    expect(await order({ sortOrder: 'sideways' })).toEqual(plain);
  });

  it('sorts what the filter leaves, page by page [D-25, N2]', async () => {
    const query = { sortBy: 'title', filter: 'title pr', count: 1 };
    const pages = [];
    for (let startIndex = 1; startIndex <= 4; startIndex++)
      pages.push(...(await order({ ...query, startIndex })));
    expect(pages).toEqual(['A', 'a', 'b', 'B']);
  });

  it('pages through equal values without repeating or skipping any [D-25, N2]', async () => {
    const tenant = await scim.client({ tenant: 'equal' });
    const ids: string[] = [];
    for (let i = 0; i < 9; i++) ids.push((await createUser(tenant, { title: 'same' })).id);
    for (const sortOrder of ['ascending', 'descending']) {
      const seen: string[] = [];
      for (let startIndex = 1; startIndex <= 9; startIndex += 2) {
        const reply = await tenant.get('/Users', {
          query: { sortBy: 'title', sortOrder, startIndex, count: 2 },
        });
        seen.push(...reply.body.Resources.map(({ id }: { id: string }) => id));
      }
      expect([...seen].sort()).toEqual([...ids].sort());
    }
  });

  it.each([
    ['name'],
    ['foo'],
    ['name.foo'],
    ['members'],
    ['password'],
    [`${ACME}:secret`],
    ['__proto__'],
    ['meta'],
  ])('refuses sortBy=%s [P-3.4.2.3-04, P-3.4.2.3-07]', async (sortBy) => {
    for (const reply of [
      await client.get('/Users', { query: { sortBy } }),
      await client.post('/Users/.search', { schemas: [SEARCH], sortBy }),
    ]) {
      expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidValue']);
    }
  });

  it.each([['up'], ['ASC'], ['']])(
    'refuses sortOrder=%s beside a sortBy [P-3.4.2.3-02]',
    async (sortOrder) => {
      for (const reply of [
        await client.get('/Users', { query: { sortBy: 'userName', sortOrder } }),
        await client.post('/Users/.search', { schemas: [SEARCH], sortBy: 'userName', sortOrder }),
      ]) {
        expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidValue']);
      }
    },
  );

  it('sorts groups by name [P-3.4.2.3-06]', async () => {
    const tenant = await scim.client({ tenant: fresh('groups') });
    for (const displayName of ['b', 'A', 'C']) await createGroup(tenant, { displayName });
    const { body } = await tenant.get('/Groups', { query: { sortBy: 'displayName' } });
    expect(body.Resources.map((one: { displayName: string }) => one.displayName)).toEqual(['A', 'b', 'C']);
  });
});

describe('with sorting switched off', () => {
  it('ignores sortBy and says so in ServiceProviderConfig [P-3.4.2.3-01]', async () => {
    const scim = await bootScim({ scim: { features: { sort: false } } });
    try {
      const client = await scim.client();
      await createUser(client, { userName: 'z' });
      await createUser(client, { userName: 'a' });
      expect((await client.get('/ServiceProviderConfig')).body.sort.supported).toBe(false);
      const reply = await client.get('/Users', { query: { sortBy: 'userName' } });
      expect(reply.status).toBe(200);
      expect(reply.body.Resources.map((one: { userName: string }) => one.userName)).toEqual(['z', 'a']);
    } finally {
      await scim.close();
    }
  });
});
