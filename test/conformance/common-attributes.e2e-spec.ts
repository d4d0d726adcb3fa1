import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  fresh,
  group,
  GROUP,
  user,
  USER,
} from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('schemas and the common attributes (RFC 7643 §3)', () => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;

  beforeAll(async () => {
    scim = await bootScim();
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
  });
  afterAll(() => scim.close());

  it('names distinct schemas in every resource and message [S-3-01]', async () => {
    const { id } = await createUser(client, { [ENTERPRISE]: { department: 'R&D' } });
    await createGroup(client);
    const replies = await Promise.all([
      client.post('/Users', user()),
      client.get(`/Users/${id}`),
      client.get(`/Users/${id}`, { query: { attributes: 'userName' } }),
      client.get(`/Users/${id}`, { query: { excludedAttributes: 'schemas' } }),
      client.put(`/Users/${id}`, user()),
      client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Dr' }]),
      client.get('/Users'),
      client.post('/Users/.search', { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] }),
      client.get('/Groups'),
      client.get('/ServiceProviderConfig'),
      client.get('/ResourceTypes'),
      client.get('/ResourceTypes/User'),
      client.get('/Schemas'),
      client.get(`/Schemas/${USER}`),
      client.get('/Users/unknown'),
      client.get('/Users', { query: { filter: 'x y z' } }),
    ]);
    for (const { body } of replies) {
      for (const message of [body, ...(body.Resources ?? [])]) {
        expect(message.schemas.length).toBeGreaterThan(0);
        expect(new Set(message.schemas).size).toBe(message.schemas.length);
      }
    }
  });

  it('holds the base schema and the used extensions, whatever order was sent [S-3-02, S-3-04, S-3.3-01]', async () => {
    const body = user({ schemas: [ENTERPRISE, USER], [ENTERPRISE]: { employeeNumber: '701984' } });
    const { id } = await createUser(client, body);
    const read = (await client.get(`/Users/${id}`)).body;
    expect([...read.schemas].sort()).toEqual([USER, ENTERPRISE].sort());
    expect(read[ENTERPRISE]).toEqual({ employeeNumber: '701984' });
    expect(read).not.toHaveProperty('employeeNumber');
    expect((await createUser(client)).schemas).toEqual([USER]);
    expect((await createGroup(client)).schemas).toEqual([GROUP]);
  });

  it('refuses a schema that is listed twice [S-3-03]', async () => {
    for (const as of [client, strict]) {
      expectError(await as.post('/Users', user({ schemas: [USER, USER] })), 400, 'invalidSyntax');
    }
  });

  it('infers missing schemas, strictly refuses them [D-04]', async () => {
    for (const schemas of [undefined, [], [GROUP]]) {
      expect((await client.post('/Users', user({ schemas }))).body.schemas).toEqual([USER]);
      expectError(await strict.post('/Users', user({ schemas })), 400, 'invalidSyntax');
      const { id } = await createUser(strict);
      expectError(await strict.put(`/Users/${id}`, user({ schemas })), 400, 'invalidSyntax');
    }
  });

  it('drops an unknown schema, strictly refuses it, and adds the one whose data is there [D-05]', async () => {
    const unknown = user({ schemas: [USER, 'urn:example:unknown'] });
    expect((await client.post('/Users', unknown)).body.schemas).toEqual([USER]);
    expectError(await strict.post('/Users', unknown), 400, 'invalidSyntax');
    const unlisted = await strict.post('/Users', user({ [ENTERPRISE]: { division: 'North' } }));
    expect(unlisted.body.schemas).toEqual([USER, ENTERPRISE]);
  });

  it('lists an extension exactly while it holds data, also where a projection hides it [D-06]', async () => {
    const { id } = await createUser(client, { schemas: [USER, ENTERPRISE] });
    const schemas = async (query = {}): Promise<unknown> =>
      (await client.get(`/Users/${id}`, { query })).body.schemas;
    expect(await schemas()).toEqual([USER]);
    await client.patch(`/Users/${id}`, [{ op: 'add', path: `${ENTERPRISE}:costCenter`, value: '4130' }]);
    expect(await schemas()).toEqual([USER, ENTERPRISE]);
    expect(await schemas({ attributes: 'userName' })).toEqual([USER, ENTERPRISE]);
    expect(await schemas({ excludedAttributes: ENTERPRISE })).toEqual([USER, ENTERPRISE]);
    await client.patch(`/Users/${id}`, [{ op: 'remove', path: `${ENTERPRISE}:costCenter` }]);
    expect(await schemas()).toEqual([USER]);
  });

  it('does not let a PATCH take the base schema away [S-3.3-01]', async () => {
    const { id } = await createUser(client, { [ENTERPRISE]: { department: 'R&D' } });
    for (const operation of [
      { op: 'remove', path: 'schemas' },
      { op: 'remove', path: `schemas[value eq "${USER}"]` },
      { op: 'replace', path: 'schemas', value: [ENTERPRISE] },
    ]) {
      for (const as of [client, strict]) {
        const reply = await as.patch(`/Users/${id}`, [operation]);
        expect([reply.status, reply.body.scimType]).toEqual([400, 'mutability']);
      }
    }
    expect((await client.get(`/Users/${id}`)).body.schemas).toContain(USER);
  });

  it('gives every resource an id of its own and never again the same [S-3.1-01, S-3.1-03]', async () => {
    const userName = fresh();
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const { id } = await createUser(client, { userName });
      // Hexadecimal digits and hyphens: the reserved word bulkId cannot be part of it.
      expect(id).toMatch(UUID);
      seen.add(id);
      expect(
        (await client.get('/Users', { query: { attributes: 'userName' } })).body.Resources[0].id,
      ).toMatch(UUID);
      await client.delete(`/Users/${id}`);
    }
    seen.add((await createGroup(client)).id);
    expect(seen.size).toBe(4);
    const { id } = await createUser(client);
    expect(await client.ids('/Users', `id eq "${(id as string).toUpperCase()}"`)).toEqual([]);
  });

  it('ignores an id of the client [S-3.1-02, V3]', async () => {
    for (const as of [client, strict]) {
      const created = await createUser(as, { id: 'hack' });
      expect(created.id).toMatch(UUID);
      const other = await createUser(as);
      const put = await as.put(`/Users/${created.id}`, user({ id: other.id }));
      expect([put.status, put.body.id]).toEqual([200, created.id]);
      expectError(await as.get('/Users/hack'), 404);
    }
  });

  it('keeps externalId as sent, never invents one, and compares its case [S-3.1-04, L6]', async () => {
    expect(await createUser(client)).not.toHaveProperty('externalId');
    const externalId = fresh('Ext');
    const { id, externalId: echoed } = await createUser(client, { externalId });
    expect(echoed).toBe(externalId);
    expect(await client.ids('/Users', `externalId eq "${externalId}"`)).toEqual([id]);
    expect(await client.ids('/Users', `externalId eq "${externalId.toUpperCase()}"`)).toEqual([]);
    const cleared = await client.patch(`/Users/${id}`, [{ op: 'remove', path: 'externalId' }]);
    expect(cleared.body).not.toHaveProperty('externalId');
  });

  it('takes the same externalId in two tenants and twice in one [S-3.1-05, D-07]', async () => {
    const globex = await scim.client({ tenant: 'globex' });
    const externalId = fresh('ext');
    const ids = [
      await createUser(client, { externalId }),
      await createUser(client, { externalId }),
      await createUser(globex, { externalId }),
    ].map(({ id }) => id as string);
    expect(new Set(await client.ids('/Users', `externalId eq "${externalId}"`))).toEqual(
      new Set(ids.slice(0, 2)),
    );
    expect(await globex.ids('/Users', `externalId eq "${externalId}"`)).toEqual([ids[2]]);
  });

  it('ignores meta of the client [S-3.1-06]', async () => {
    const meta = {
      resourceType: 'Hack',
      created: '1999-01-01T00:00:00Z',
      lastModified: '1999-01-01T00:00:00Z',
      location: 'https://evil.example/Users/1',
      version: 'W/"evil"',
    };
    const created = await createUser(client, { meta });
    const put = (await client.put(`/Users/${created.id}`, user({ meta }))).body;
    for (const body of [created, put]) {
      expect(JSON.stringify(body.meta)).not.toMatch(/evil|1999|Hack/);
      expect(body.meta.resourceType).toBe('User');
    }
  });

  it('says what kind of resource it is [S-3.1-07, P-3.3.1-01]', async () => {
    expect((await createUser(client)).meta.resourceType).toBe('User');
    expect((await createGroup(client)).meta.resourceType).toBe('Group');
    const listed = await client.get('/Groups', { query: { attributes: 'meta.resourceType' } });
    expect(listed.body.Resources[0].meta).toEqual({ resourceType: 'Group' });
  });

  it('moves lastModified with each real change and only then [S-3.1-08, S-3.1-09, D-09]', async () => {
    const { id, meta } = await createUser(client, { title: 'Dr' });
    expect(meta.created).toMatch(INSTANT);
    expect(meta.lastModified).toBe(meta.created);
    expect((await client.get(`/Users/${id}`)).body.meta).toEqual(meta);
    await tick();
    const same = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Dr' }]);
    expect(same.body.meta).toEqual(meta);
    const moved = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Prof' }]);
    expect(moved.body.meta.created).toBe(meta.created);
    expect(moved.body.meta.lastModified > meta.lastModified).toBe(true);
    expect(moved.body.meta.version).not.toBe(meta.version);
  });

  it('gives one address in meta, Location and Content-Location [S-3.1-10, S-3.1-11, P-3.4.1-02]', async () => {
    for (const [endpoint, body] of [
      ['/Users', user()],
      ['/Groups', group()],
    ] as const) {
      const created = await client.post(endpoint, body);
      const address = `${client.baseUrl}${endpoint}/${created.body.id}`;
      const read = await client.get(`${endpoint}/${created.body.id}`);
      for (const reply of [created, read]) {
        expect(addresses(reply)).toEqual([address, address, address]);
        expect(reply.headers.etag).toMatch(/^W\/"[^"]+"$/);
        expect(reply.body.meta.version).toBe(reply.headers.etag);
      }
      expect((await fetchAs(read.headers.location!, scim, client)).id).toBe(created.body.id);
    }
  });

  it('describes itself without the common attributes of resources [S-3.1-12]', async () => {
    const config = (await client.get('/ServiceProviderConfig')).body;
    expect(config).not.toHaveProperty('id');
    expect(config).not.toHaveProperty('externalId');
    expect((await client.get('/ResourceTypes/User')).body).toMatchObject({ id: 'User', name: 'User' });
  });

  it('builds addresses without the Host and forwarded headers of the client [D-08, S4]', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      forwarded: 'host=evil.example;proto=gopher',
    };
    const created = await client.post('/Users', user(), { headers });
    const listed = await client.get('/Users', { headers });
    expect(created.body.meta.location).toBe(`${client.baseUrl}/Users/${created.body.id}`);
    expect(created.text + listed.text + JSON.stringify(created.headers)).not.toMatch(/evil|gopher/);
  });

  it('takes a message whose schemas are those of a PATCH in other letter case [S-2.1-01]', async () => {
    const { id } = await createUser(client);
    const body = { schemas: [PATCH_OP], OPERATIONS: [{ OP: 'replace', Path: 'TITLE', VALUE: 'Dr' }] };
    const reply = await client.send('PATCH', `/Users/${id}`, { body });
    expect([reply.status, reply.body.title]).toEqual([200, 'Dr']);
  });
});

function addresses({ headers, body }: ScimReply): unknown[] {
  return [body.meta.location, headers.location, headers['content-location']];
}

/** Follows an absolute address. */
async function fetchAs(address: string, { origin }: ScimApp, client: ScimClient): Promise<{ id: string }> {
  expect(address.startsWith(origin)).toBe(true);
  return (await client.get(address.slice(client.baseUrl.length))).body as { id: string };
}

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
