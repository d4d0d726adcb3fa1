import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase, emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, group, GROUP, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';
const STALE = 'W/"9999"';

describe.each(ADAPTERS)('versions and preconditions on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  const title = (value: string) => [{ op: 'replace', path: 'title', value }];
  /** Each write of a user, with a body that would change it. */
  const writes = (path: string, userName: string) =>
    [
      ['PUT', { body: { schemas: [USER], userName, title: fresh('title') } }],
      [
        'PATCH',
        {
          body: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: title(fresh('title')),
          },
        },
      ],
      ['DELETE', {}],
    ].map(([method, call]) => ({
      method: method as string,
      send: (headers: Record<string, string>) =>
        client.send(method as string, path, { ...(call as object), headers }),
    }));

  it('sends the tag of a single resource with every answer, the same as its version [P-3.14-02]', async () => {
    const created = await client.post('/Users', user());
    const path = `/Users/${created.body.id}`;
    const answers = [
      created,
      await client.get(path),
      await client.put(path, { schemas: [USER], userName: created.body.userName, title: 'a' }),
      await client.patch(path, title('b')),
      await client.get(path, { query: { attributes: 'title,meta.version' } }),
    ];
    for (const { headers, body } of answers) {
      expect(headers.etag).toMatch(/^W\/"[^"]+"$/);
      expect(body.meta.version).toBe(headers.etag);
    }
    const created2 = await client.post('/Groups', group());
    const patched = await client.patch(`/Groups/${created2.body.id}`, [
      { op: 'replace', path: 'displayName', value: fresh() },
    ]);
    expect(patched.status).toBe(204);
    expect(patched.headers.etag).toBe((await client.get(`/Groups/${created2.body.id}`)).headers.etag);
    expect(patched.headers.etag).not.toBe(created2.headers.etag);
  });

  it('changes the weak tag with every stored change and with nothing else [P-3.14-03]', async () => {
    const { id, userName } = await createUser(client);
    const path = `/Users/${id}`;
    const tag = async (): Promise<string> => (await client.get(path)).headers.etag!;
    const seen = [await tag()];
    for (const change of [
      () => client.patch(path, title('one')),
      () => client.patch(path, [{ op: 'add', path: 'emails', value: [{ value: 'a@example.com' }] }]),
      () => client.put(path, { schemas: [USER], userName, title: 'two' }),
    ]) {
      await change();
      const now = await tag();
      expect(now).toMatch(/^W\//);
      expect(seen).not.toContain(now);
      seen.push(now);
    }
    await client.patch(path, title('two'));
    await client.put(path, { schemas: [USER], userName, title: 'two' });
    expect(await tag()).toBe(seen.at(-1));
  });

  it('answers 304 with the tag and no body to who has the version [P-3.14-04, H-9110-06]', async () => {
    const { id } = await createUser(client, { title: 'x' });
    const { etag } = (await client.get(`/Users/${id}`)).headers;
    const opaque = etag!.slice(2);
    for (const known of [
      etag!,
      opaque,
      '*',
      ` ${etag} `,
      `"x", ${etag}`,
      `${opaque},W/"y"`,
      `W/"a,b", ${etag}`,
    ]) {
      for (const query of [{}, { attributes: 'title' }] as Record<string, string>[]) {
        const reply = await client.get(`/Users/${id}`, { query, headers: { 'if-none-match': known } });
        expect([known, reply.status, reply.text, reply.headers.etag]).toEqual([known, 304, '', etag]);
      }
    }
    for (const known of ['W/"x"', '"x", W/"y"', opaque.slice(1, -1), '', '"*"']) {
      const reply = await client.get(`/Users/${id}`, { headers: { 'if-none-match': known } });
      expect([known, reply.status]).toEqual([known, 200]);
    }
    expectError(await client.get(`/Users/${UNKNOWN}`, { headers: { 'if-none-match': '*' } }), 404);
    await client.patch(`/Users/${id}`, title('y'));
    expect((await client.get(`/Users/${id}`, { headers: { 'if-none-match': etag! } })).body.title).toBe('y');
  });

  it('refuses every write with a stale tag and changes nothing [P-3.14-05, P-3.12-21, E1]', async () => {
    const { id, userName } = await createUser(client);
    const path = `/Users/${id}`;
    await client.patch(path, title('current'));
    const before = await client.get(path);
    for (const stale of ['W/"1"', '"1"', STALE, '"x", W/"y"', 'nonsense', '']) {
      for (const { send } of writes(path, userName)) expectError(await send({ 'if-match': stale }), 412);
    }
    expect((await client.get(path)).text).toBe(before.text);
    const made = await createGroup(client, { members: [{ value: id }] });
    const operations = [{ op: 'remove', path: 'members' }];
    const refused = await client.patch(`/Groups/${made.id}`, operations, { headers: { 'if-match': STALE } });
    expectError(refused, 412);
    expect((await client.get(`/Groups/${made.id}`)).body.members).toHaveLength(1);
  });

  it.each([
    ['the weak tag', (opaque: string) => `W/${opaque}`],
    ['the opaque part alone', (opaque: string) => opaque],
    ['any version', () => '*'],
    ['a list with the tag', (opaque: string) => `"other", W/${opaque}, W/"x"`],
  ])('lets a write through that names %s [H-9110-07, D-44, P-3.14-05, E1]', async (_what, header) => {
    const { id, userName } = await createUser(client);
    const path = `/Users/${id}`;
    for (const { method, send } of writes(path, userName)) {
      const { etag } = (await client.get(path)).headers;
      const reply = await send({ 'if-match': header(etag!.slice(2)) });
      expect([method, reply.status]).toEqual([method, method === 'DELETE' ? 204 : 200]);
    }
    expectError(await client.get(path), 404);
  });

  it('looks for credentials, the resource and the faults of a body before it looks at the tag [H-9110-08]', async () => {
    const headers = { 'if-match': STALE };
    const { id, userName } = await createUser(client);
    for (const { send } of writes(`/Users/${UNKNOWN}`, fresh())) {
      expectError(await send(headers), 404);
      expectError(await send({ 'if-match': '*' }), 404);
      expectError(await send({ 'if-match': STALE, authorization: 'Bearer nonsense' }), 401);
    }
    const badValue = { schemas: [USER], userName, active: { no: 'boolean' } };
    expectError(await client.put(`/Users/${UNKNOWN}`, badValue, { headers }), 404);
    expectError(await client.put(`/Users/${id}`, badValue, { headers }), 400, 'invalidValue');
    expectError(await client.patch(`/Users/${id}`, [{ op: 'jump' }], { headers }), 400, 'invalidSyntax');
    expectError(await client.put(`/Users/${id}`, { schemas: [USER], userName }, { headers }), 412);
    const reader = await scim.client({ scopes: ['users:read'] });
    expectError(await reader.delete(`/Users/${id}`, { headers }), 403);
  });

  it('looks at If-Match before If-None-Match [H-9110-09]', async () => {
    const { id } = await createUser(client);
    const path = `/Users/${id}`;
    const { etag } = (await client.get(path)).headers;
    const both = (match: string, noneMatch: string) =>
      client.get(path, { headers: { 'if-match': match, 'if-none-match': noneMatch } });
    expectError(await both(STALE, etag!), 412);
    expectError(await both(STALE, STALE), 412);
    expect((await both(etag!, etag!)).status).toBe(304);
    expect((await both(etag!, STALE)).status).toBe(200);
    const change = (match: string, noneMatch: string) =>
      client.patch(path, title(fresh()), { headers: { 'if-match': match, 'if-none-match': noneMatch } });
    expectError(await change(STALE, STALE), 412);
    expectError(await change(etag!, etag!), 412);
    expect((await change(etag!, STALE)).status).toBe(200);
  });

  it('refuses a write when If-None-Match fails [H-9110-10]', async () => {
    const { id, userName } = await createUser(client);
    const { etag } = (await client.get(`/Users/${id}`)).headers;
    for (const { send } of writes(`/Users/${id}`, userName)) {
      expectError(await send({ 'if-none-match': '*' }), 412);
      expectError(await send({ 'if-none-match': etag! }), 412);
    }
    expect((await client.get(`/Users/${id}`)).headers.etag).toBe(etag);
  });

  it('keeps the tag of a user whose groups change [D-47]', async () => {
    const { id } = await createUser(client);
    const { etag } = (await client.get(`/Users/${id}`)).headers;
    await createGroup(client, { members: [{ value: id }] });
    const after = await client.get(`/Users/${id}`);
    expect(after.body.groups).toHaveLength(1);
    expect(after.headers.etag).toBe(etag);
  });
});

describe.each(ADAPTERS)('entity tags that are off on %s', (adapter) => {
  it('leave preconditions without effect [D-45, P-3.14-01]', async () => {
    const scim = await bootScim({ adapter, scim: { features: { etag: false } } });
    try {
      const client = await scim.client();
      const { id, userName } = await createUser(client);
      const path = `/Users/${id}`;
      const headers = { 'if-match': STALE, 'if-none-match': '*' };
      expect((await client.get(path, { headers })).status).toBe(200);
      expect((await client.put(path, { schemas: [USER], userName, title: 'x' }, { headers })).status).toBe(
        200,
      );
      const patched = await client.patch(path, [{ op: 'remove', path: 'title' }], { headers });
      expect([patched.status, patched.headers.etag]).toEqual([200, undefined]);
      expect((await client.delete(path, { headers })).status).toBe(204);
    } finally {
      await scim.close();
    }
  });
});

describeEachDatabase('a race for one version', (name) => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    database = await emptyDatabase(name);
    scim = await bootScim({ database: database.options });
    client = await scim.client();
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });

  const statuses = (replies: { status: number }[]): number[] =>
    replies.map(({ status }) => status).toSorted();
  const oneOf20 = (status: number): number[] => [status, ...Array<number>(19).fill(412)];

  it('lets one of 20 parallel replacements win [D-46, E1]', async () => {
    const { id, userName } = await createUser(client);
    const { etag } = (await client.get(`/Users/${id}`)).headers;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        client.put(
          `/Users/${id}`,
          { schemas: [USER], userName, title: `t${i}` },
          { headers: { 'if-match': etag! } },
        ),
      ),
    );
    expect(statuses(replies)).toEqual(oneOf20(200));
    const winner = replies.find(({ status }) => status === 200)!;
    expect((await client.get(`/Users/${id}`)).body).toEqual(winner.body);
    expect(winner.headers.etag).toBe('W/"2"');
  });

  it('lets one of 20 parallel membership changes win [D-46, E1]', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => createUser(client)));
    const { id } = await createGroup(client);
    const { etag } = (await client.get(`/Groups/${id}`)).headers;
    const replies = await Promise.all(
      users.map((member) =>
        client.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: member.id }] }], {
          headers: { 'if-match': etag! },
        }),
      ),
    );
    expect(statuses(replies)).toEqual(oneOf20(204));
    expect((await client.get(`/Groups/${id}`)).body.members).toHaveLength(1);
  });

  it('lets one of a replacement and 19 deletions win [D-46, E1]', async () => {
    const { id } = await createGroup(client);
    const { etag } = (await client.get(`/Groups/${id}`)).headers;
    const headers = { 'if-match': etag! };
    const replies = await Promise.all([
      client.put(`/Groups/${id}`, { schemas: [GROUP], displayName: fresh() }, { headers }),
      ...Array.from({ length: 19 }, () => client.delete(`/Groups/${id}`, { headers })),
    ]);
    expect(replies.filter(({ status }) => status === 200 || status === 204)).toHaveLength(1);
    expect(replies.every(({ status }) => [200, 204, 404, 412].includes(status))).toBe(true);
  });
});
