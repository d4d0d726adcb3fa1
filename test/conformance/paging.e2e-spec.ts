import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { createUser, fresh, SEARCH } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

type Query = Record<string, string | number>;

describeEachDatabase('index paging', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  const ids: string[] = [];
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { defaultCount: 4, maxCount: 6 } });
    client = await scim.client();
    for (let i = 0; i < 10; i++) ids.push((await createUser(client, { title: i % 2 ? 'odd' : 'even' })).id);
  });
  afterAll(() => scim.close());

  /** A page by GET, after POST has given the same. */
  async function page(query: Query): Promise<{ ids: string[]; body: Record<string, unknown> }> {
    const reply = await client.get('/Users', { query });
    expect(reply.status, reply.text).toBe(200);
    const searched = await client.post('/Users/.search', { schemas: [SEARCH], ...query });
    expect(searched.body).toEqual(reply.body);
    const resources = reply.body.Resources as { id: string }[];
    expect(reply.body.itemsPerPage).toBe(resources.length);
    return { ids: resources.map(({ id }) => id), body: reply.body };
  }

  it.each([0, -5, -9007199254740992])('counts startIndex %i as 1 [P-3.4.2.4-01, N1]', async (startIndex) => {
    const { body, ids: got } = await page({ startIndex });
    expect(body).toMatchObject({ startIndex: 1, totalResults: 10 });
    expect(got).toEqual(ids.slice(0, 4));
  });

  it('starts at 1 by default, and with the resource that startIndex names [P-3.4.2.4-01, P-3.4.2.4-05]', async () => {
    expect((await page({})).body.startIndex).toBe(1);
    const { ids: got, body } = await page({ startIndex: 3, count: 2 });
    expect(got).toEqual(ids.slice(2, 4));
    expect(body).toMatchObject({ startIndex: 3, itemsPerPage: 2, totalResults: 10 });
  });

  it.each([0, -1, -9007199254740992])(
    'gives the total alone for count %i [P-3.4.2.4-02, N1]',
    async (count) => {
      expect((await page({ count })).body).toMatchObject({
        totalResults: 10,
        itemsPerPage: 0,
        Resources: [],
      });
      const filtered = await page({ count, filter: 'title eq "odd"' });
      expect(filtered.body).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
      expect((await page({ count, startIndex: 9 })).body).toMatchObject({ totalResults: 10, startIndex: 9 });
    },
  );

  it('never gives more than asked for [P-3.4.2.4-02]', async () => {
    for (const count of [1, 2, 3, 5, 6]) expect((await page({ count })).ids).toEqual(ids.slice(0, count));
  });

  it('decides the size of the page without count [P-3.4.2.4-03]', async () => {
    expect((await page({})).ids).toEqual(ids.slice(0, 4));
  });

  it.each([7, 100000, 9007199254740992])(
    'cuts count %i to filter.maxResults [P-3.4.2.4-04, N1]',
    async (count) => {
      const config = (await client.get('/ServiceProviderConfig')).body;
      expect(config.filter.maxResults).toBe(6);
      const { ids: got, body } = await page({ count });
      expect(got).toEqual(ids.slice(0, 6));
      expect(body.totalResults).toBe(10);
    },
  );

  it('tells the same total on every page, and where the page starts [P-3.4.2.4-05]', async () => {
    const seen: string[] = [];
    for (const [startIndex, size] of [
      [1, 4],
      [5, 4],
      [9, 2],
    ] as const) {
      const { body, ids: got } = await page({ startIndex, count: 4 });
      expect(body).toMatchObject({ totalResults: 10, startIndex, itemsPerPage: size });
      seen.push(...got);
    }
    expect(seen).toEqual(ids);
    const odd = await page({ filter: 'title eq "odd"', startIndex: 4, count: 4 });
    expect(odd.body).toMatchObject({ totalResults: 5, startIndex: 4, itemsPerPage: 2 });
  });

  it.each([11, 9999, 9007199254740991, '99999999999999999999'])(
    'answers startIndex %s beyond the end with an empty page [P-3.4.2.4-06, N1]',
    async (startIndex) => {
      const reply = await client.get('/Users', { query: { startIndex } });
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ totalResults: 10, itemsPerPage: 0, Resources: [] });
      expect(reply.body.startIndex).toBe(Math.min(Number(startIndex), Number.MAX_SAFE_INTEGER));
    },
  );

  it('counts a single match that lies before the page [P-3.4.2.4-05, P-3.4.2.4-06]', async () => {
    const { userName } = (await client.get(`/Users/${ids[0]}`)).body;
    for (const filter of [`userName eq "${userName}"`, `id eq "${ids[0]}"`]) {
      const { body } = await page({ filter, startIndex: 2 });
      expect(body).toMatchObject({ totalResults: 1, startIndex: 2, itemsPerPage: 0, Resources: [] });
      expect((await page({ filter, count: 1 })).body).toMatchObject({ totalResults: 1, itemsPerPage: 1 });
      expect((await page({ filter, count: 0 })).body).toMatchObject({ totalResults: 1, itemsPerPage: 0 });
    }
  });

  it.each(['abc', '1.5', '', '1e3', '0x10', 'NaN', '1 2', '--1'])(
    'refuses "%s" as a number [P-3.4.2.4-07]',
    async (value) => {
      for (const parameter of ['startIndex', 'count']) {
        const reply = await client.get('/Users', { query: { [parameter]: value } });
        expect([parameter, reply.status, reply.body.scimType]).toEqual([parameter, 400, 'invalidValue']);
        expect(reply.body.detail).toContain(parameter);
      }
    },
  );

  it('keeps no state: users come and go between pages and none that stays is lost [P-3.4.2.4-08, N2]', async () => {
    const tenant = await scim.client({ tenant: fresh('moving') });
    const stays: string[] = [];
    for (let i = 0; i < 8; i++) stays.push((await createUser(tenant)).id);
    const seen: string[] = [];
    const read = (reply: ScimReply): void => {
      expect(reply.status).toBe(200);
      seen.push(...reply.body.Resources.map(({ id }: { id: string }) => id));
    };
    for (let startIndex = 1; startIndex <= 8; startIndex += 2) {
      read(await tenant.get('/Users', { query: { startIndex, count: 2 } }));
      // New ones come at the end of the order, changed ones keep their place.
      await createUser(tenant);
      await tenant.patch(`/Users/${stays[0]}`, [{ op: 'replace', path: 'title', value: `${startIndex}` }]);
    }
    expect(seen).toEqual(stays);
    await tenant.delete(`/Users/${stays[7]}`);
    expect((await tenant.get('/Users', { query: { startIndex: 7 } })).body.totalResults).toBe(11);
  });
});

describe('page sizes by default', () => {
  it('are 100, and 200 at most [P-3.4.2.4-03, P-3.4.2.4-04]', async () => {
    const scim = await bootScim();
    try {
      const client = await scim.client();
      for (let i = 0; i < 205; i++) await createUser(client);
      const plain = (await client.get('/Users', { query: { attributes: 'id' } })).body;
      expect([plain.totalResults, plain.itemsPerPage]).toEqual([205, 100]);
      const large = (await client.get('/Users', { query: { count: 100000, attributes: 'id' } })).body;
      expect([large.totalResults, large.itemsPerPage]).toEqual([205, 200]);
      const rest = (await client.get('/Users', { query: { count: 200, startIndex: 201, attributes: 'id' } }))
        .body;
      expect([rest.totalResults, rest.itemsPerPage]).toEqual([205, 5]);
    } finally {
      await scim.close();
    }
  });
});
