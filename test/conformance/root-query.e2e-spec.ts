import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  fresh,
  GROUP,
  LIST,
  SEARCH,
  USER,
} from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

type Query = Record<string, string | number>;

const USERS = [
  { userName: 'ann', displayName: 'M', title: 'x', [ENTERPRISE]: { department: 'Sales' } },
  { userName: 'bob', displayName: 'b' },
  { userName: 'cid' },
  { userName: 'dan', displayName: 'Z', title: 'y' },
  { userName: 'eve', displayName: 'm' },
] as const;
const GROUPS = ['a', 'n', 'm', 'y'];

describeEachDatabase('queries at the base address', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  const names = new Map<string, string>();
  beforeAll(async () => {
    scim = await bootScimOn(database, {
      scim: { defaultCount: 20, maxCount: 20, rootQueryLimit: 12, uniqueGroupNames: false },
    });
    client = await scim.client();
    for (const body of USERS) names.set((await createUser(client, body)).id, body.userName);
    for (const displayName of GROUPS)
      names.set((await createGroup(client, { displayName })).id, `group ${displayName}`);
    const other = await scim.client({ tenant: 'other' });
    await createUser(other, { userName: 'ann' });
  });
  afterAll(() => scim.close());

  /** A page by GET, after POST has given the same. */
  async function page(
    query: Query,
    as = client,
  ): Promise<{ found: string[]; body: Record<string, unknown> }> {
    const reply = await as.get('', { query });
    expect(reply.status, reply.text).toBe(200);
    const searched = await as.post('/.search', { schemas: [SEARCH], ...query });
    expect(searched.status).toBe(200);
    expect(searched.body).toEqual(reply.body);
    const resources = reply.body.Resources as { id: string }[];
    expect(reply.body).toMatchObject({ schemas: [LIST], itemsPerPage: resources.length });
    return { found: resources.map(({ id }) => names.get(id) ?? '?'), body: reply.body };
  }

  const PLAIN = ['ann', 'bob', 'cid', 'dan', 'eve', 'group a', 'group n', 'group m', 'group y'];

  it('cover all resource types, with and without a slash [P-3.4.2.1-01, P-3.4.3-01]', async () => {
    const { found, body } = await page({});
    expect(found).toEqual(PLAIN);
    expect(body).toMatchObject({ totalResults: 9, startIndex: 1 });
    expect((await client.get('/')).body).toEqual(body);
  });

  it.each([
    ['meta.resourceType eq "User"', ['ann', 'bob', 'cid', 'dan', 'eve']],
    ['meta.resourceType eq "Group"', ['group a', 'group n', 'group m', 'group y']],
    ['meta.resourceType eq "User" and title pr', ['ann', 'dan']],
    ['meta.resourceType eq "Device"', []],
  ])('are narrowed by %s [P-3.4.2.1-01]', async (filter, expected) => {
    const { found, body } = await page({ filter });
    expect(found).toEqual(expected);
    expect(body.totalResults).toBe(expected.length);
  });

  it.each([
    ['userName sw "a"', ['ann']],
    ['userName pr', ['ann', 'bob', 'cid', 'dan', 'eve']],
    ['displayName eq "m"', ['ann', 'eve', 'group m']],
    ['userName eq "ann" or displayName eq "a"', ['ann', 'group a']],
    ['title ne "x"', ['bob', 'cid', 'dan', 'eve', 'group a', 'group n', 'group m', 'group y']],
    ['not (userName pr)', ['group a', 'group n', 'group m', 'group y']],
    ['emails[type eq "work"]', []],
    [`${ENTERPRISE}:department eq "Sales"`, ['ann']],
    ['members pr or title eq "y"', ['dan']],
  ])('count an attribute that a type lacks as without value: %s [P-3.4.2.1-02]', async (filter, expected) => {
    expect((await page({ filter })).found).toEqual(expected);
  });

  it.each(['foo eq "x"', 'not (foo pr)', 'userName eq', 'password pr', 'title gt true'])(
    'refuse the filter %s [P-3.4.2.1-03]',
    async (filter) => {
      expectError(await client.get('', { query: { filter } }), 400, 'invalidFilter');
      expectError(await client.post('/.search', { schemas: [SEARCH], filter }), 400, 'invalidFilter');
    },
  );

  it('page by index through all types as if they were one [P-3.4.2.4-05]', async () => {
    for (const count of [1, 2, 4, 5, 9]) {
      const seen: string[] = [];
      for (let startIndex = 1; startIndex <= 9; startIndex += count) {
        const { found, body } = await page({ startIndex, count });
        expect(body).toMatchObject({ totalResults: 9, startIndex });
        seen.push(...found);
      }
      expect(seen).toEqual(PLAIN);
    }
    expect((await page({ count: 0 })).body).toMatchObject({ totalResults: 9, itemsPerPage: 0 });
    expect((await page({ startIndex: 10 })).body).toMatchObject({ totalResults: 9, itemsPerPage: 0 });
  });

  it('sort through all types, page by page [P-3.4.2.3-05, D-25]', async () => {
    const byName = ['group a', 'bob', 'ann', 'eve', 'group m', 'group n', 'group y', 'dan', 'cid'];
    expect((await page({ sortBy: 'displayName' })).found).toEqual(byName);
    const descending = (await page({ sortBy: 'displayName', sortOrder: 'descending' })).found;
    expect(descending).toEqual([
      'cid',
      'dan',
      'group y',
      'group n',
      'ann',
      'eve',
      'group m',
      'bob',
      'group a',
    ]);
    for (const count of [1, 2, 4]) {
      const seen: string[] = [];
      for (let startIndex = 1; startIndex <= 9; startIndex += count) {
        seen.push(...(await page({ sortBy: 'displayName', startIndex, count })).found);
      }
      expect(seen).toEqual(byName);
    }
    expect((await page({ sortBy: 'title' })).found.slice(0, 2)).toEqual(['ann', 'dan']);
    expect((await page({ sortBy: 'id', sortOrder: 'descending' })).found).toEqual([...PLAIN].reverse());
    expect((await page({ sortBy: 'meta.created' })).found).toEqual(PLAIN);
    expect((await page({ sortBy: 'displayName', count: 0 })).body.totalResults).toBe(9);
    expectError(await client.get('', { query: { sortBy: 'foo' } }), 400, 'invalidValue');
  });

  it('give each resource its own schemas and meta, as at its own endpoint [P-3.4.2.1-06]', async () => {
    const { body } = await page({});
    for (const resource of body.Resources as { schemas: string[]; meta: { location: string } }[]) {
      const own = await client.get(resource.meta.location.slice(client.baseUrl.length));
      expect(resource).toEqual(own.body);
    }
    const resources = body.Resources as { schemas: string[]; meta: { resourceType: string } }[];
    expect(resources[0]).toMatchObject({ schemas: [USER, ENTERPRISE], meta: { resourceType: 'User' } });
    expect(resources.at(-1)).toMatchObject({ schemas: [GROUP], meta: { resourceType: 'Group' } });
    const { body: some } = await page({ attributes: 'displayName', count: 1 });
    expect(Object.keys((some.Resources as object[])[0]!).toSorted()).toEqual([
      'displayName',
      'id',
      'schemas',
    ]);
  });

  it('show what the token may read, of its tenant alone [P-3.4.2.1-05]', async () => {
    const reader = await scim.client({ scopes: ['groups:read'] });
    expect((await page({}, reader)).found).toEqual(PLAIN.slice(5));
    expect((await page({ filter: 'userName pr' }, reader)).body.totalResults).toBe(0);
    const other = await scim.client({ tenant: 'other' });
    const { body } = await page({}, other);
    expect(body.totalResults).toBe(1);
    const writer = await scim.client({ scopes: ['users:write'] });
    const refused = await writer.get('');
    expectError(refused, 403);
    expect(refused.headers['www-authenticate']).toContain('scope="users:read groups:read"');
    expectError(await client.as(undefined).get(''), 401);
  });

  it('forget what is deleted [P-3.4.2.1-05]', async () => {
    const tenant = await scim.client({ tenant: 'forgetful' });
    const { id } = await createUser(tenant);
    expect((await page({}, tenant)).body.totalResults).toBe(1);
    await tenant.delete(`/Users/${id}`);
    expect((await page({}, tenant)).body.totalResults).toBe(0);
  });

  it('refuse what would be too many [P-3.4.2.1-04]', async () => {
    const tenant = await scim.client({ tenant: 'large' });
    for (let i = 0; i < 10; i++) await createUser(tenant);
    for (let i = 0; i < 3; i++) await createGroup(tenant);
    for (const query of [{}, { count: 0 }, { sortBy: 'displayName' }, { startIndex: 100 }] as Query[]) {
      expectError(await tenant.get('', { query }), 400, 'tooMany');
      expectError(await tenant.post('/.search', { schemas: [SEARCH], ...query }), 400, 'tooMany');
    }
    const { body } = await page({ filter: 'meta.resourceType eq "User"' }, tenant);
    expect(body.totalResults).toBe(10);
  });

  /** All pages by cursor, each by GET and by POST. `between` runs after each. */
  async function walk(query: Query, as = client, between?: () => Promise<unknown>): Promise<string[][]> {
    const pages: string[][] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const reply: ScimReply = await as.get('', { query: { ...query, cursor } });
      expect(reply.status, reply.text).toBe(200);
      const searched = await as.post('/.search', { schemas: [SEARCH], ...query, cursor });
      expect({ ...searched.body, nextCursor: 0 }).toEqual({ ...reply.body, nextCursor: 0 });
      expect(Object.keys(searched.body)).toEqual(Object.keys(reply.body));
      expect(reply.body).not.toHaveProperty('startIndex');
      expect(reply.body).not.toHaveProperty('previousCursor');
      pages.push((reply.body.Resources as { id: string }[]).map(({ id }) => id));
      cursor = reply.body.nextCursor as string | undefined;
      if (cursor !== undefined) expect(cursor).toMatch(/^[\w-]+$/);
      await between?.();
    }
    return pages;
  }

  it.each<Query>([
    {},
    { sortBy: 'displayName' },
    { sortBy: 'displayName', sortOrder: 'descending' },
    { sortBy: 'title' },
    { sortBy: 'meta.created', sortOrder: 'descending' },
    { filter: 'displayName pr or title pr', sortBy: 'displayName' },
    { filter: 'meta.resourceType eq "Group"' },
  ])('page by cursor in the order of pages by index: %j [C-3-01, C-2-03, C-2.3-01]', async (query) => {
    const inOrder = (await page(query)).found;
    for (const count of [1, 2, 4, 5, 9, 20]) {
      const pages = await walk({ ...query, count });
      expect(pages.flat().map((id) => names.get(id))).toEqual(inOrder);
      expect(pages.map(({ length }) => length).slice(0, -1)).toEqual(pages.slice(1).map(() => count));
      expect(pages.at(-1)).not.toEqual([]);
    }
  });

  it('refuse a cursor of another query, caller, endpoint or size [C-2-07, C-2.1-01, C-5.2-01, C-5.2-02]', async () => {
    const query = { filter: 'displayName pr', sortBy: 'displayName', count: 2 };
    const first = await client.get('', { query: { ...query, cursor: '' } });
    expect(first.body.totalResults).toBe(8);
    const cursor = first.body.nextCursor as string;
    const others: [Query, string][] = [
      [{ ...query, filter: 'title pr' }, 'invalidCursor'],
      [{ filter: query.filter, count: 2 }, 'invalidCursor'],
      [{ ...query, sortOrder: 'descending' }, 'invalidCursor'],
      [{ ...query, count: 3 }, 'invalidCount'],
      [{ ...query, startIndex: 1 }, 'invalidValue'],
    ];
    for (const [other, code] of others) {
      expectError(await client.get('', { query: { ...other, cursor } }), 400, code);
    }
    const reader = await scim.client({ scopes: ['groups:read'] });
    const tenant = await scim.client({ tenant: 'other' });
    expectError(await reader.get('', { query: { ...query, cursor } }), 400, 'invalidCursor');
    expectError(await tenant.get('', { query: { ...query, cursor } }), 400, 'invalidCursor');
    expectError(await client.get('/Users', { query: { ...query, cursor } }), 400, 'invalidCursor');
    const users = (await client.get('/Users', { query: { ...query, cursor: '' } })).body.nextCursor as string;
    expectError(await client.get('', { query: { ...query, cursor: users } }), 400, 'invalidCursor');
    expectError(await client.get('', { query: { ...query, cursor: `${cursor}A` } }), 400, 'invalidCursor');
    const again = await client.get('', { query: { ...query, attributes: 'id', cursor } });
    expect(again.body.Resources).toHaveLength(2);
    const total = await client.get('', { query: { ...query, count: 0, cursor: '' } });
    expect(total.body).toEqual({ schemas: [LIST], totalResults: 8, itemsPerPage: 0, Resources: [] });
  });

  it.each<Query>([{}, { sortBy: 'displayName' }, { sortBy: 'displayName', sortOrder: 'descending' }])(
    'by cursor have no bound, and lose or repeat nobody while others change: %j [C-3-01, D-26]',
    async (order) => {
      const tenant = await scim.client({ tenant: fresh('restless') });
      const untouched = new Set<string>();
      const touched: (() => Promise<unknown>)[] = [];
      for (let i = 0; i < 14; i++) {
        const displayName = `n${(i * 5) % 14}`;
        untouched.add((await createUser(tenant, { displayName })).id);
        untouched.add((await createGroup(tenant, { displayName })).id);
        const { id } = await createUser(tenant, { displayName });
        const group = await createGroup(tenant, { displayName });
        const value = { displayName: `n${(i * 3) % 14}` };
        touched.push(
          async () => {
            await tenant.patch(`/Users/${id}`, [{ op: 'replace', value }]);
            await tenant.delete(`/Groups/${group.id}`);
          },
          async () => {
            await createGroup(tenant, value);
            await createUser(tenant, value);
          },
        );
      }
      const seen = (
        await walk({ ...order, count: 3 }, tenant, () => touched.pop()?.() ?? Promise.resolve())
      ).flat();
      for (const id of untouched) expect(seen.filter((one) => one === id)).toEqual([id]);
      if (Object.keys(order).length === 0) expect(new Set(seen).size).toBe(seen.length);
    },
  );

  it('are by cursor without asking where that is the default [C-2.3-01, C-2.4-01]', async () => {
    const other = await bootScimOn(database, { scim: { defaultPagination: 'cursor', defaultCount: 2 } });
    const caller = await other.client();
    for (let i = 0; i < 3; i++) await createUser(caller);
    const { body } = await caller.get('');
    const { body: indexed } = await caller.get('', { query: { startIndex: 1 } });
    await other.close();
    expect([body.startIndex, typeof body.nextCursor]).toEqual([undefined, 'string']);
    expect([indexed.startIndex, indexed.nextCursor]).toEqual([1, undefined]);
  });
});

describe.each(ADAPTERS)('the base address on %s', (adapter) => {
  let scim: ScimApp;
  let off: ScimApp;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    off = await bootScim({ adapter, scim: { features: { rootQuery: false } } });
  });
  afterAll(() => Promise.all([scim.close(), off.close()]));

  it('has GET, HEAD and POST .search, and says so [H-9110-03, H-9110-04, P-3.2-03]', async () => {
    const client = await scim.client();
    const [get, head] = [await client.get(''), await client.send('HEAD', '')];
    expect([get.status, head.status, head.text]).toEqual([200, 200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect((await client.get('/')).status).toBe(200);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await client.send(method, '', { raw: '{}' });
      expectError(reply, 405);
      expect(reply.headers.allow).toBe('GET, HEAD');
    }
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await client.send(method, '/.search', method === 'GET' ? {} : { raw: '{}' });
      expectError(reply, 405);
      expect(reply.headers.allow).toBe('POST');
    }
    expectError(await client.post('/.SEARCH', { schemas: [SEARCH] }), 404);
    expectError(await client.post('/.search/x', { schemas: [SEARCH] }), 404);
  });

  it('answers 501 where it is switched off, whatever is asked [P-3.4.2.1-01, P-3.4.3-01]', async () => {
    const client = await off.client();
    for (const path of ['', '/', '/?filter=userName%20pr', '?filter=%22']) {
      const reply = await client.get(path);
      expectError(reply, 501);
      expect(reply.body.Resources).toBeUndefined();
    }
    expectError(await client.post('/.search', { schemas: [SEARCH], filter: 'userName pr' }), 501);
    expectError(await client.send('POST', '/.search', { raw: '{' }), 501);
    expect((await client.send('HEAD', '')).status).toBe(501);
    expect((await client.get('/Users')).status).toBe(200);
  });
});
