import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroup, createUser, fresh, GROUP, LIST, USER } from '../support/resources.js';
import { ADAPTERS, type AdapterName, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

describe.each(ADAPTERS)('list responses on %s', (adapter: AdapterName) => {
  let scim: ScimApp;
  beforeAll(async () => {
    scim = await bootScim({ adapter, scim: { defaultCount: 3, maxCount: 4 } });
  });
  afterAll(() => scim.close());

  /** A tenant of its own with that many users. */
  async function tenantOf(users: number): Promise<ScimClient> {
    const client = await scim.client({ tenant: fresh('tenant') });
    for (let i = 0; i < users; i++) await createUser(client);
    return client;
  }

  it.each([
    [0, 0],
    [1, 1],
    [5, 3],
  ])('have all four members, with %i users [P-3.4.2-01, P-3.4.2-02, P-3.4.2-03]', async (users, page) => {
    const reply = await (await tenantOf(users)).get('/Users');
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^application\/scim\+json/);
    expect(reply.body).toEqual({
      schemas: [LIST],
      totalResults: users,
      startIndex: 1,
      itemsPerPage: page,
      Resources: expect.any(Array),
    });
    expect(reply.body.Resources).toHaveLength(page);
  });

  it('say 200 and zero when nothing matches, never 404 [P-3.4.2-03]', async () => {
    const client = await tenantOf(2);
    for (const endpoint of ['/Users', '/Groups']) {
      const reply = await client.get(endpoint, { query: { filter: 'externalId eq "nobody"' } });
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ totalResults: 0, itemsPerPage: 0, Resources: [] });
    }
  });

  it('ignore parameters that they do not know [P-3.4.2-04]', async () => {
    const client = await tenantOf(2);
    const plain = await client.get('/Users');
    const reply = await client.get('/Users?foo=bar&foo=baz&Filter=x&__proto__=x&filter%5Ba%5D=b&=');
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual(plain.body);
  });

  it('refuse a parameter that is given twice, except names, which are joined [P-3.4.2-05]', async () => {
    const client = await tenantOf(1);
    for (const twice of [
      'filter=userName+pr&filter=userName+pr',
      'count=1&count=1',
      'startIndex=1&startIndex=2',
      'sortBy=id&sortBy=userName',
      'sortBy=id&sortOrder=ascending&sortOrder=descending',
    ]) {
      const reply = await client.get(`/Users?${twice}`);
      expect([twice, reply.status, reply.body.scimType]).toEqual([twice, 400, 'invalidValue']);
    }
    const joined = await client.get('/Users?attributes=userName&attributes=active,%20title');
    expect(Object.keys(joined.body.Resources[0]).sort()).toEqual(['active', 'id', 'schemas', 'userName']);
  });

  it('hold what a client of the tenant may see: nobody else, nobody deleted [P-3.4.2.1-05, S3]', async () => {
    const [client, stranger] = [await tenantOf(2), await tenantOf(1)];
    const gone = await createUser(client);
    await client.delete(`/Users/${gone.id}`);
    const ids = (await client.get('/Users')).body.Resources.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(2);
    expect(ids).not.toContain(gone.id);
    expect((await client.get('/Users')).body.totalResults).toBe(2);
    expect((await stranger.get('/Users')).body.totalResults).toBe(1);
    expect((await client.get('/Users', { query: { filter: `id eq "${gone.id}"` } })).body.totalResults).toBe(
      0,
    );
  });

  it('hold each resource as a single read gives it [P-3.4.2.1-06, G6]', async () => {
    const client = await tenantOf(0);
    const person = await createUser(client, { emails: [{ value: 'a@b.example' }], title: 'T' });
    const team = await createGroup(client, { members: [{ value: person.id }] });
    for (const [endpoint, id, urn, resourceType] of [
      ['/Users', person.id, USER, 'User'],
      ['/Groups', team.id, GROUP, 'Group'],
    ]) {
      const [listed] = (await client.get(endpoint)).body.Resources;
      const single = await client.get(`${endpoint}/${id}`);
      expect(listed).toEqual(single.body);
      expect(listed.schemas).toContain(urn);
      expect(listed.meta.resourceType).toBe(resourceType);
    }
    const whole = (await client.get('/Users')).body.Resources[0];
    expect(whole.groups).toEqual([expect.objectContaining({ value: team.id, type: 'direct' })]);
  });

  it('project with attributes and excludedAttributes', async () => {
    const client = await tenantOf(0);
    await createUser(client, { title: 'T', name: { givenName: 'G', familyName: 'F' } });
    const [some] = (await client.get('/Users', { query: { attributes: 'name.givenName' } })).body.Resources;
    expect(Object.keys(some).sort()).toEqual(['id', 'name', 'schemas']);
    expect(some.name).toEqual({ givenName: 'G' });
    const [rest] = (await client.get('/Users', { query: { excludedAttributes: 'name,meta' } })).body
      .Resources;
    expect(rest).toMatchObject({ title: 'T' });
    expect(rest.name).toBeUndefined();
    expect(rest.meta).toBeUndefined();
  });
});
