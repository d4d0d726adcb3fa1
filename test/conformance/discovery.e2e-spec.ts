import { ScimAttribute, ScimSchema } from 'nestjs-scim';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createUser, ENTERPRISE, fresh, GROUP, LIST, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type BootSettings, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const RESOURCE_TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';
const ENDPOINTS = ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes'] as const;

const BADGE = 'urn:example:params:scim:schemas:extension:badge:2.0:User';

@ScimSchema({ id: BADGE, name: 'Badge', description: 'Badge of an employee.' })
class BadgeSchema {
  @ScimAttribute({ required: true })
  number!: string;
}

interface AttributeDocument {
  readonly name: string;
  readonly type: string;
  readonly subAttributes?: readonly AttributeDocument[];
  readonly [characteristic: string]: unknown;
}

describe.each(ADAPTERS)('discovery on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('gives the configuration as one object [P-4-01, D1]', async () => {
    const { status, body } = await client.get('/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(body.schemas).toEqual([CONFIG]);
    expect(body).not.toHaveProperty('Resources');
    expect(body).not.toHaveProperty('totalResults');
  });

  it('has every required member of the configuration [S-5-01]', async () => {
    const { body } = await client.get('/ServiceProviderConfig');
    for (const feature of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
      expect(body[feature].supported).toBeTypeOf('boolean');
    }
    expect(body.filter.maxResults).toBeTypeOf('number');
    expect(body.bulk).toEqual({ supported: true, maxOperations: 1000, maxPayloadSize: 5 * 1024 * 1024 });
    expect(body.authenticationSchemes.length).toBeGreaterThan(0);
  });

  it('lets nobody write the configuration [S-5-02]', async () => {
    const before = await client.get('/ServiceProviderConfig');
    expect(before.body.meta).toEqual({
      resourceType: 'ServiceProviderConfig',
      location: `${client.baseUrl}/ServiceProviderConfig`,
    });
    expect(before.body).not.toHaveProperty('id');
    for (const method of ['PUT', 'PATCH', 'POST', 'DELETE']) {
      expectError(await client.send(method, '/ServiceProviderConfig', { body: before.body }), 405);
    }
    expect((await client.get('/ServiceProviderConfig')).text).toBe(before.text);
  });

  it('describes its authentication schemes [S-5-03]', async () => {
    const { authenticationSchemes } = (await client.get('/ServiceProviderConfig')).body;
    const types = ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'];
    for (const scheme of authenticationSchemes) {
      expect(types).toContain(scheme.type);
      expect(scheme.name).toMatch(/\S/);
      expect(scheme.description).toMatch(/\S/);
    }
    const primaries = authenticationSchemes.filter((scheme: { primary?: boolean }) => scheme.primary);
    expect(primaries.length).toBeLessThan(2);
    // What is announced is what works.
    expect(authenticationSchemes[0].type).toBe('oauthbearertoken');
  });

  it('shows itself without a token, and never asks one that is sent [S-5-04]', async () => {
    for (const token of [undefined, 'nonsense']) {
      for (const path of ENDPOINTS) expect((await client.as(token).get(path)).status).toBe(200);
    }
  });

  it('shows no password where none is taken [D-27]', async () => {
    expect((await client.get('/ServiceProviderConfig')).body.changePassword).toEqual({ supported: false });
    expect((await client.get('/Schemas')).text).not.toContain('"password"');
  });

  it('lists every schema in use and gives each by its URN [P-4-03, P-4-08, D1]', async () => {
    const { body } = await client.get('/Schemas');
    expect(body.schemas).toEqual([LIST]);
    expect(body.Resources.map((schema: { id: string }) => schema.id).toSorted()).toEqual(
      [USER, GROUP, ENTERPRISE].toSorted(),
    );
    for (const listed of body.Resources) {
      const one = await client.get(`/Schemas/${listed.id}`);
      expect(one.body).toEqual(listed);
      expect(listed.schemas).toEqual([SCHEMA]);
      expect(listed.meta).toEqual({
        resourceType: 'Schema',
        location: `${client.baseUrl}/Schemas/${listed.id}`,
      });
    }
  });

  it('lists the resource types and gives each by its name [P-4-04, P-4-08, S-6-01, D1]', async () => {
    const { body } = await client.get('/ResourceTypes');
    expect(body.schemas).toEqual([LIST]);
    expect(body.Resources).toMatchObject([
      {
        schemas: [RESOURCE_TYPE],
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        schema: USER,
        schemaExtensions: [{ schema: ENTERPRISE, required: false }],
      },
      { schemas: [RESOURCE_TYPE], id: 'Group', name: 'Group', endpoint: '/Groups', schema: GROUP },
    ]);
    for (const type of body.Resources) {
      expect(type.description).toMatch(/\S/);
      expect((await client.get(`/ResourceTypes/${type.id}`)).body).toEqual(type);
      expect(type.meta).toEqual({
        resourceType: 'ResourceType',
        location: `${client.baseUrl}/ResourceTypes/${type.id}`,
      });
    }
  });

  it('names schemas that exist, endpoints that answer and the types that resources carry [P-4-04, S-6-01, S-6-02]', async () => {
    const types = (await client.get('/ResourceTypes')).body.Resources;
    expect(new Set(types.map((type: { name: string }) => type.name)).size).toBe(types.length);
    expect(new Set(types.map((type: { endpoint: string }) => type.endpoint)).size).toBe(types.length);
    for (const { name, endpoint, schema, schemaExtensions = [] } of types) {
      for (const id of [
        schema,
        ...schemaExtensions.map((extension: { schema: string }) => extension.schema),
      ]) {
        expect((await client.get(`/Schemas/${id}`)).body.id).toBe(id);
      }
      const body = { schemas: [schema], userName: fresh(), displayName: fresh() };
      expect((await client.post(endpoint, body)).body.meta.resourceType).toBe(name);
    }
  });

  it('describes each attribute with its characteristics [S-7-04]', async () => {
    for (const schema of (await client.get('/Schemas')).body.Resources) {
      expect(schema.name).toMatch(/\S/);
      expect(schema.attributes.length).toBeGreaterThan(0);
      for (const attribute of schema.attributes) checkAttribute(attribute, true);
    }
  });

  it('describes the attributes as RFC 7643 has them [S-7-04, V4]', async () => {
    const [users, groups, enterprise] = await Promise.all(
      [USER, GROUP, ENTERPRISE].map(async (id) => (await client.get(`/Schemas/${id}`)).body),
    );
    expect(find(users, 'userName')).toMatchObject({
      type: 'string',
      multiValued: false,
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'server',
    });
    expect(find(users, 'groups')).toMatchObject({
      type: 'complex',
      multiValued: true,
      mutability: 'readOnly',
    });
    expect(find(users, 'groups', '$ref')).toMatchObject({
      type: 'reference',
      caseExact: true,
      mutability: 'readOnly',
      referenceTypes: ['Group'],
    });
    expect(find(users, 'emails', 'type')).toMatchObject({ canonicalValues: ['work', 'home', 'other'] });
    expect(find(users, 'emails', 'primary')).toMatchObject({ type: 'boolean' });
    expect(find(users, 'x509Certificates', 'value')).toMatchObject({ type: 'binary', caseExact: true });
    expect(find(groups, 'displayName')).toMatchObject({ type: 'string', required: true });
    expect(find(groups, 'members', 'value')).toMatchObject({ mutability: 'immutable' });
    expect(find(groups, 'members', '$ref')).toMatchObject({ referenceTypes: ['User', 'Group'] });
    expect(find(enterprise, 'manager', 'displayName')).toMatchObject({ mutability: 'readOnly' });
  });

  it('lets nobody write a schema [S-7-04]', async () => {
    const before = await client.get(`/Schemas/${USER}`);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expectError(await client.send(method, `/Schemas/${USER}`, { body: before.body }), 405);
    }
    expectError(await client.post('/Schemas', { ...before.body, id: 'urn:example:new' }), 405);
    expect((await client.get(`/Schemas/${USER}`)).text).toBe(before.text);
  });

  it.each(['/Schemas', '/ResourceTypes'])(
    'gives all of %s whatever page is asked for [P-4-05]',
    async (path) => {
      const whole = await client.get(path);
      const query = { count: 1, startIndex: 2, sortBy: 'id', sortOrder: 'descending', attributes: 'name' };
      const reply = await client.get(path, { query });
      expect(reply.text).toBe(whole.text);
      const { totalResults, itemsPerPage, startIndex, Resources } = reply.body;
      expect([totalResults, itemsPerPage, startIndex]).toEqual([Resources.length, Resources.length, 1]);
      expect((await client.get(path, { query: { count: 'x', startIndex: 'y' } })).text).toBe(whole.text);
    },
  );

  it('refuses to filter discovery [P-4-06, D1]', async () => {
    for (const path of [...ENDPOINTS, `/Schemas/${USER}`, '/ResourceTypes/User']) {
      expectError(await client.get(path, { query: { filter: 'name eq "User"' } }), 403);
    }
  });

  it('knows no other schema or resource type [P-4-07]', async () => {
    for (const id of ['urn:x', CONFIG, `${USER}2`, 'User', '__proto__', 'constructor']) {
      expectError(await client.get(`/Schemas/${id}`), 404);
    }
    for (const id of ['Device', USER, '__proto__', 'constructor', 'user']) {
      expectError(await client.get(`/ResourceTypes/${id}`), 404);
    }
  });

  it('lists no message among the schemas, nor the schemas of discovery itself [P-3.1-02, D-17]', async () => {
    const { text, body } = await client.get('/Schemas');
    expect(body.Resources.every(({ id }: { id: string }) => !id.includes(':messages:'))).toBe(true);
    expect(text).not.toContain(`"id":"${CONFIG}"`);
    for (const message of ['PatchOp', 'Error', 'ListResponse', 'SearchRequest']) {
      expectError(await client.get(`/Schemas/urn:ietf:params:scim:api:messages:2.0:${message}`), 404);
    }
  });

  it('answers 304 to who knows the document already [D-18]', async () => {
    for (const path of [...ENDPOINTS, `/Schemas/${USER}`]) {
      const first = await client.get(path);
      const tag = first.headers.etag!;
      expect(tag).toMatch(/^W\/"[^"]+"$/);
      for (const known of [tag, `"other", ${tag}`, '*', tag.slice(2)]) {
        const again = await client.get(path, { headers: { 'if-none-match': known } });
        expect([again.status, again.text, again.headers.etag]).toEqual([304, '', tag]);
      }
      const other = await client.get(path, { headers: { 'if-none-match': 'W/"other"' } });
      expect(other.status).toBe(200);
    }
  });
});

describe.each(ADAPTERS)('what ServiceProviderConfig says on %s', (adapter) => {
  let scim: ScimApp;
  afterEach(() => scim.close());
  const boot = async (settings: BootSettings): Promise<ScimClient> => {
    scim = await bootScim({ adapter, ...settings });
    return scim.client();
  };
  const config = async (client: ScimClient) => (await client.get('/ServiceProviderConfig')).body;

  it('is true of everything that is on [P-4-02]', async () => {
    const client = await boot({ scim: { maxCount: 3, defaultCount: 2 } });
    const { patch, filter, sort, etag, bulk, changePassword } = await config(client);
    expect([patch, sort, etag].every(({ supported }) => supported)).toBe(true);
    expect(filter).toEqual({ supported: true, maxResults: 3 });
    for (let i = 0; i < 5; i++) await createUser(client, { userName: `u${4 - i}` });
    const listed = await client.get('/Users', {
      query: { count: 100, sortBy: 'userName', filter: 'active eq true' },
    });
    expect(listed.body.Resources.map((u: { userName: string }) => u.userName)).toEqual(['u0', 'u1', 'u2']);
    const { id } = listed.body.Resources[0];
    expect((await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'T' }])).status).toBe(200);
    expect((await client.get(`/Users/${id}`)).headers.etag).toBe('W/"2"');
    expect(bulk.supported).toBe(true);
    const job = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: [] };
    expect((await client.post('/Bulk', job)).status).toBe(200);
    expect(changePassword.supported).toBe(false);
    const secret = await createUser(client, { password: 'correct horse' });
    expect(JSON.stringify(secret)).not.toContain('correct horse');
  });

  it('is true of PATCH that is off [P-4-02, P-3.12-20]', async () => {
    const client = await boot({ scim: { features: { patch: false } } });
    expect((await config(client)).patch).toEqual({ supported: false });
    const { id } = await createUser(client);
    for (const endpoint of ['/Users', '/Groups']) {
      expectError(await client.patch(`${endpoint}/${id}`, [{ op: 'add', path: 'title', value: 'T' }]), 501);
    }
    expect((await client.get(`/Users/${id}`)).body).not.toHaveProperty('title');
  });

  it('is true of filters that are off [P-4-02]', async () => {
    const client = await boot({ scim: { features: { filter: false } } });
    expect((await config(client)).filter.supported).toBe(false);
    await createUser(client);
    expectError(await client.get('/Users', { query: { filter: 'userName pr' } }), 400, 'invalidFilter');
    expectError(await client.post('/Users/.search', { filter: 'userName pr' }), 400, 'invalidFilter');
  });

  it('is true of sorting that is off [P-4-02]', async () => {
    const client = await boot({ scim: { features: { sort: false } } });
    expect((await config(client)).sort.supported).toBe(false);
    for (const userName of ['b', 'a']) await createUser(client, { userName });
    const sorted = await client.get('/Users', { query: { sortBy: 'userName' } });
    expect(sorted.text).toBe((await client.get('/Users')).text);
  });

  it('is true of entity tags that are off [P-4-02, P-3.14-01]', async () => {
    const client = await boot({ scim: { features: { etag: false } } });
    expect((await config(client)).etag.supported).toBe(false);
    const created = await client.post('/Users', user());
    expect(created.headers).not.toHaveProperty('etag');
    expect(created.body.meta).not.toHaveProperty('version');
    for (const path of ['/Users', `/Users/${created.body.id}`, '/Schemas']) {
      const reply = await client.get(path, { headers: { 'if-none-match': '*' } });
      expect(reply.status).toBe(200);
      expect(reply.headers).not.toHaveProperty('etag');
      expect(reply.headers['cache-control']).toBe('no-store');
      expect(reply.text).not.toContain('"version"');
    }
  });

  it('shows an extension of the host, and demands it where it is required [S-6-03, P-4-03, S-6-01]', async () => {
    const extensions = [{ schema: BadgeSchema, required: true }];
    const client = await boot({ scim: { users: { extensions } } });
    const { schemaExtensions } = (await client.get('/ResourceTypes/User')).body;
    expect(schemaExtensions).toContainEqual({ schema: BADGE, required: true });
    expect((await client.get(`/Schemas/${BADGE}`)).body).toMatchObject({
      id: BADGE,
      name: 'Badge',
      attributes: [{ name: 'number', type: 'string', required: true }],
    });
    const body = user();
    expectError(await client.post('/Users', body), 400, 'invalidValue');
    expectError(await client.post('/Users', { ...body, [BADGE]: {} }), 400, 'invalidValue');
    const schemas = [USER, BADGE];
    const created = await client.post('/Users', { ...body, schemas, [BADGE]: { number: '7' } });
    expect([created.status, created.body[BADGE]]).toEqual([201, { number: '7' }]);
    const path = `/Users/${created.body.id}`;
    expectError(await client.put(path, body), 400, 'invalidValue');
    expectError(await client.patch(path, [{ op: 'remove', path: BADGE }]), 400, 'mutability');
    expect((await client.get(path)).body[BADGE]).toEqual({ number: '7' });
  });

  it('is hidden from strangers where the host wants it so [S-5-04]', async () => {
    const client = await boot({ scim: { publicDiscovery: false } });
    for (const path of [...ENDPOINTS, `/Schemas/${USER}`]) {
      expectError(await client.as(undefined).get(path), 401);
      expect((await client.get(path)).status).toBe(200);
    }
  });

  it.each([
    [
      'the public address',
      { publicUrl: 'https://api.example.com/tenant-a/scim/v2/' },
      'https://api.example.com/tenant-a/scim/v2',
    ],
    ['a global prefix', {}, undefined],
  ])('carries %s in every location [D2, P-4-08, D-52]', async (_name, scimOptions, address) => {
    const prefixed = address === undefined;
    const client = await boot({
      scim: scimOptions,
      at: prefixed ? '/api/scim/v2' : '/scim/v2',
      configure: (app) => void (prefixed && app.setGlobalPrefix('api')),
    });
    const base = address ?? `${scim.origin}/api/scim/v2`;
    const forged = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
    };
    const created = await client.post('/Users', user(), { headers: forged });
    expect(created.headers.location).toBe(`${base}/Users/${created.body.id}`);
    expect(created.body.meta.location).toBe(`${base}/Users/${created.body.id}`);
    for (const path of [...ENDPOINTS, '/Users', '/Users/', '//Users']) {
      const { status, text } = await client.get(path, { headers: forged });
      expect(status).toBe(200);
      expect(text).not.toContain('evil.example');
      const locations = [...text.matchAll(/"location":"([^"]*)"/g)].map(([, location]) => location);
      expect(locations.length).toBeGreaterThan(0);
      expect(locations.every((location) => location!.startsWith(`${base}/`))).toBe(true);
    }
  });

  it('never believes a Host or forwarded header [S4, D2]', async () => {
    const client = await boot({});
    const { id } = await createUser(client);
    const { id: groupId } = (
      await client.post('/Groups', { schemas: [GROUP], displayName: fresh(), members: [{ value: id }] })
    ).body;
    const headers = {
      host: 'evil.example',
      forwarded: 'host=evil.example;proto=http',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-prefix': '/evil.example',
      'x-original-url': '/evil.example',
    };
    for (const path of [`/Users/${id}`, `/Groups/${groupId}`, '/Users', '/Schemas', '/Users/none']) {
      const reply = await client.get(path, { headers });
      expect(reply.text + JSON.stringify(reply.headers)).not.toContain('evil.example');
    }
    expect((await client.get(`/Groups/${groupId}`, { headers })).body.members[0].$ref).toBe(
      `${client.baseUrl}/Users/${id}`,
    );
  });
});

/** Every characteristic that has a meaning for the type, with a word of RFC 7643 §7. */
function checkAttribute(attribute: AttributeDocument, top: boolean): void {
  const { name, type, subAttributes, canonicalValues, referenceTypes } = attribute;
  expect(name).toMatch(/^\$?[A-Za-z][\w-]*$/);
  expect(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex']).toContain(
    type,
  );
  expect(attribute['description']).toMatch(/\S/);
  expect(attribute['multiValued']).toBeTypeOf('boolean');
  expect(attribute['required']).toBeTypeOf('boolean');
  expect(['readOnly', 'readWrite', 'immutable', 'writeOnly']).toContain(attribute['mutability']);
  expect(['always', 'never', 'default', 'request']).toContain(attribute['returned']);
  if (['string', 'reference', 'binary'].includes(type)) expect(attribute['caseExact']).toBeTypeOf('boolean');
  if (['string', 'reference'].includes(type)) {
    expect(['none', 'server', 'global']).toContain(attribute['uniqueness']);
  }
  expect(referenceTypes !== undefined).toBe(type === 'reference');
  if (canonicalValues !== undefined) expect(canonicalValues).toEqual(expect.any(Array));
  expect(subAttributes !== undefined).toBe(type === 'complex');
  if (subAttributes) {
    expect(top).toBe(true);
    for (const sub of subAttributes) checkAttribute(sub, false);
  }
}

function find(schema: { attributes: AttributeDocument[] }, name: string, sub?: string): AttributeDocument {
  const attribute = schema.attributes.find((candidate) => candidate.name === name)!;
  return sub === undefined
    ? attribute
    : attribute.subAttributes!.find((candidate) => candidate.name === sub)!;
}
