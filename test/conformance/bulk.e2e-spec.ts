import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, ERROR, fresh, group, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type BootSettings, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

type Operation = Record<string, unknown>;

const postUser = (bulkId: string, more: Record<string, unknown> = {}): Operation => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: user(more),
});
const postGroup = (
  bulkId: string,
  members: readonly string[],
  more: Record<string, unknown> = {},
): Operation => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: group({ members: members.map((value) => ({ value })), ...more }),
});
const patch = (path: string, operations: unknown, more: Operation = {}): Operation => ({
  method: 'PATCH',
  path,
  data: { schemas: [PATCH], Operations: operations },
  ...more,
});
const drop = (path: string, more: Operation = {}): Operation => ({ method: 'DELETE', path, ...more });

function send(
  client: ScimClient,
  operations: unknown,
  more: Record<string, unknown> = {},
): Promise<ScimReply> {
  return client.post('/Bulk', { schemas: [REQUEST], Operations: operations, ...more });
}

/** The results of a job that was run. */
async function results(
  client: ScimClient,
  operations: unknown,
  more: Record<string, unknown> = {},
  // oxlint-disable-next-line typescript/no-explicit-any
): Promise<any[]> {
  const reply = await send(client, operations, more);
  expect(reply.status, reply.text).toBe(200);
  expect(reply.body.schemas).toEqual([RESPONSE]);
  expect(Object.keys(reply.body as object)).toEqual(['schemas', 'Operations']);
  return reply.body.Operations as unknown[];
}

const statuses = (list: readonly { status: string }[]): string[] => list.map(({ status }) => status);
const idOf = ({ location }: { location: string }): string => location.slice(location.lastIndexOf('/') + 1);
async function membersOf(client: ScimClient, id: string): Promise<string[]> {
  const { body } = await client.get(`/Groups/${id}`);
  return (body.members as { value: string }[]).map(({ value }) => value).toSorted();
}

describe('POST /Bulk (RFC 7644 §3.7)', () => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;
  beforeAll(async () => {
    scim = await bootScim();
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
  });
  afterAll(() => scim.close());

  it('runs every method and reports each result in the order of the request [P-3.7-03, P-3.7.3-01, P-3.7.3-03]', async () => {
    const [a, b, c] = [await createUser(client), await createUser(client), await createUser(client)];
    const list = await results(client, [
      postUser('new'),
      {
        method: 'PUT',
        path: `/Users/${a.id}`,
        data: user({ userName: a.userName, title: 'T' }),
        bulkId: 'put',
      },
      patch(`/Users/${b.id}`, [{ op: 'add', path: 'title', value: 'U' }]),
      drop(`/Users/${c.id}`),
    ]);
    const at = (id: string): string => `${client.baseUrl}/Users/${id}`;
    expect(list).toEqual([
      {
        location: expect.stringMatching(/\/Users\/[0-9a-f-]{36}$/),
        method: 'POST',
        bulkId: 'new',
        version: 'W/"1"',
        status: '201',
      },
      { location: at(a.id), method: 'PUT', bulkId: 'put', version: 'W/"2"', status: '200' },
      { location: at(b.id), method: 'PATCH', version: 'W/"2"', status: '200' },
      { location: at(c.id), method: 'DELETE', status: '204' },
    ]);
    expect((await client.get(`/Users/${idOf(list[0])}`)).status).toBe(200);
    expect((await client.get(`/Users/${a.id}`)).body.title).toBe('T');
    expect((await client.get(`/Users/${b.id}`)).body.title).toBe('U');
    expectError(await client.get(`/Users/${c.id}`), 404);
  });

  it('refuses a message of another kind [P-3.7-02]', async () => {
    for (const as of [client, strict]) {
      expectError(await send(as, [], { schemas: [PATCH] }), 400, 'invalidSyntax');
      expectError(await send(as, {}), 400, 'invalidSyntax');
      expectError(await send(as, [7]), 400, 'invalidSyntax');
      expectError(await as.post('/Bulk', { schemas: [REQUEST] }), 400, 'invalidSyntax');
    }
    expectError(await send(strict, [], { schemas: undefined }), 400, 'invalidSyntax');
    expect(await results(client, [], { schemas: undefined })).toEqual([]);
  });

  it('answers an empty list of operations with no results, the strict profile with 400', async () => {
    expect(await results(client, [])).toEqual([]);
    expectError(await send(strict, []), 400, 'invalidSyntax');
  });

  it.each([
    ['no method', { path: '/Users', bulkId: 'x', data: {} }],
    ['GET', { method: 'GET', path: '/Users', bulkId: 'x' }],
    ['a method that is no text', { method: 1, path: '/Users', bulkId: 'x' }],
    ['no path', { method: 'POST', bulkId: 'x', data: {} }],
    ['no data', { method: 'POST', path: '/Users', bulkId: 'x' }],
    ['data that is no object', { method: 'POST', path: '/Users', bulkId: 'x', data: 'x' }],
    ['PUT without data', { method: 'PUT', path: '/Users/1' }],
    ['PATCH without data', { method: 'PATCH', path: '/Users/1' }],
    ['a version that is no text', { method: 'DELETE', path: '/Users/1', version: 1 }],
    ['a bulkId that is no text', { method: 'POST', path: '/Users', bulkId: 1, data: {} }],
  ])('fails one operation for %s and runs the other [P-3.7-03, P-3.7-08]', async (_, operation) => {
    const list = await results(client, [operation, postUser('good')]);
    expect(statuses(list)).toEqual(['400', '201']);
    expect(list[0].response).toMatchObject({ schemas: [ERROR], status: '400', scimType: 'invalidSyntax' });
  });

  it('takes methods in any letter case, the strict profile in upper case only [P-3.7-03]', async () => {
    const operation = { ...postUser('a'), method: 'post' };
    expect(statuses(await results(client, [operation]))).toEqual(['201']);
    expect(statuses(await results(strict, [operation]))).toEqual(['400']);
  });

  it('takes paths relative to the base and no others [P-3.7-04]', async () => {
    const { id } = await createUser(client);
    const good = [
      { ...postUser('a'), path: 'Users' },
      patch(`Users/${id}`, [{ op: 'add', path: 'title', value: 'x' }]),
    ];
    expect(statuses(await results(client, good))).toEqual(['201', '200']);
    const bad = [
      `${client.baseUrl}/Users`,
      '//host/Users',
      '/Bulk',
      '/Me',
      '/Schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
      '/Users/.search',
      '/.search',
      '/Users?attributes=userName',
      `/Users/${id}`,
      '',
    ];
    for (const path of bad) {
      const [result] = await results(client, [{ ...postUser('a'), path }]);
      expect([path, result.status, result.response.scimType, result.location]).toEqual([
        path,
        '400',
        'invalidSyntax',
        undefined,
      ]);
    }
    for (const path of ['/users', '/Nothing']) {
      expect(statuses(await results(client, [{ ...postUser('a'), path }]))).toEqual(['404']);
    }
    for (const path of ['/Users', `/Users/${id}/x`])
      expect(statuses(await results(client, [drop(path)]))).toEqual(['400']);
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it('wants a bulkId for POST that is unique in the request [P-3.7-05]', async () => {
    const list = await results(client, [postUser('a'), postUser('a'), postUser('b')]);
    expect(statuses(list)).toEqual(['201', '400', '201']);
    expect(list[1].response.scimType).toBe('invalidSyntax');
    const without = { ...postUser('a'), bulkId: undefined };
    const [tolerated] = await results(client, [without]);
    expect([tolerated.status, 'bulkId' in tolerated]).toEqual(['201', false]);
    expect(statuses(await results(strict, [without]))).toEqual(['400']);
  });

  it('takes a PatchOp message as data of PATCH; a bare list is tolerated [P-3.7-06]', async () => {
    const { id } = await createUser(client);
    const operations = [{ op: 'replace', path: 'title', value: 'a' }];
    const bare = { method: 'PATCH', path: `/Users/${id}`, data: operations };
    expect(statuses(await results(client, [patch(`/Users/${id}`, operations), bare]))).toEqual([
      '200',
      '200',
    ]);
    expect(statuses(await results(strict, [patch(`/Users/${id}`, operations), bare]))).toEqual([
      '200',
      '400',
    ]);
  });

  it('runs an operation with a version only on that version [P-3.7-07]', async () => {
    const { id, userName } = await createUser(client);
    const path = `/Users/${id}`;
    const change = [{ op: 'replace', path: 'title', value: 'a' }];
    const list = await results(client, [
      patch(path, change, { version: 'W/"1"' }),
      patch(path, [{ op: 'replace', path: 'title', value: 'b' }], { version: 'W/"1"' }),
      { method: 'PUT', path, data: user({ userName }), version: 'W/"1"' },
      drop(path, { version: 'W/"1"' }),
    ]);
    expect(statuses(list)).toEqual(['200', '412', '412', '412']);
    expect(list[3]).toMatchObject({ location: `${client.baseUrl}${path}`, response: { status: '412' } });
    expect((await client.get(path)).body.title).toBe('a');
    expect(statuses(await results(client, [drop(path, { version: 'W/"2"' })]))).toEqual(['204']);
  });

  it('answers 200 when single operations fail, with the error of each [P-3.7-08, P-3.7.3-02, P-3.12-03, D-10]', async () => {
    const { userName } = await createUser(client);
    const list = await results(client, [
      postUser('a', { userName }),
      postUser('b'),
      patch('/Users/nobody', [{ op: 'add', path: 'title', value: 'x' }]),
    ]);
    expect(list).toEqual([
      {
        method: 'POST',
        bulkId: 'a',
        status: '409',
        response: { schemas: [ERROR], status: '409', scimType: 'uniqueness', detail: expect.any(String) },
      },
      { location: expect.any(String), method: 'POST', bulkId: 'b', version: 'W/"1"', status: '201' },
      {
        location: `${client.baseUrl}/Users/nobody`,
        method: 'PATCH',
        status: '404',
        response: { schemas: [ERROR], status: '404', detail: expect.any(String) },
      },
    ]);
  });

  it('tries everything without failOnErrors and stops at that many errors with it [P-3.7-09]', async () => {
    const bad = (): Operation => postUser(fresh(), { userName: 7 });
    const good = (): Operation => postUser(fresh());
    const missing = drop('/Users/nobody');
    expect(statuses(await results(client, [bad(), good(), missing, good()]))).toEqual([
      '400',
      '201',
      '404',
      '201',
    ]);
    const late = good();
    const stopped = await results(client, [bad(), late], { failOnErrors: 1 });
    expect(statuses(stopped)).toEqual(['400']);
    expect(
      await client.ids('/Users', `userName eq "${(late['data'] as { userName: string }).userName}"`),
    ).toEqual([]);
    expect(statuses(await results(client, [good(), good(), bad()], { failOnErrors: 1 }))).toEqual([
      '201',
      '201',
      '400',
    ]);
    expect(
      statuses(await results(client, [good(), bad(), good(), missing, good(), bad()], { failOnErrors: 2 })),
    ).toEqual(['201', '400', '201', '404']);
    expect(statuses(await results(client, [good(), bad(), good()], { failOnErrors: 9 }))).toEqual([
      '201',
      '400',
      '201',
    ]);
  });

  it('leaves what comes after the last allowed error in a batch undone [P-3.7-09]', async () => {
    const { userName } = await createUser(client);
    const names = [fresh(), fresh(), userName, fresh(), fresh()];
    const list = await results(
      client,
      names.map((name, i) => postUser(`u${i}`, { userName: name })),
      { failOnErrors: 1 },
    );
    expect(statuses(list)).toEqual(['201', '201', '409']);
    for (const [i, name] of names.entries()) {
      expect(await client.ids('/Users', `userName eq "${name}"`)).toHaveLength(i < 3 ? 1 : 0);
    }
  });

  it.each([0, -1, 1.5, '1', true, []])('refuses failOnErrors %j [P-3.7-10]', async (failOnErrors) => {
    expectError(await send(client, [postUser('a')], { failOnErrors }), 400, 'invalidValue');
  });

  it('resolves references in members, manager, PATCH values, filters, $ref and paths [P-3.7.2-01, P-3.7.2-02, P-3.7.2-04, B1]', async () => {
    const team = await createGroup(client);
    const list = await results(client, [
      postUser('boss'),
      postUser('u1', { [ENTERPRISE]: { manager: { value: 'bulkId:boss' } } }),
      postUser('u2'),
      postGroup('g', ['bulkId:u1', 'bulkId:u2']),
      postGroup('byRef', [], {
        members: [{ $ref: '../Users/bulkId:u1' }, { $ref: `${client.baseUrl}/Users/bulkId:u2` }],
      }),
      patch(`/Groups/${team.id}`, [
        { op: 'add', path: 'members', value: [{ value: 'bulkId:u1' }, { value: 'bulkId:boss' }] },
      ]),
      patch('/Groups/bulkId:g', [{ op: 'remove', path: 'members[value eq "bulkId:u2"]' }]),
      patch('/Users/bulkId:u2', [
        { op: 'add', path: `${ENTERPRISE}:manager`, value: { value: 'bulkId:boss' } },
      ]),
      {
        method: 'PUT',
        path: '/Users/bulkId:boss',
        data: user({ [ENTERPRISE]: { manager: { value: 'bulkId:u2' } } }),
      },
    ]);
    expect(statuses(list)).toEqual(['201', '201', '201', '201', '201', '204', '204', '200', '200']);
    const [boss, u1, u2, g, byRef] = list.map(idOf);
    expect(list.slice(0, 5).map(({ bulkId }) => bulkId)).toEqual(['boss', 'u1', 'u2', 'g', 'byRef']);
    expect(list[6].location).toBe(`${client.baseUrl}/Groups/${g}`);
    expect(await membersOf(client, g!)).toEqual([u1]);
    expect(await membersOf(client, byRef!)).toEqual([u1, u2].toSorted());
    expect(await membersOf(client, team.id)).toEqual([u1, boss].toSorted());
    const managerOf = async (id: string): Promise<string> =>
      (await client.get(`/Users/${id}`)).body[ENTERPRISE].manager.value as string;
    expect([await managerOf(u1!), await managerOf(u2!), await managerOf(boss!)]).toEqual([boss, boss, u2]);
  });

  it('resolves references that lead forward [P-3.7.2-03, P-3.7.3-03, B1]', async () => {
    const team = await createGroup(client);
    const list = await results(client, [
      postGroup('g', ['bulkId:u1', 'bulkId:u2']),
      patch(`/Groups/${team.id}`, [{ op: 'add', path: 'members', value: [{ value: 'bulkId:u2' }] }]),
      patch('/Users/bulkId:u1', [{ op: 'add', path: 'title', value: 'T' }]),
      postUser('u1', { [ENTERPRISE]: { manager: { value: 'bulkId:u2' } } }),
      postUser('u2'),
    ]);
    expect(list.map(({ method, bulkId, status }) => [method, bulkId, status])).toEqual([
      ['POST', 'g', '201'],
      ['PATCH', undefined, '204'],
      ['PATCH', undefined, '200'],
      ['POST', 'u1', '201'],
      ['POST', 'u2', '201'],
    ]);
    const [g, , , u1, u2] = list.map(idOf);
    expect(await membersOf(client, g!)).toEqual([u1, u2].toSorted());
    expect(await membersOf(client, team.id)).toEqual([u2]);
    expect((await client.get(`/Users/${u1}`)).body).toMatchObject({
      title: 'T',
      [ENTERPRISE]: { manager: { value: u2 } },
    });
  });

  it('resolves references in a circle [P-3.7.1-01, B1]', async () => {
    const list = await results(client, [
      postGroup('a', ['bulkId:b', 'bulkId:u']),
      postGroup('b', ['bulkId:a']),
      postUser('u'),
      postUser('x', { [ENTERPRISE]: { department: 'D', manager: { value: 'bulkId:y' } } }),
      postUser('y', { [ENTERPRISE]: { manager: { value: 'bulkId:x' } } }),
      postUser('self', { [ENTERPRISE]: { manager: { value: 'bulkId:self' } } }),
    ]);
    expect(statuses(list)).toEqual(['201', '201', '201', '201', '201', '201']);
    const [a, b, u, x, y, self] = list.map(idOf);
    expect(await membersOf(client, a!)).toEqual([b, u].toSorted());
    expect(await membersOf(client, b!)).toEqual([a]);
    expect((await client.get(`/Users/${x}`)).body[ENTERPRISE]).toMatchObject({
      department: 'D',
      manager: { value: y },
    });
    expect((await client.get(`/Users/${y}`)).body[ENTERPRISE].manager.value).toBe(x);
    expect((await client.get(`/Users/${self}`)).body[ENTERPRISE].manager.value).toBe(self);
    for (const [i, id] of [a, b].entries()) {
      expect((await client.get(`/Groups/${id}`)).headers.etag).toBe(list[i].version);
    }
  });

  it('leaves nothing of a circle in which one operation fails [P-3.7.1-01, B2]', async () => {
    const taken = await createGroup(client);
    const displayName = fresh('circle');
    const list = await results(client, [
      postGroup('a', ['bulkId:b'], { displayName }),
      postGroup('b', ['bulkId:a'], { displayName: taken.displayName }),
      postGroup('own', ['bulkId:own']),
      postUser('u'),
    ]);
    expect(statuses(list)).toEqual(['409', '409', '400', '201']);
    expect(list.map(({ response }) => response?.scimType)).toEqual([
      undefined,
      'uniqueness',
      'invalidValue',
      undefined,
    ]);
    expect(await client.ids('/Groups', `displayName eq "${displayName}"`)).toEqual([]);
  });

  it('tells u1 from u10 [B1]', async () => {
    const people = Array.from({ length: 12 }, (_, i) => postUser(`u${i}`));
    const list = await results(client, [
      postGroup('one', ['bulkId:u1']),
      postGroup('ten', ['bulkId:u10']),
      ...people.toReversed(),
    ]);
    const id = new Map(list.map((result) => [result.bulkId as string, idOf(result)]));
    expect(await membersOf(client, id.get('one')!)).toEqual([id.get('u1')]);
    expect(await membersOf(client, id.get('ten')!)).toEqual([id.get('u10')]);
    // A text that only begins like a reference is a text.
    const [kept] = await results(client, [postUser('t', { title: 'see bulkId:t' })]);
    expect((await client.get(`/Users/${idOf(kept)}`)).body.title).toBe('see bulkId:t');
  });

  it('fails what refers to nothing and what refers to a failure [P-3.7.2-03]', async () => {
    const list = await results(client, [
      postUser('bad', { userName: 7 }),
      postGroup('unknown', ['bulkId:nobody']),
      postGroup('fallen', ['bulkId:bad']),
      postGroup('further', ['bulkId:fallen']),
      drop('/Users/bulkId:bad'),
      drop('/Users/bulkId:nobody'),
    ]);
    expect(list.map(({ status, response }) => [status, response.scimType])).toEqual([
      ['400', 'invalidValue'],
      ['400', 'invalidValue'],
      ['409', undefined],
      ['409', undefined],
      ['409', undefined],
      ['400', 'invalidValue'],
    ]);
    expect(list.some((result) => 'location' in result)).toBe(false);
  });

  it('gives the result of the order given [P-3.7-11]', async () => {
    const team = await createGroup(client);
    const userName = fresh();
    const list = await results(client, [
      postUser('u', { userName }),
      patch(`/Groups/${team.id}`, [{ op: 'add', path: 'members', value: [{ value: 'bulkId:u' }] }]),
      drop('/Users/bulkId:u'),
      postUser('again', { userName }),
      postUser('third', { userName }),
    ]);
    expect(statuses(list)).toEqual(['201', '204', '204', '201', '409']);
    expect(await membersOf(client, team.id)).toEqual([]);
    expect(await client.ids('/Users', `userName eq "${userName}"`)).toEqual([idOf(list[3])]);
  });

  it('keeps the order of what concerns the same things where a reference leads forward [P-3.7-11]', async () => {
    const old = await createUser(client);
    const list = await results(client, [
      postGroup('g', ['bulkId:new', old.id]),
      drop(`/Users/${old.id}`),
      postUser('new', { userName: old.userName }),
    ]);
    // The group needs the old user, who must be gone before the new one can have the name: no order does it all.
    expect(statuses(list)).toContain('409');
    const order = await results(client, [
      postGroup('h', ['bulkId:next']),
      drop(`/Users/${(await createUser(client, { userName: fresh('gone') })).id}`),
      postUser('next'),
    ]);
    expect(statuses(order)).toEqual(['201', '204', '201']);
  });

  it('repeats no references inside the error text', async () => {
    const [result] = await results(client, [postGroup('g', ['bulkId:secret-name'])]);
    expect(result.response.detail).not.toContain('secret-name');
  });

  it('asks for the scope of each operation [P-3.7-12]', async () => {
    const limited = await scim.client({ scopes: ['users:write', 'users:read'] });
    const { id } = await createGroup(client);
    const list = await results(limited, [postUser('u'), postGroup('g', ['bulkId:u']), drop(`/Groups/${id}`)]);
    expect(statuses(list)).toEqual(['201', '403', '403']);
    expect(list[2].response).toMatchObject({
      status: '403',
      detail: expect.stringContaining('groups:write'),
    });
    expect((await client.get(`/Groups/${id}`)).status).toBe(200);
  });

  it('reaches nothing of another tenant [D-51]', async () => {
    const other = await scim.client({ tenant: 'globex' });
    const foreign = await createUser(other);
    const list = await results(client, [
      drop(`/Users/${foreign.id}`),
      patch(`/Users/${foreign.id}`, [{ op: 'add', path: 'title', value: 'x' }]),
      postGroup('g', [foreign.id]),
    ]);
    expect(statuses(list)).toEqual(['404', '404', '400']);
    expect((await other.get(`/Users/${foreign.id}`)).body).toEqual(foreign);
  });

  it('keeps one operation from harming another in the same batch [P-3.7-12, B2]', async () => {
    const { userName } = await createUser(client);
    const external = fresh('half');
    const list = await results(client, [
      postUser('a', { externalId: external, emails: [{ value: 'a@b.example' }] }),
      postUser('b', { userName, externalId: external }),
      postUser('c', { userName: 'x'.repeat(600), externalId: external }),
      postUser('d', { externalId: external }),
      postGroup('g', ['bulkId:a'], { externalId: external }),
      postGroup('h', ['nobody'], { externalId: external }),
    ]);
    expect(statuses(list)).toEqual(['201', '409', '400', '201', '201', '400']);
    expect(await client.ids('/Users', `externalId eq "${external}"`)).toEqual([idOf(list[0]), idOf(list[3])]);
    expect(await client.ids('/Groups', `externalId eq "${external}"`)).toEqual([idOf(list[4])]);
  });

  it('does not shrink a group whose members nobody sent [G2]', async () => {
    const { id } = await createUser(client);
    const team = await createGroup(client, { members: [{ value: id }] });
    const rename = [{ op: 'replace', path: 'displayName', value: fresh('renamed') }];
    const add = [{ op: 'add', path: 'members', value: [{ value: 'bulkId:u' }] }];
    const list = await results(client, [
      postUser('u'),
      patch(`/Groups/${team.id}`, rename),
      patch(`/Groups/${team.id}`, add),
    ]);
    expect(await membersOf(client, team.id)).toEqual([id, idOf(list[0])].toSorted());
  });

  it('is not reached by other methods [P-3.2-03]', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await client.send(method, '/Bulk', method === 'GET' ? {} : { raw: '{}' });
      expectError(reply, 405);
      expect(reply.headers.allow).toBe('POST');
    }
    expectError(await client.post('/bulk', {}), 404);
    expectError(await client.as(undefined).post('/Bulk', {}), 401);
  });

  it('keeps hostile names harmless', async () => {
    const raw = `{"schemas":["${REQUEST}"],"Operations":[
      {"method":"POST","path":"/Users","bulkId":"__proto__","data":{"__proto__":{"admin":"bulkId:constructor"},"userName":"${fresh()}"}},
      {"method":"POST","path":"/Groups","bulkId":"constructor","data":{"displayName":"${fresh()}","members":[{"value":"bulkId:__proto__"}]}},
      {"method":"POST","path":"/constructor","bulkId":"c","data":{}}]}`;
    const list = (await client.send('POST', '/Bulk', { raw })).body.Operations;
    expect(statuses(list)).toEqual(['201', '201', '404']);
    expect(await membersOf(client, idOf(list[1]))).toEqual([idOf(list[0])]);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe.each(ADAPTERS)('the limits of Bulk on %s', (adapter) => {
  const boot = async (settings: BootSettings, work: (client: ScimClient) => Promise<void>): Promise<void> => {
    const scim = await bootScim({ adapter, ...settings });
    try {
      await work(await scim.client());
    } finally {
      await scim.close();
    }
  };

  it('are announced and enforced, and name themselves [P-3.7.4-01, P-3.7.4-02, B2, S1]', async () => {
    await boot({ scim: { bulk: { maxOperations: 3, maxPayloadSize: 2000 } } }, async (client) => {
      const config = (await client.get('/ServiceProviderConfig')).body.bulk;
      expect(config).toEqual({ supported: true, maxOperations: 3, maxPayloadSize: 2000 });
      expect(await results(client, [postUser('a'), postUser('b'), postUser('c')])).toHaveLength(3);
      const many = await send(
        client,
        Array.from({ length: 4 }, (_, i) => ({ ...postUser(`u${i}`), data: {} })),
      );
      expectError(many, 413);
      expect(many.body.detail).toMatch(/maxOperations.* 3\b/);
      const declared = await send(client, [postUser('a', { title: 'x'.repeat(2000) })]);
      expectError(declared, 413);
      expect(declared.body.detail).toMatch(/maxPayloadSize.* 2000\b/);
      // Never ends its JSON: only a limit while reading can answer this.
      const chunked = await client.send('POST', '/Bulk', {
        raw: Buffer.alloc(100_000, 0x20),
        headers: { 'transfer-encoding': 'chunked', 'content-length': null },
      });
      expectError(chunked, 413);
      expect(chunked.body.detail).toContain('maxPayloadSize');
      // Other endpoints keep their own limit.
      expect(
        (
          await client.post(
            '/Users',
            user({ title: 'y'.repeat(900), displayName: 'z'.repeat(1000), nickName: 'w'.repeat(900) }),
          )
        ).status,
      ).toBe(201);
    });
  });

  it('are their own, also above that of other bodies [P-3.7.4-01]', async () => {
    await boot({ scim: { limits: { bodyBytes: 1000 } } }, async (client) => {
      expect(
        await results(
          client,
          Array.from({ length: 20 }, (_, i) => postUser(`u${i}`)),
        ),
      ).toHaveLength(20);
      expectError(await client.post('/Users', user({ title: 'x'.repeat(1000) })), 413);
    });
  });

  it('end with the feature [P-3.7-01]', async () => {
    await boot({ scim: { features: { bulk: false } } }, async (client) => {
      expect((await client.get('/ServiceProviderConfig')).body.bulk).toEqual({
        supported: false,
        maxOperations: 0,
        maxPayloadSize: 0,
      });
      expectError(await send(client, [postUser('a')]), 501);
      expectError(await client.send('POST', '/Bulk', { raw: 'no json' }), 501);
    });
  });

  it('shows whole resources on request, whatever the address says [P-3.7.3-02, P-3.7-13]', async () => {
    await boot({ scim: { bulk: { includeResponses: true } } }, async (client) => {
      const operations = [
        postUser('u'),
        postGroup('g', ['bulkId:u']),
        patch('/Users/bulkId:u', [{ op: 'add', path: 'title', value: 'T' }]),
        patch('/Groups/bulkId:g', [{ op: 'remove', path: 'members' }]),
        { method: 'PUT', path: '/Groups/bulkId:g', data: group() },
        drop('/Users/bulkId:u'),
      ];
      const reply = await client.post(
        '/Bulk',
        { schemas: [REQUEST], Operations: operations },
        { query: { attributes: 'id' } },
      );
      const list = reply.body.Operations;
      expect(statuses(list)).toEqual(['201', '201', '200', '204', '200', '204']);
      expect(list[0].response).toMatchObject({
        userName: expect.any(String),
        active: true,
        meta: { version: 'W/"1"' },
      });
      expect(list[1].response.members).toHaveLength(1);
      expect(list[2].response.title).toBe('T');
      expect(list[3]).not.toHaveProperty('response');
      expect(list[4].response.members).toEqual([]);
      expect(list[5]).not.toHaveProperty('response');
    });
  });

  it('leave versions out with entity tags off [P-3.7.3-01]', async () => {
    await boot({ scim: { features: { etag: false } } }, async (client) => {
      const list = await results(client, [postUser('a'), drop('/Users/bulkId:a', { version: 'W/"9"' })]);
      expect(statuses(list)).toEqual(['201', '204']);
      expect(list[0]).not.toHaveProperty('version');
    });
  });

  it('say of PATCH that is off that it is', async () => {
    await boot({ scim: { features: { patch: false } } }, async (client) => {
      const list = await results(client, [
        postUser('a'),
        patch('/Users/bulkId:a', [{ op: 'add', path: 'title', value: 'T' }]),
      ]);
      expect(statuses(list)).toEqual(['201', '501']);
    });
  });
});
