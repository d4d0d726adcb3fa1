import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createUser, fresh, LIST, SEARCH } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

type Query = Record<string, string | number>;

interface Page {
  readonly ids: string[];
  readonly next: string | undefined;
  readonly previous: string | undefined;
  readonly body: Record<string, unknown>;
}

async function pageOf(client: ScimClient, query: Query, endpoint = '/Users'): Promise<Page> {
  const reply = await client.get(endpoint, { query });
  expect(reply.status, reply.text).toBe(200);
  const resources = reply.body.Resources as { id: string }[];
  expect(reply.body.itemsPerPage).toBe(resources.length);
  return {
    ids: resources.map(({ id }) => id),
    next: reply.body.nextCursor as string | undefined,
    previous: reply.body.previousCursor as string | undefined,
    body: reply.body as Record<string, unknown>,
  };
}

/** Every page from the first to the last. `between` runs after each. */
async function walk(client: ScimClient, query: Query, between?: () => Promise<unknown>): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const page: Page = await pageOf(client, { ...query, cursor });
    pages.push(page);
    cursor = page.next;
    await between?.();
  }
  return pages;
}

describeEachDatabase('cursor paging', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  const ids: string[] = [];
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { defaultCount: 4, maxCount: 6 } });
    client = await scim.client();
    for (let i = 0; i < 12; i++) {
      const more = { title: i % 2 ? 'odd' : 'even', ...(i < 10 ? { nickName: `n${(i * 7) % 10}` } : {}) };
      ids.push((await createUser(client, more)).id);
    }
  });
  afterAll(() => scim.close());

  it.each(['/Users?cursor', '/Users?cursor='])('begins with %s [C-2-01, N3]', async (path) => {
    const reply = await client.get(path);
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.body as object).toSorted()).toEqual(
      ['schemas', 'totalResults', 'itemsPerPage', 'nextCursor', 'Resources'].toSorted(),
    );
    expect(reply.body).toMatchObject({ schemas: [LIST], totalResults: 12, itemsPerPage: 4 });
    expect(reply.body.Resources.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 4));
  });

  it('has a next cursor on every page but the last, at an exact multiple too [C-2-03, C-2-06, N3]', async () => {
    for (const [count, sizes] of [
      [5, [5, 5, 2]],
      [6, [6, 6]],
      [4, [4, 4, 4]],
    ] as const) {
      const pages = await walk(client, { count });
      expect(pages.map((page) => page.ids.length)).toEqual(sizes);
      expect(pages.flatMap((page) => page.ids)).toEqual(ids);
      for (const { body } of pages) {
        expect(body.totalResults).toBe(12);
        expect(body).not.toHaveProperty('startIndex');
      }
    }
    const only = await pageOf(client, { cursor: '', count: 6, filter: 'nickName eq "n0"' });
    expect([only.ids.length, only.next, only.previous]).toEqual([1, undefined, undefined]);
  });

  it('writes cursors with unreserved characters of a URI [C-2-02]', async () => {
    for (const { next } of await walk(client, { count: 3, sortBy: 'userName' })) {
      if (next !== undefined) expect(next).toMatch(/^[A-Za-z0-9\-._~]+$/);
    }
  });

  it('leads back as well, but not from the first page [C-2-04]', async () => {
    const pages = await walk(client, { count: 5 });
    expect(pages[0]!.previous).toBeUndefined();
    const second = await pageOf(client, { count: 5, cursor: pages[2]!.previous! });
    expect(second.ids).toEqual(pages[1]!.ids);
    const first = await pageOf(client, { count: 5, cursor: second.previous! });
    expect([first.ids, first.previous]).toEqual([pages[0]!.ids, undefined]);
    expect((await pageOf(client, { count: 5, cursor: first.next! })).ids).toEqual(pages[1]!.ids);
  });

  it.each([0, -1])('gives the total alone for count %i [C-2-05]', async (count) => {
    const { body } = await pageOf(client, { cursor: '', count });
    expect(body).toEqual({ schemas: [LIST], totalResults: 12, itemsPerPage: 0, Resources: [] });
  });

  it('cuts a count above the largest page, on each page [C-2.1-02, C-2-05]', async () => {
    const pages = await walk(client, { count: 100000 });
    expect(pages.map((page) => page.ids.length)).toEqual([6, 6]);
  });

  it('wants the query unchanged, but lets the projection change [C-2-07]', async () => {
    const query = { filter: 'title eq "odd"', sortBy: 'nickName', count: 2 };
    const cursor = (await pageOf(client, { ...query, cursor: '' })).next!;
    const { filter: _filter, ...unfiltered } = query;
    const { sortBy: _sortBy, ...unsorted } = query;
    for (const changed of [
      { ...query, filter: 'title eq "even"' },
      unfiltered,
      unsorted,
      { ...query, sortBy: 'userName' },
      { ...query, sortOrder: 'descending' },
    ]) {
      expectError(await client.get('/Users', { query: { ...changed, cursor } }), 400, 'invalidCursor');
    }
    expectError(
      await client.get('/Groups', { query: { cursor: (await pageOf(client, { cursor: '' })).next! } }),
      400,
      'invalidCursor',
    );
    const { body } = await pageOf(client, { ...query, cursor, attributes: 'userName' });
    expect(Object.keys((body.Resources as object[])[0]!).toSorted()).toEqual(['id', 'schemas', 'userName']);
  });

  it.each(['x', 'AAAA', '%00', '__proto__', '"', 'a'.repeat(8000)])(
    'refuses the cursor %j [C-2.1-01, N3]',
    async (cursor) => {
      expectError(await client.get('/Users', { query: { cursor } }), 400, 'invalidCursor');
      const message = { schemas: [SEARCH], cursor };
      expectError(await client.post('/Users/.search', message), 400, 'invalidCursor');
    },
  );

  it.each(['abc', '1.5', ''])('refuses the count "%s" with a cursor [C-2.1-01]', async (count) => {
    expectError(await client.get('/Users', { query: { cursor: '', count } }), 400, 'invalidCount');
    const message = { schemas: [SEARCH], cursor: '', count: count === '1.5' ? 1.5 : count };
    expectError(await client.post('/Users/.search', message), 400, 'invalidCount');
  });

  it('wants the same count on every page, or none [C-2.1-01]', async () => {
    const cursor = (await pageOf(client, { cursor: '', count: 3 })).next!;
    for (const count of [2, 0, 6])
      expectError(await client.get('/Users', { query: { cursor, count } }), 400, 'invalidCount');
    expect((await pageOf(client, { cursor })).ids).toEqual(ids.slice(3, 6));
  });

  it.each([
    ['nickName', 'ascending'],
    ['nickName', 'descending'],
    ['userName', 'descending'],
    ['meta.lastModified', 'ascending'],
    ['id', 'descending'],
  ])('sorts by %s %s, as index pages do [C-2.2-01]', async (sortBy, sortOrder) => {
    const query = { sortBy, sortOrder, count: 5 };
    const expected: string[] = [];
    for (const startIndex of [1, 6, 11])
      expected.push(...(await pageOf(client, { ...query, startIndex })).ids);
    const pages = await walk(client, query);
    expect(pages.flatMap((page) => page.ids)).toEqual(expected);
  });

  it('keeps index paging for queries that name neither [C-2.4-01]', async () => {
    const { body } = await pageOf(client, {});
    expect(body.startIndex).toBe(1);
    expect(body).not.toHaveProperty('nextCursor');
  });

  it('refuses cursor and startIndex together [C-2.4-02]', async () => {
    const query = { cursor: '', startIndex: 1 };
    expectError(await client.get('/Users', { query }), 400, 'invalidValue');
    expectError(await client.post('/Users/.search', { schemas: [SEARCH], ...query }), 400, 'invalidValue');
  });

  it('works in .search as in GET [C-3-01]', async () => {
    const seen: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const message = { schemas: [SEARCH], cursor, count: 5, filter: 'title pr' };
      const reply: ScimReply = await client.post('/Users/.search', message);
      expect(reply.status, reply.text).toBe(200);
      expect(reply.body.startIndex).toBeUndefined();
      seen.push(...(reply.body.Resources as { id: string }[]).map(({ id }) => id));
      cursor = reply.body.nextCursor as string | undefined;
    }
    expect(seen).toEqual(ids);
    // One and the same query, so cursors go from one to the other.
    const { next } = await pageOf(client, { cursor: '', count: 5 });
    const searched = await client.post('/Users/.search', { schemas: [SEARCH], cursor: next, count: 5 });
    expect(searched.body.Resources).toHaveLength(5);
  });

  it('is worth nothing to another tenant, who learns nothing from it [C-5.2-01, C-5.2-04]', async () => {
    const { next } = await pageOf(client, { cursor: '' });
    const other = await scim.client({ tenant: 'other' });
    await createUser(other);
    const stolen = await other.get('/Users', { query: { cursor: next! } });
    expectError(stolen, 400, 'invalidCursor');
    const madeUp = await other.get('/Users', { query: { cursor: 'made-up' } });
    expect(stolen.text).toBe(madeUp.text);
    // The same tenant may go on with another token.
    const colleague = await scim.client({ profile: 'strict' });
    expect((await pageOf(colleague, { cursor: next! })).ids).toEqual(ids.slice(4, 8));
  });

  it('asks for the right to read on each page [C-5.2-01, C-5.2-02]', async () => {
    const { next } = await pageOf(client, { cursor: '' });
    const narrowed = await scim.client({ scopes: ['groups:read'] });
    expectError(await narrowed.get('/Users', { query: { cursor: next! } }), 403);
    expectError(await client.as(undefined).get('/Users', { query: { cursor: next! } }), 401);
  });

  it('is refused with any character of it changed [C-5.2-03]', async () => {
    const next = (await pageOf(client, { cursor: '' })).next!;
    for (let i = 0; i < next.length; i += 7) {
      const cursor = next.slice(0, i) + (next[i] === 'A' ? 'B' : 'A') + next.slice(i + 1);
      expectError(await client.get('/Users', { query: { cursor } }), 400, 'invalidCursor');
    }
  });
});

describe('cursors and options', () => {
  it('says what it can do in ServiceProviderConfig [C-4-01, N3]', async () => {
    const scim = await bootScim({ scim: { defaultCount: 7, maxCount: 9, cursorTimeoutSeconds: 60 } });
    try {
      const client = await scim.client();
      expect((await client.get('/ServiceProviderConfig')).body.pagination).toEqual({
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: 7,
        maxPageSize: 9,
        cursorTimeout: 60,
      });
    } finally {
      await scim.close();
    }
  });

  it('pages by cursor when no method is named, if told to [C-2.3-01, C-4-01]', async () => {
    const scim = await bootScim({ scim: { defaultPagination: 'cursor', defaultCount: 2 } });
    try {
      const client = await scim.client();
      for (let i = 0; i < 3; i++) await createUser(client);
      const first = await pageOf(client, {});
      expect(first.body).not.toHaveProperty('startIndex');
      expect((await pageOf(client, { cursor: first.next! })).ids).toHaveLength(1);
      expect((await pageOf(client, { startIndex: 2 })).body).toMatchObject({
        startIndex: 2,
        itemsPerPage: 2,
      });
      const config = (await client.get('/ServiceProviderConfig')).body;
      expect(config.pagination.defaultPaginationMethod).toBe('cursor');
    } finally {
      await scim.close();
    }
  });

  it('ends a cursor after the time it announces [C-2.1-01, N3]', async () => {
    const scim = await bootScim({ scim: { cursorTimeoutSeconds: 1, defaultCount: 1 } });
    try {
      const client = await scim.client();
      for (let i = 0; i < 2; i++) await createUser(client);
      const cursor = (await pageOf(client, { cursor: '' })).next!;
      expect((await pageOf(client, { cursor })).ids).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expectError(await client.get('/Users', { query: { cursor } }), 400, 'expiredCursor');
    } finally {
      await scim.close();
    }
  });

  it('goes on at another instance with the same key, and at none with another', async () => {
    const key = 'one secret for all the instances';
    const apps = await Promise.all(
      [key, key, undefined].map((cursorKey) => bootScim({ scim: { cursorKey, defaultCount: 1 } })),
    );
    try {
      const clients = await Promise.all(apps.map((scim) => scim.client()));
      for (const client of clients) for (let i = 0; i < 2; i++) await createUser(client);
      const cursor = (await pageOf(clients[0]!, { cursor: '' })).next!;
      await pageOf(clients[1]!, { cursor });
      expectError(await clients[2]!.get('/Users', { query: { cursor } }), 400, 'invalidCursor');
    } finally {
      await Promise.all(apps.map((scim) => scim.close()));
    }
  });

  it.each([
    [{ cursorKey: 'short' }, 'cursorKey'],
    [{ cursorKey: 5 as never }, 'cursorKey'],
    [{ cursorTimeoutSeconds: 0 }, 'cursorTimeoutSeconds'],
    [{ defaultPagination: 'page' as never }, 'defaultPagination'],
    [{ rootQueryLimit: 0 }, 'rootQueryLimit'],
  ])('does not start with %j', async (scim, option) => {
    await expect(bootScim({ scim })).rejects.toThrow(`"${option}"`);
  });
});

describe('a long walk on PostgreSQL', () => {
  it('meets everybody untouched exactly once while others come, change and go [D-26, C-5.3-01]', async () => {
    const scim = await bootScimOn('postgres', {});
    try {
      const client = await scim.client();
      const total = 20_000;
      // Ids before, between and behind those that are to stay.
      await scim.dataSource.query(
        `insert into scim_user (tenant_id, id, user_name, user_name_key, active, version, created_at, modified_at, document)
         select 'acme', lpad(n::text, 8, '0'), 'user' || n % 7 || '-' || n, 'user' || n % 7 || '-' || n, true, 1,
           '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z',
           jsonb_build_object('schemas', jsonb_build_array('urn:ietf:params:scim:schemas:core:2.0:User'),
             'userName', 'user' || n % 7 || '-' || n, 'title', 't' || n % 5)
         from generate_series(1, $1::int) n`,
        [total],
      );
      const id = (n: number): string => String(n).padStart(8, '0');
      const queries: Query[] = [{ count: 200 }, { count: 200, sortBy: 'title', sortOrder: 'descending' }];
      for (const query of queries) {
        let step = 0;
        const pages = await walk(client, query, async () => {
          step++;
          // Multiples of ten are deleted or changed, all over the order.
          const [gone, moved] = [(step * 1130) % total, (step * 770) % total];
          await client.delete(`/Users/${id(gone - (gone % 10))}`);
          const path = `/Users/${id(moved - (moved % 10))}`;
          await client.patch(path, [{ op: 'replace', path: 'title', value: `t${step % 9}` }]);
          await createUser(client, { title: `t${step % 5}`, userName: fresh(`user${step % 7}`) });
        });
        const seen = new Map<string, number>();
        for (const one of pages.flatMap((page) => page.ids)) seen.set(one, (seen.get(one) ?? 0) + 1);
        const wrong = Array.from({ length: total }, (_, i) => i + 1).filter(
          (n) => n % 10 !== 0 && seen.get(id(n)) !== 1,
        );
        expect(wrong).toEqual([]);
        expect(pages.length).toBeGreaterThan(90);
      }
    } finally {
      await scim.close();
    }
  });
});
