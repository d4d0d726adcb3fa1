import { EnterpriseUserSchema, ScimAttribute, ScimModule, ScimResourceType, ScimSchema } from 'nestjs-scim';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES } from '../support/databases.js';
import { createDevice, Device, DEVICE, device, Lease, LEASE, Policy, POLICY } from '../support/device.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, group, LIST, USER, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const UNKNOWN = '01a20b6f-0000-7000-8000-000000000000';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

describe.each(DATABASES)('a resource type of the host on %s', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;
  let tenants = 0;
  beforeAll(async () => {
    const adapter = database === 'sqlite' ? 'express' : 'fastify';
    scim = await bootScimOn(database, { adapter, scim: { resourceTypes: [Device, Policy] } });
  });
  afterAll(() => scim.close());
  beforeEach(async () => {
    const tenant = `tenant-${++tenants}`;
    client = await scim.client({ tenant });
    strict = await scim.client({ tenant, profile: 'strict' });
  });

  it('is created with id, meta, defaults and location [S-3.2-01, S-3.1-01, S-3.1-07]', async () => {
    const reply = await client.post('/Devices', device({ id: 'mine', serial: 'S-1', externalId: 'e' }));
    expect(reply.status).toBe(201);
    const { id, meta, ...rest } = reply.body;
    expect(rest).toEqual({ schemas: [DEVICE], externalId: 'e', serial: 'S-1', active: true });
    expect(id).not.toBe('mine');
    expect(meta).toEqual({
      resourceType: 'Device',
      created: meta.created,
      lastModified: meta.created,
      location: `${client.baseUrl}/Devices/${id}`,
      version: 'W/"1"',
    });
    expect(reply.headers.location).toBe(meta.location);
    expect(reply.headers.etag).toBe('W/"1"');
    expect((await client.get(`/Devices/${id}`)).body).toEqual(reply.body);
  });

  it('is checked against its schema [S-3.2-01, S-7-03]', async () => {
    expectError(await client.post('/Devices', { schemas: [DEVICE] }), 400, 'invalidValue');
    expectError(await client.post('/Devices', device({ slots: 'many' })), 400, 'invalidValue');
    expectError(await client.post('/Devices', device({ colour: 'Green' })), 400, 'invalidValue');
    expectError(await strict.post('/Devices', device({ userName: 'x' })), 400, 'invalidSyntax');
    expectError(await strict.post('/Devices', device({ schemas: [USER] })), 400, 'invalidSyntax');
    const { id, ...rest } = await createDevice(client, { state: 'on', userName: 'x', notes: 'n', pin: '1' });
    expect(rest).toMatchObject({ notes: 'n' });
    for (const name of ['state', 'userName', 'pin']) expect(rest).not.toHaveProperty(name);
    expect((await client.get(`/Devices/${id}`)).body).not.toHaveProperty('notes');
  });

  it('keeps a unique attribute unique in its own type only [S-7-02]', async () => {
    const { serial } = await createDevice(client);
    const other = await createDevice(client);
    const upper = serial.toUpperCase();
    expectError(await client.post('/Devices', device({ serial: upper })), 409, 'uniqueness');
    const operations = [{ op: 'replace', path: 'serial', value: upper }];
    expectError(await client.patch(`/Devices/${other.id}`, operations), 409, 'uniqueness');
    expect((await client.post('/Policies', { schemas: [POLICY], serial })).status).toBe(201);
    const elsewhere = await scim.client({ tenant: fresh('tenant') });
    expect((await elsewhere.post('/Devices', device({ serial }))).status).toBe(201);
  });

  it('is listed, counted and paged by itself [S-3.2-01, D-51]', async () => {
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await createDevice(client)).id);
    await client.post('/Policies', { schemas: [POLICY], serial: 'p' });
    await createUser(client);
    await createDevice(await scim.client({ tenant: fresh('tenant') }));
    const all = (await client.get('/Devices')).body;
    expect(all).toMatchObject({ schemas: [LIST], totalResults: 3, itemsPerPage: 3, startIndex: 1 });
    expect(all.Resources.map(({ id }: { id: string }) => id)).toEqual(ids);
    const second = (await client.get('/Devices', { query: { startIndex: 2, count: 1 } })).body;
    expect([second.totalResults, second.Resources[0].id]).toEqual([3, ids[1]]);
    expect((await client.get('/Devices', { query: { count: 0 } })).body.totalResults).toBe(3);
    const cursor = (await client.get('/Devices', { query: { cursor: '', count: 2 } })).body;
    expect([cursor.totalResults, cursor.Resources.length]).toEqual([3, 2]);
    const next = await client.get('/Devices', { query: { cursor: cursor.nextCursor, count: 2 } });
    expect(next.body.Resources.map(({ id }: { id: string }) => id)).toEqual([ids[2]]);
    expectError(
      await client.get('/Policies', { query: { cursor: cursor.nextCursor } }),
      400,
      'invalidCursor',
    );
  });

  it('is found by every kind of filter [S-3.2-01]', async () => {
    const wanted = await createDevice(client, {
      externalId: 'X',
      serial: 'Alpha-1',
      displayName: 'Left',
      tag: 'Tag',
      slots: 4,
      weight: 1.5,
      bought: '2026-01-02T03:04:05Z',
      active: false,
      groups: ['lab', 'hall'],
      members: [{ value: 'usb', type: 'front', primary: true }, { value: 'hdmi' }],
      maker: { name: 'Acme' },
      [LEASE]: { contract: 'C-7' },
    });
    await createDevice(client, { serial: 'Beta-1', tag: 'tag', members: [{ value: 'usb', type: 'back' }] });
    await client.post('/Policies', { schemas: [POLICY], serial: 'Alpha-1', tag: 'Tag' });
    for (const filter of [
      `id eq "${wanted.id}"`,
      'externalId eq "X"',
      'serial eq "ALPHA-1"',
      'serial sw "alpha"',
      'displayName co "ef"',
      'tag eq "Tag"',
      'slots ge 4',
      'weight lt 1.6',
      'bought gt "2026-01-01T00:00:00Z"',
      'active eq false',
      'groups eq "LAB"',
      'members.value eq "HDMI"',
      'members[value eq "usb" and type eq "front"]',
      'maker.name eq "acme"',
      `${DEVICE}:serial eq "alpha-1"`,
      `${LEASE}:contract eq "c-7"`,
      'contract pr',
      'not (serial eq "beta-1")',
      `serial eq "alpha-1" and meta.resourceType eq "Device"`,
      `tag eq "Tag" or tag eq "TAG"`,
    ]) {
      expect({ filter, ids: await client.ids('/Devices', filter) }).toEqual({ filter, ids: [wanted.id] });
    }
    expect(await client.ids('/Devices', 'meta.resourceType eq "Policy"')).toEqual([]);
    expect(await client.ids('/Devices', 'tag eq "Tag" or active eq true')).toHaveLength(2);
    for (const filter of ['userName eq "x"', 'pin eq "1"', 'serial gt 4', 'members.display pr']) {
      expectError(await client.get('/Devices', { query: { filter } }), 400, 'invalidFilter');
    }
    const search = await client.post('/Devices/.search', { filter: 'slots eq 4' });
    expect(search.body.Resources).toHaveLength(1);
  });

  it('is sorted by any of its attributes [S-3.2-01]', async () => {
    for (const [serial, slots] of [
      ['b', 2],
      ['A', 10],
      ['c', undefined],
    ]) {
      await createDevice(client, { serial, slots });
    }
    const order = async (query: Record<string, string>): Promise<string> => {
      const { body } = await client.get('/Devices', { query });
      return body.Resources.map(({ serial }: { serial: string }) => serial).join('');
    };
    expect(await order({ sortBy: 'serial' })).toBe('Abc');
    expect(await order({ sortBy: 'slots' })).toBe('bAc');
    expect(await order({ sortBy: 'slots', sortOrder: 'descending' })).toBe('cAb');
    expect(await order({ sortBy: 'meta.lastModified', sortOrder: 'descending' })).toBe('cAb');
  });

  it('is changed by PATCH, by the rules of its schema [S-3.2-01, S-7-03]', async () => {
    const { id } = await createDevice(client, { model: 'M', slots: 1, members: [{ value: 'usb' }] });
    const patched = await client.patch(`/Devices/${id}`, [
      { op: 'replace', path: 'slots', value: 2 },
      { op: 'add', path: 'members', value: [{ value: 'hdmi', primary: true }] },
      { op: 'replace', path: 'members[value eq "usb"].type', value: 'front' },
      { op: 'add', path: `${LEASE}:contract`, value: 'C-1' },
      { op: 'add', value: { maker: { name: 'Acme' } } },
    ]);
    expect(patched.status).toBe(200);
    expect(patched.body).toMatchObject({
      schemas: [DEVICE, LEASE],
      slots: 2,
      members: [
        { value: 'usb', type: 'front' },
        { value: 'hdmi', primary: true },
      ],
      maker: { name: 'Acme' },
      [LEASE]: { contract: 'C-1' },
    });
    expect(patched.headers.etag).toBe('W/"2"');
    expect(await client.ids('/Devices', 'members.value eq "hdmi"')).toEqual([id]);
    const refused = async (operation: object, scimType: string): Promise<void> =>
      expectError(await client.patch(`/Devices/${id}`, [operation]), 400, scimType);
    await refused({ op: 'replace', path: 'state', value: 'on' }, 'mutability');
    await refused({ op: 'replace', path: 'model', value: 'N' }, 'mutability');
    await refused({ op: 'remove', path: 'serial' }, 'mutability');
    await refused({ op: 'replace', path: 'slots', value: 'x' }, 'invalidValue');
    expectError(
      await strict.patch(`/Devices/${id}`, [{ op: 'add', path: 'userName', value: 'x' }]),
      400,
      'invalidPath',
    );
    expect((await client.get(`/Devices/${id}`)).body).toEqual(patched.body);
  });

  it('is not written by a PATCH that changes nothing [D-32]', async () => {
    const { id, meta } = await createDevice(client, { slots: 1 });
    const reply = await client.patch(`/Devices/${id}`, [{ op: 'replace', path: 'slots', value: 1 }]);
    expect(reply.body.meta).toEqual(meta);
  });

  it('is replaced by PUT, which clears what is left out [S-3.2-01, D-31]', async () => {
    const { id, serial } = await createDevice(client, {
      model: 'M',
      displayName: 'd',
      active: false,
      slots: 1,
    });
    const reply = await client.put(`/Devices/${id}`, { schemas: [DEVICE], serial, slots: 3 });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ id, serial, model: 'M', slots: 3, active: false });
    expect(reply.body).not.toHaveProperty('displayName');
    const moved = await client.put(`/Devices/${id}`, { schemas: [DEVICE], serial, model: 'N' });
    expectError(moved, 400, 'mutability');
    expectError(await client.put(`/Devices/${UNKNOWN}`, device()), 404);
  });

  it('is deleted, and its unique values are free again [S-3.2-01]', async () => {
    const { id, serial } = await createDevice(client);
    const reply = await client.delete(`/Devices/${id}`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expectError(await client.get(`/Devices/${id}`), 404);
    expectError(await client.delete(`/Devices/${id}`), 404);
    expect((await client.get('/Devices')).body.totalResults).toBe(0);
    expect((await createDevice(client, { serial })).id).not.toBe(id);
  });

  it('honours entity tags [S-3.2-01, P-3.14-01]', async () => {
    const { id, serial } = await createDevice(client);
    const known = await client.get(`/Devices/${id}`, { headers: { 'if-none-match': 'W/"1"' } });
    expect([known.status, known.text]).toEqual([304, '']);
    const stale = { headers: { 'if-match': 'W/"9"' } };
    expectError(await client.put(`/Devices/${id}`, device({ serial }), stale), 412);
    expectError(await client.patch(`/Devices/${id}`, [{ op: 'add', path: 'slots', value: 1 }], stale), 412);
    expectError(await client.delete(`/Devices/${id}`, stale), 412);
    expect((await client.delete(`/Devices/${id}`, { headers: { 'if-match': 'W/"1"' } })).status).toBe(204);
  });

  it('is projected [S-3.2-01]', async () => {
    const { id } = await createDevice(client, {
      label: 'L',
      notes: 'n',
      slots: 1,
      maker: { name: 'a', batch: 'b' },
      [LEASE]: { contract: 'C', note: 'x' },
    });
    const seen = async (query: Record<string, string>): Promise<unknown> => {
      const { meta: _meta, ...rest } = (await client.get(`/Devices/${id}`, { query })).body;
      return rest;
    };
    expect(await seen({ attributes: 'notes,maker.name' })).toEqual({
      schemas: [DEVICE, LEASE],
      id,
      label: 'L',
      notes: 'n',
      maker: { name: 'a' },
    });
    expect(await seen({ attributes: `${LEASE}:note` })).toEqual({
      schemas: [DEVICE, LEASE],
      id,
      label: 'L',
      [LEASE]: { note: 'x' },
    });
    const excluded = await seen({ excludedAttributes: `label,maker,serial,active,${LEASE}` });
    expect(excluded).toEqual({ schemas: [DEVICE, LEASE], id, label: 'L', slots: 1 });
  });

  it('takes parallel changes without losing one', async () => {
    const { id } = await createDevice(client);
    const names = ['displayName', 'tag', 'label', 'colour', 'slots', 'weight'];
    const values = ['a', 'b', 'c', 'Red', 1, 2];
    const replies = await Promise.all(
      names.map((path, i) => client.patch(`/Devices/${id}`, [{ op: 'add', path, value: values[i] }])),
    );
    expect(replies.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await client.get(`/Devices/${id}`);
    expect(names.map((name) => body[name])).toEqual(values);
    expect(body.meta.version).toBe('W/"7"');
  });

  it('is part of queries at the base address, in its tenant [P-3.4.2.1-01]', async () => {
    const { id } = await createDevice(client, { displayName: 'shared' });
    const someone = await createUser(client, { displayName: 'shared' });
    const found = await client.ids('/', 'displayName eq "shared"');
    expect(found.toSorted()).toEqual([id, someone.id].toSorted());
    expect(await client.ids('/', 'meta.resourceType eq "Device"')).toEqual([id]);
  });

  it('is created, changed and deleted by Bulk [S-3.2-01]', async () => {
    const { serial } = await createDevice(client);
    const made = await createDevice(client);
    const gone = await createDevice(client);
    const operation = (method: string, path: string, data?: object) => ({
      method,
      path,
      bulkId: fresh('op'),
      data,
    });
    const patch = { schemas: [PATCH_OP], Operations: [{ op: 'add', path: 'slots', value: 9 }] };
    const reply = await client.post('/Bulk', {
      schemas: [BULK],
      Operations: [
        operation('POST', '/Devices', device()),
        operation('POST', '/Devices', device({ serial })),
        operation('POST', '/Devices', device()),
        operation('POST', '/Policies', { schemas: [POLICY], serial }),
        operation('PATCH', `/Devices/${made.id}`, patch),
        operation('DELETE', `/Devices/${gone.id}`),
      ],
    });
    const status = reply.body.Operations.map((each: { status: string }) => each.status);
    expect(status).toEqual(['201', '409', '201', '201', '200', '204']);
    expect((await client.get(`/Devices/${made.id}`)).body.slots).toBe(9);
    expect((await client.get('/Devices')).body.totalResults).toBe(4);
  });

  it('is unknown under the endpoint of another type, and to other tenants [D-51]', async () => {
    const { id } = await createDevice(client);
    const { id: userId } = await createUser(client);
    const elsewhere = await scim.client({ tenant: fresh('tenant') });
    for (const [from, path] of [
      [client, `/Policies/${id}`],
      [client, `/Users/${id}`],
      [client, `/Devices/${userId}`],
      [elsewhere, `/Devices/${id}`],
    ] as const) {
      expectError(await from.get(path), 404);
      expectError(await from.put(path, { ...device(), schemas: [DEVICE, POLICY, USER], userName: 'x' }), 404);
      expectError(await from.patch(path, [{ op: 'add', path: 'externalId', value: 'x' }]), 404);
      expectError(await from.delete(path), 404);
    }
    expect(await elsewhere.ids('/Devices', `id eq "${id}"`)).toEqual([]);
    expect((await client.get(`/Devices/${id}`)).body.meta.version).toBe('W/"1"');
    expect((await client.get(`/Users/${userId}`)).status).toBe(200);
  });

  it('is no member of a group, and changes none when it is deleted', async () => {
    const { id } = await createDevice(client);
    const body = group({ members: [{ value: id }] });
    expectError(await client.post('/Groups', body), 400, 'invalidValue');
    const { id: groupId } = await createGroup(client);
    await client.delete(`/Devices/${id}`);
    expect((await client.get(`/Groups/${groupId}`)).body.meta.version).toBe('W/"1"');
  });

  it('is for tokens with its scopes [S-3.2-01]', async () => {
    const tenant = fresh('tenant');
    const reader = await scim.client({ tenant, scopes: ['resources:read'] });
    const writer = await scim.client({ tenant, scopes: ['resources:write'] });
    const others = await scim.client({ tenant, scopes: ['users:read', 'users:write', 'groups:write'] });
    const { id } = await createDevice(writer);
    expect((await reader.get(`/Devices/${id}`)).status).toBe(200);
    expect((await reader.post('/Devices/.search', {})).status).toBe(200);
    for (const refused of [
      await reader.post('/Devices', device()),
      await reader.delete(`/Devices/${id}`),
      await writer.get(`/Devices/${id}`),
      await others.get('/Devices'),
      await others.post('/Devices', device()),
      await reader.get('/Users'),
    ]) {
      expectError(refused, 403);
    }
    const bulk = { schemas: [BULK], Operations: [{ method: 'DELETE', path: `/Devices/${id}` }] };
    expect((await others.post('/Bulk', bulk)).body.Operations[0].status).toBe('403');
    expect((await reader.get('/')).body.totalResults).toBe(1);
  });
});

describe.each(ADAPTERS)('the endpoint of a resource type on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    const described = { schema: Policy, name: 'Rule', endpoint: '/house-rules', description: 'A rule.' };
    const types = [Device, described];
    scim = await bootScim({ adapter, scim: { resourceTypes: types } });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('is the plural of its name or what was given, and works as discovery says [P-3.2-02, S-6-01]', async () => {
    const { body } = await client.get('/ResourceTypes');
    expect(body.Resources.map(({ name }: { name: string }) => name)).toEqual([
      'User',
      'Group',
      'Device',
      'Rule',
    ]);
    const [devices, rules] = body.Resources.slice(2);
    expect(devices).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'Device',
      name: 'Device',
      endpoint: '/Devices',
      description: 'A device that people use.',
      schema: DEVICE,
      schemaExtensions: [{ schema: LEASE, required: false }],
      meta: { resourceType: 'ResourceType', location: `${client.baseUrl}/ResourceTypes/Device` },
    });
    expect(rules).toMatchObject({ endpoint: '/house-rules', description: 'A rule.', schema: POLICY });
    expect(rules).not.toHaveProperty('schemaExtensions');
    expect((await client.get('/ResourceTypes/Device')).body).toEqual(devices);
    for (const { endpoint, schema, name } of [devices, rules]) {
      const created = await client.post(endpoint, { schemas: [schema], serial: fresh() });
      expect([created.status, created.body.meta.resourceType]).toEqual([201, name]);
      expect(created.body.meta.location).toBe(`${client.baseUrl}${endpoint}/${created.body.id}`);
    }
  });

  it('has its schemas in discovery [S-3.2-01, S-7-04]', async () => {
    const { body } = await client.get('/Schemas');
    const ids = body.Resources.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining([DEVICE, LEASE, POLICY]));
    const schema = (await client.get(`/Schemas/${DEVICE}`)).body;
    expect(schema.attributes.find(({ name }: { name: string }) => name === 'serial')).toMatchObject({
      type: 'string',
      required: true,
      uniqueness: 'server',
    });
    expect((await client.get(`/Schemas/${LEASE}`)).body.name).toBe('Lease');
  });

  it('answers 405 for methods that it does not have, and 404 in another case [P-3.2-03, D-03]', async () => {
    const { id } = await createDevice(client);
    for (const [method, path, allow] of [
      ['PUT', '/Devices', 'GET, HEAD, POST'],
      ['DELETE', '/Devices', 'GET, HEAD, POST'],
      ['POST', `/Devices/${id}`, 'GET, HEAD, PUT, PATCH, DELETE'],
      ['GET', '/Devices/.search', 'POST'],
      ['DELETE', '/house-rules', 'GET, HEAD, POST'],
    ] as const) {
      const reply = await client.send(method, path, { body: device() });
      expectError(reply, 405);
      expect(reply.headers.allow).toBe(allow);
    }
    for (const path of ['/devices', '/DEVICES', `/devices/${id}`, '/Device', '/Rules', `/Devices/${id}/x`]) {
      expectError(await client.get(path), 404);
    }
    expect((await client.get('/Devices/')).status).toBe(200);
    expect((await client.send('HEAD', `/Devices/${id}`)).status).toBe(200);
    expectError(await client.as(undefined).get('/Devices'), 401);
  });
});

describe.each(ADAPTERS)('an extension on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  const required = { schema: Lease, required: true };
  beforeAll(async () => {
    scim = await bootScim({
      adapter,
      scim: {
        users: { extensions: [required] },
        groups: { extensions: [{ schema: Lease, required: false }] },
        resourceTypes: [{ schema: Device, extensions: [required] }],
      },
    });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it.each([
    ['/Users', user],
    ['/Devices', device],
  ])('that is required has to come with every POST and PUT to %s [S-6-03]', async (endpoint, body) => {
    expectError(await client.post(endpoint, body()), 400, 'invalidValue');
    expectError(await client.post(endpoint, body({ [LEASE]: {} })), 400, 'invalidValue');
    expectError(await client.post(endpoint, body({ [LEASE]: { note: 'n' } })), 400, 'invalidValue');
    const created = await client.post(endpoint, body({ [LEASE]: { contract: 'C' } }));
    expect(created.status).toBe(201);
    expect(created.body.schemas).toContain(LEASE);
    const path = `${endpoint}/${created.body.id}`;
    const { [LEASE]: lease, ...without } = created.body;
    expectError(await client.put(path, without), 400, 'invalidValue');
    expectError(await client.patch(path, [{ op: 'remove', path: LEASE }]), 400, 'mutability');
    expectError(await client.patch(path, [{ op: 'remove', path: `${LEASE}:contract` }]), 400, 'mutability');
    expect((await client.get(path)).body[LEASE]).toEqual(lease);
    expect((await client.put(path, { ...without, [LEASE]: { contract: 'D' } })).status).toBe(200);
  });

  it('that is optional may be left out, but not in parts [S-6-03]', async () => {
    expect((await client.post('/Groups', group())).status).toBe(201);
    expectError(await client.post('/Groups', group({ [LEASE]: { note: 'n' } })), 400, 'invalidValue');
    expect((await client.post('/Groups', group({ [LEASE]: { contract: 'C' } }))).status).toBe(201);
  });

  it('says in discovery whether it is required [S-6-01]', async () => {
    const types = (await client.get('/ResourceTypes')).body.Resources;
    const shown = types.map(
      (type: { name: string; schemaExtensions?: { schema: string; required: boolean }[] }) => [
        type.name,
        type.schemaExtensions?.find(({ schema }) => schema === LEASE)?.required,
      ],
    );
    expect(shown).toEqual([
      ['User', true],
      ['Group', false],
      ['Device', true],
    ]);
  });
});

@ScimResourceType()
@ScimSchema({ id: 'urn:example:scim:2.0:Spaced', name: 'Spaced' })
class Spaced {
  @ScimAttribute({ name: 'a b' })
  ab?: string;
}

@ScimResourceType()
@ScimSchema({ id: 'urn:example:scim:2.0:Counted', name: 'Counted' })
class Counted {
  @ScimAttribute({ type: 'integer', computed: true, mutability: 'readOnly' })
  total?: number;
}

@ScimSchema({ id: 'urn:example:scim:2.0:Bare', name: 'Bare' })
class Bare {
  @ScimAttribute()
  name?: string;
}

describe('a resource type cannot be declared', () => {
  it.each([
    ['with an attribute that has no name of the RFC [S-2.1-02]', Spaced, /Spaced\.ab/],
    ['with an attribute that nobody computes', Counted, /Counted:total cannot be computed/],
    [
      'with an extension that is computed for users alone',
      { schema: Bare, extensions: [EnterpriseUserSchema] },
      /displayName cannot be computed/,
    ],
    ['without its decorator', Bare, /Bare is no resource type: it lacks @ScimResourceType/],
  ])('%s', (_what, type, message) => {
    expect(() => ScimModule.forRoot({ resourceTypes: [type] })).toThrow(message);
  });

  it.each([
    ['twice [S-6-02]', [Device, Device], /name is taken/],
    ['at an endpoint that is taken [S-6-02]', [{ schema: Bare, endpoint: '/users' }], /\/users is taken/],
    ['under the name of a core type [S-6-02]', [{ schema: Bare, name: 'user' }], /name is taken/],
    ['at an endpoint of the protocol', [{ schema: Bare, endpoint: '/Schemas' }], /reserved/],
    ['at an endpoint of two segments', [{ schema: Bare, endpoint: '/a/b' }], /one path segment/],
    ['under a name that is too long', [{ schema: Bare, name: 'x'.repeat(65) }], /64 at most/],
    ['with an extension twice', [{ schema: Bare, extensions: [Lease, Lease] }], /listed twice/],
    ['with its own schema as extension', [{ schema: Bare, extensions: [Bare] }], /listed twice/],
  ])('%s', async (_what, resourceTypes, message) => {
    await expect(bootScim({ scim: { resourceTypes } })).rejects.toThrow(message);
  });
});
