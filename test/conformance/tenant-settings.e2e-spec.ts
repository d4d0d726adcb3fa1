import { Injectable, Module } from '@nestjs/common';
import { ScimAttribute, ScimSchema, TenantSettings, type TenantSwitches } from 'nestjs-scim';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DATABASES } from '../support/databases.js';
import { createDevice, Device, DEVICE, device, LEASE, Policy, POLICY } from '../support/device.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, fresh, USER, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const BADGE = 'urn:example:params:scim:schemas:extension:badge:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

@ScimSchema({ id: BADGE, name: 'Badge' })
class Badge {
  @ScimAttribute({ required: true, uniqueness: 'server' })
  number!: string;
  @ScimAttribute({ returned: 'never', mutability: 'writeOnly' })
  code?: string;
}

/** What the host has switched, by tenant. */
@Injectable()
class Switchboard {
  readonly switches = new Map<string, TenantSwitches>();
  asked = 0;
}

@Injectable()
class HostSettings extends TenantSettings {
  constructor(private readonly board: Switchboard) {
    super();
  }

  override async resolve(tenantId: string): Promise<TenantSwitches> {
    this.board.asked++;
    if (tenantId === 'broken') throw new Error('The table of tenants is gone.');
    return this.board.switches.get(tenantId) ?? {};
  }
}

@Module({ providers: [Switchboard, HostSettings] })
class TenantsModule {}

const settings = {
  host: { imports: [TenantsModule] },
  scim: {
    tenantSettings: HostSettings,
    users: { extensions: [{ schema: Badge, required: true }] },
    resourceTypes: [Device, Policy],
  },
};

/** Clients of a new tenant with these switches. */
async function tenant(
  scim: ScimApp,
  switches: TenantSwitches,
): Promise<{ name: string; client: ScimClient; strict: ScimClient }> {
  const name = fresh('tenant');
  scim.app.get(Switchboard, { strict: false }).switches.set(name, switches);
  const client = await scim.client({ tenant: name });
  return { name, client, strict: await scim.client({ tenant: name, profile: 'strict' }) };
}

describe.each(ADAPTERS)('the discovery of a tenant on %s', (adapter) => {
  let scim: ScimApp;
  beforeAll(async () => {
    scim = await bootScim({ adapter, ...settings });
  });
  afterAll(() => scim.close());

  const urns = async (client: ScimClient): Promise<string[]> =>
    (await client.get('/Schemas')).body.Resources.map(({ id }: { id: string }) => id);

  it('shows its own extensions, types and features, to it alone [D-53]', async () => {
    const { client } = await tenant(scim, {
      features: { sort: false, bulk: false },
      hiddenExtensions: [BADGE.toUpperCase(), LEASE],
      hiddenResourceTypes: ['policy'],
    });
    const { client: other } = await tenant(scim, {});
    expect(await urns(client)).not.toEqual(expect.arrayContaining([BADGE]));
    expect(await urns(other)).toEqual(expect.arrayContaining([BADGE, LEASE, POLICY, DEVICE]));
    expect((await urns(client)).filter((urn) => [BADGE, LEASE, POLICY].includes(urn))).toEqual([]);
    expectError(await client.get(`/Schemas/${BADGE}`), 404);
    const types = (await client.get('/ResourceTypes')).body.Resources;
    expect(types.map(({ name }: { name: string }) => name)).toEqual(['User', 'Group', 'Device']);
    expect(types[0].schemaExtensions).toEqual([{ schema: ENTERPRISE, required: false }]);
    expect(types[2]).not.toHaveProperty('schemaExtensions');
    expectError(await client.get('/ResourceTypes/Policy'), 404);
    expect((await other.get('/ResourceTypes/Policy')).status).toBe(200);
    const { sort, bulk, patch } = (await client.get('/ServiceProviderConfig')).body;
    expect([sort.supported, bulk.supported, patch.supported]).toEqual([false, false, true]);
    expect((await other.get('/ServiceProviderConfig')).body.sort.supported).toBe(true);
    const [mine, theirs] = [await client.get('/Schemas'), await other.get('/Schemas')];
    expect(mine.headers.etag).not.toBe(theirs.headers.etag);
    const cached = await other.get('/Schemas', { headers: { 'if-none-match': mine.headers.etag! } });
    expect(cached.status).toBe(200);
  });

  it('is the common one without a token, and with a bad one [D-53]', async () => {
    const { client } = await tenant(scim, { hiddenExtensions: [BADGE] });
    for (const open of [client.as(undefined), client.as('scim_unknown')]) {
      expect(await urns(open)).toContain(BADGE);
    }
    expect(await urns(client)).not.toContain(BADGE);
  });

  it('fails with every other request when the switches cannot be read [D-53]', async () => {
    const client = await scim.client({ tenant: 'broken' });
    expectError(await client.get('/Users'), 500);
    expectError(await client.get('/Schemas'), 500);
    expect((await client.as(undefined).get('/Schemas')).status).toBe(200);
  });

  it('is asked for once in a while only', async () => {
    const { client } = await tenant(scim, {});
    const board = scim.app.get(Switchboard, { strict: false });
    const before = board.asked;
    for (let i = 0; i < 4; i++) await client.get('/Users');
    expect(board.asked - before).toBe(1);
  });
});

describe.each(DATABASES)('the switches of a tenant on %s', (database) => {
  let scim: ScimApp;
  beforeAll(async () => {
    scim = await bootScimOn(database, settings);
  });
  afterAll(() => scim.close());
  afterEach(() => void vi.useRealTimers());

  const withBadge = (more: object = {}): Record<string, unknown> =>
    user({ [BADGE]: { number: fresh('B'), code: 'c', ...more } });

  it('make an extension unknown: dropped or refused by the profile [D-53]', async () => {
    const { client, strict } = await tenant(scim, { hiddenExtensions: [BADGE] });
    // Required elsewhere, it is not required here.
    const plain = await client.post('/Users', withBadge());
    expect(plain.status).toBe(201);
    expect(plain.body.schemas).toEqual([USER]);
    expect(plain.body).not.toHaveProperty([BADGE]);
    expectError(await strict.post('/Users', withBadge()), 400, 'invalidSyntax');
    expectError(await strict.post('/Users', user({ schemas: [USER, BADGE] })), 400, 'invalidSyntax');
    const path = `/Users/${plain.body.id}`;
    const operation = { op: 'add', path: `${BADGE}:number`, value: 'B-9' };
    expect((await client.patch(path, [operation])).body.meta.version).toBe('W/"1"');
    expectError(await strict.patch(path, [operation]), 400, 'invalidPath');
    for (const filter of [`${BADGE}:number pr`, 'number pr']) {
      expectError(await client.get('/Users', { query: { filter } }), 400, 'invalidFilter');
      expectError(await client.get('/', { query: { filter } }), 400, 'invalidFilter');
    }
    expectError(await client.get('/Users', { query: { sortBy: `${BADGE}:number` } }), 400, 'invalidValue');
    const { client: other } = await tenant(scim, {});
    expectError(await other.post('/Users', user()), 400, 'invalidValue');
  });

  it('keep what is stored of an extension, unseen, through every change [D-53]', async () => {
    const { name, client } = await tenant(scim, {});
    const badge = { number: fresh('B') };
    const created = (await client.post('/Users', user({ [BADGE]: { ...badge, code: 'secret' } }))).body;
    const path = `/Users/${created.id}`;
    const inDatabase = async (): Promise<{ document: Record<string, unknown>; concealed: unknown }> => {
      const rows: { document: unknown; concealed: unknown }[] = await scim.dataSource.query(
        `select document, concealed from scim_user where id = '${created.id}'`,
      );
      const parsed = rows.map(({ document, concealed }) =>
        [document, concealed].map((value) => (typeof value === 'string' ? JSON.parse(value) : value)),
      );
      return { document: parsed[0]![0], concealed: parsed[0]![1] };
    };
    const board = scim.app.get(Switchboard, { strict: false });
    board.switches.set(name, { hiddenExtensions: [BADGE] });
    const { client: hiding, strict } = await resumed(name);
    const replies = [
      await hiding.get(path),
      await hiding.patch(path, [{ op: 'add', path: 'title', value: 'T' }]),
      await hiding.put(path, { schemas: [USER], userName: created.userName, title: 'U' }),
      await strict.put(path, { schemas: [USER], userName: created.userName, nickName: 'N' }),
      await hiding.get(path, { query: { attributes: `userName,${BADGE}:number` } }),
    ];
    for (const { status, body } of replies) {
      expect([status, body.schemas]).toEqual([200, [USER]]);
      expect(JSON.stringify(body)).not.toContain(badge.number);
    }
    const list = await hiding.get('/Users');
    expect(list.body.totalResults).toBe(1);
    expect(list.text).not.toContain(BADGE);
    const { document, concealed } = await inDatabase();
    expect(document[BADGE]).toEqual(badge);
    expect(document['schemas']).toEqual([USER, BADGE]);
    expect(concealed).toEqual({ [BADGE]: { code: 'secret' } });
    board.switches.set(name, {});
    const { client: seeing } = await resumed(name);
    const again = (await seeing.get(path)).body;
    expect(again).toMatchObject({ schemas: [USER, BADGE], nickName: 'N', [BADGE]: badge });
    expect(await seeing.ids('/Users', `${BADGE}:number eq "${badge.number}"`)).toEqual([created.id]);
  });

  /** Clients of the tenant when its switches are asked for again. */
  async function resumed(name: string): Promise<{ client: ScimClient; strict: ScimClient }> {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6000 });
    return {
      client: await scim.client({ tenant: name }),
      strict: await scim.client({ tenant: name, profile: 'strict' }),
    };
  }

  it('make a resource type unknown [D-53]', async () => {
    const { client } = await tenant(scim, { hiddenResourceTypes: ['Policy'] });
    const body = { schemas: [POLICY], serial: 'p' };
    expectError(await client.get('/Policies'), 404);
    expectError(await client.post('/Policies', body), 404);
    expectError(await client.post('/Policies/.search', {}), 404);
    expectError(await client.put('/Policies', body), 404);
    expectError(await client.delete('/Policies/x'), 404);
    const bulk = {
      schemas: [BULK],
      Operations: [{ method: 'POST', path: '/Policies', bulkId: 'a', data: body }],
    };
    expect((await client.post('/Bulk', bulk)).body.Operations[0].status).toBe('404');
    expectError(await client.get('/', { query: { filter: `${POLICY}:serial pr` } }), 400, 'invalidFilter');
    const { client: other } = await tenant(scim, {});
    expect((await other.post('/Policies', body)).status).toBe(201);
  });

  it('switch off PATCH, filter, sorting, Bulk and the root query [D-53]', async () => {
    const features = { patch: false, filter: false, sort: false, bulk: false, rootQuery: false };
    const { client } = await tenant(scim, { features, hiddenExtensions: [BADGE] });
    const { id } = await createUser(client);
    await createDevice(client, { serial: 'b' });
    await createDevice(client, { serial: 'a' });
    expectError(await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'x' }]), 501);
    expectError(await client.get('/Users', { query: { filter: 'userName pr' } }), 400, 'invalidFilter');
    expectError(await client.post('/Users/.search', { filter: 'userName pr' }), 400, 'invalidFilter');
    const sorted = (await client.get('/Devices', { query: { sortBy: 'serial' } })).body.Resources;
    expect(sorted.map(({ serial }: { serial: string }) => serial)).toEqual(['b', 'a']);
    expectError(await client.post('/Bulk', { schemas: [BULK], Operations: [] }), 501);
    expectError(await client.get('/'), 501);
    expectError(await client.post('/.search', {}), 501);
  });

  it('switch off PATCH inside of Bulk, and the filter of a root query [D-53]', async () => {
    const { client } = await tenant(scim, { features: { patch: false, filter: false } });
    const { id } = await createDevice(client);
    const data = { schemas: [PATCH_OP], Operations: [{ op: 'add', path: 'slots', value: 1 }] };
    const Operations = [{ method: 'PATCH', path: `/Devices/${id}`, data }];
    const reply = await client.post('/Bulk', { schemas: [BULK], Operations });
    expect(reply.body.Operations[0].status).toBe('501');
    expectError(await client.get('/', { query: { filter: 'serial pr' } }), 400, 'invalidFilter');
    expect((await client.get('/')).body.totalResults).toBe(1);
  });

  it('switch off entity tags: none are sent, preconditions are ignored [D-53, D-45]', async () => {
    const { client } = await tenant(scim, { features: { etag: false } });
    const created = await client.post('/Devices', device());
    expect(created.headers.etag).toBeUndefined();
    expect(created.headers['cache-control']).toBe('no-store');
    expect(created.body.meta).not.toHaveProperty('version');
    const path = `/Devices/${created.body.id}`;
    const stale = { headers: { 'if-match': 'W/"9"' } };
    expect((await client.get(path, { headers: { 'if-none-match': 'W/"1"' } })).status).toBe(200);
    const patched = await client.patch(path, [{ op: 'add', path: 'slots', value: 1 }], stale);
    expect([patched.status, patched.headers.etag]).toEqual([200, undefined]);
    const data = { schemas: [PATCH_OP], Operations: [{ op: 'add', path: 'slots', value: 2 }] };
    const Operations = [{ method: 'PATCH', path, version: 'W/"9"', data }];
    const [result] = (await client.post('/Bulk', { schemas: [BULK], Operations })).body.Operations;
    expect([result.status, result.version]).toEqual(['200', undefined]);
    expect((await client.get('/Schemas')).headers.etag).toBeUndefined();
    expect((await client.delete(path, stale)).status).toBe(204);
  });

  it('decide over unknown attributes in place of the profile [D-53]', async () => {
    const body = { shoeSize: 44, maker: { name: 'a', colour: 'red' } };
    const operations = [{ op: 'add', path: 'shoeSize', value: 44 }];
    const rejecting = await tenant(scim, { unknownAttributes: 'reject' });
    for (const client of [rejecting.client, rejecting.strict]) {
      const { id } = await createDevice(client);
      expectError(await client.post('/Devices', device(body)), 400, 'invalidSyntax');
      expectError(await client.patch(`/Devices/${id}`, operations), 400, 'invalidPath');
    }
    const ignoring = await tenant(scim, { unknownAttributes: 'ignore' });
    for (const client of [ignoring.client, ignoring.strict]) {
      const { id, maker } = await createDevice(client, body);
      expect(maker).toEqual({ name: 'a' });
      expect((await client.patch(`/Devices/${id}`, operations)).status).toBe(200);
    }
    // Nothing else of the profile changes.
    expectError(await ignoring.strict.post('/Devices', { serial: 'x' }), 400, 'invalidSyntax');
  });

  it('leave groups with their members as they are [D-53]', async () => {
    const { client } = await tenant(scim, { hiddenExtensions: [BADGE, ENTERPRISE] });
    const someone = await createUser(client, { [ENTERPRISE]: { department: 'x' } });
    expect(someone).not.toHaveProperty([ENTERPRISE]);
    const { id } = await createGroup(client, { members: [{ value: someone.id }] });
    expect((await client.get(`/Groups/${id}`)).body.members).toHaveLength(1);
    expect((await client.get(`/Users/${someone.id}`)).body.groups[0].value).toBe(id);
  });
});
