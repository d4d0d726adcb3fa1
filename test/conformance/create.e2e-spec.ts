import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, fresh, group, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

describe.each(ADAPTERS)('POST /{endpoint} on %s (RFC 7644 §3.3)', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;

  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
  });
  afterAll(() => scim.close());

  it('answers 201 with the resource and its absolute address [P-3.3-01, P-3.3-02]', async () => {
    const sent = user({
      displayName: 'Babs',
      password: 'Pa55word',
      emails: [{ value: 'b@c.example', type: 'work' }],
    });
    const created = await client.post('/Users', sent);
    const { id, meta } = created.body;
    expect([created.status, created.headers['content-type']]).toEqual([201, 'application/scim+json']);
    expect(created.headers.location).toBe(`${scim.origin}/scim/v2/Users/${id}`);
    expect(meta.location).toBe(created.headers.location);
    expect(created.headers.etag).toBe(meta.version);
    const { password: _, ...shown } = sent;
    expect(created.body).toEqual({ ...shown, id, active: true, meta });
    expect((await client.get(`/Users/${id}`)).body).toEqual(created.body);
  });

  it('follows the endpoint, not the body, in what it makes [P-3.3.1-01]', async () => {
    const made = await client.post('/Groups', group({ meta: { resourceType: 'User' }, schemas: [USER] }));
    expect([made.status, made.body.meta.resourceType]).toEqual([201, 'Group']);
    expectError(await client.get(`/Users/${made.body.id}`), 404);
  });

  it('ignores read-only attributes [P-3.3-03, P-3.1-01]', async () => {
    const { id: groupId } = await createGroup(client);
    for (const as of [client, strict]) {
      const readOnly = { id: 'x', meta: { created: 'never' }, groups: [{ value: groupId }] };
      const created = await as.post('/Users', user(readOnly));
      expect(created.status).toBe(201);
      expect(created.body).not.toHaveProperty('groups');
    }
    expect((await client.get(`/Groups/${groupId}`)).body.members).toEqual([]);
  });

  it('has a default only for what the body does not mention [P-3.3-04]', async () => {
    expect((await createUser(client)).active).toBe(true);
    expect((await createUser(client, { active: false })).active).toBe(false);
    expect(await createUser(client, { active: null })).not.toHaveProperty('active');
  });

  it('answers a conflict with 409 and leaves nothing behind [P-3.3-05, L3]', async () => {
    const userName = fresh('bjensen');
    await createUser(client, { userName });
    const email = `${fresh()}@c.example`;
    const second = user({ userName: userName.toUpperCase(), emails: [{ value: email }] });
    expectError(await client.post('/Users', second), 409, 'uniqueness');
    expect(await client.ids('/Users', `emails.value eq "${email}"`)).toEqual([]);
    const displayName = fresh('half');
    const failed = await client.post('/Groups', group({ displayName, members: [{ value: 'nobody' }] }));
    expectError(failed, 400, 'invalidValue');
    expect(await client.ids('/Groups', `displayName eq "${displayName}"`)).toEqual([]);
    expect((await client.post('/Users', { ...second, userName: fresh() })).status).toBe(201);
    expect((await client.post('/Groups', group({ displayName }))).status).toBe(201);
  });

  it('tells a wrong value from a wrong message [P-3.3-06]', async () => {
    const values = [
      { userName: 7 },
      { userName: ['a', 'b'] },
      { userName: undefined },
      { active: 'perhaps' },
      { name: 'Babs' },
      { name: { givenName: {} } },
      { emails: [{ value: 1 }] },
      { emails: ['a@b.example', 7] },
      { [ENTERPRISE]: 'x' },
      { [ENTERPRISE]: { department: 7 } },
    ];
    for (const more of values) {
      expectError(await client.post('/Users', user(more)), 400, 'invalidValue');
    }
    const messages: unknown[] = [
      [],
      'x',
      7,
      null,
      [user()],
      user({ schemas: USER.length }),
      user({ schemas: [7] }),
    ];
    for (const message of messages) {
      expectError(await client.post('/Users', message), 400, 'invalidSyntax');
    }
    for (const raw of ['{', '{"userName":"a",}', '{"userName":"a","USERNAME":"b"}', '']) {
      expectError(await client.send('POST', '/Users', { raw }), 400, 'invalidSyntax');
    }
    expectError(await strict.post('/Users', { userName: fresh() }), 400, 'invalidSyntax');
  });

  it('knows no other endpoint and no POST on a resource [P-3.3-07]', async () => {
    const { id } = await createUser(client);
    expectError(await client.post('/Persons', user()), 404);
    const refused = await client.post(`/Users/${id}`, user());
    expectError(refused, 405);
    expect(refused.headers.allow?.split(/, */)).toEqual(
      expect.arrayContaining(['GET', 'PUT', 'PATCH', 'DELETE']),
    );
  });

  it('ignores attributes that no schema defines, strictly refuses them [D-19]', async () => {
    const odd = { foo: 1, __proto__x: 2, constructor: { a: 1 }, name: { givenName: 'A', shoeSize: 4 } };
    const created = await createUser(client, odd);
    expect(created.name).toEqual({ givenName: 'A' });
    expect(Object.keys(created)).not.toContain('foo');
    for (const more of [{ foo: 1 }, { name: { shoeSize: 4 } }, { [ENTERPRISE]: { foo: 1 } }]) {
      expectError(await strict.post('/Users', user(more)), 400, 'invalidSyntax');
    }
    const polluted = await client.send('POST', '/Users', {
      raw: `{"userName":"${fresh()}","__proto__":{"admin":true},"name":{"__proto__":{"familyName":"x"}}}`,
    });
    expect(polluted.body.name).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('takes base attributes below the URN of their schema, extension attributes nowhere else [D-20]', async () => {
    const displayName = fresh();
    const created = await createUser(client, { [USER]: { displayName }, department: 'R&D' });
    expect(created.displayName).toBe(displayName);
    expect(created).not.toHaveProperty('department');
    expect(created).not.toHaveProperty([ENTERPRISE]);
    expectError(
      await client.post('/Users', user({ displayName: 'a', [USER]: { displayName } })),
      400,
      'invalidSyntax',
    );
    expectError(await strict.post('/Users', user({ department: 'R&D' })), 400, 'invalidSyntax');
  });

  it('takes a single value as a list, strictly refuses it [D-21]', async () => {
    const emails = { value: `${fresh()}@c.example`, type: 'work' };
    expect((await createUser(client, { emails })).emails).toEqual([emails]);
    expectError(await strict.post('/Users', user({ emails })), 400, 'invalidValue');
    expectError(await strict.post('/Users', user({ title: ['Dr'] })), 400, 'invalidValue');
  });

  it('refuses a list above the configured limit in POST and PUT', async () => {
    const emails = Array.from({ length: 201 }, (_, i) => ({ value: `m${i}@c.example` }));
    expectError(await client.post('/Users', user({ emails })), 400, 'invalidValue');
    const { id } = await createUser(client);
    expectError(await client.put(`/Users/${id}`, user({ emails })), 400, 'invalidValue');
  });
});

describe('fifty parallel creates on PostgreSQL', () => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScimOn('postgres');
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('of one userName: one 201 and 49 conflicts [D-22, L1]', async () => {
    const userName = fresh('race');
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        const name = i % 2 ? userName : userName.toUpperCase();
        return client.post('/Users', user({ userName: name, emails: [{ value: `${i}@c.example` }] }));
      }),
    );
    const won = replies.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    for (const reply of replies) if (reply !== won[0]) expectError(reply, 409, 'uniqueness');
    expect(await client.ids('/Users', `userName eq "${userName}"`)).toEqual([won[0]!.body.id]);
    expect(await client.ids('/Users', 'emails pr')).toHaveLength(1);
  });

  it('of one group name: one 201 and the others conflicts [D-22]', async () => {
    const displayName = fresh('team');
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => client.post('/Groups', group({ displayName }))),
    );
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, ...Array(19).fill(409)]);
  });
});

describe('a host with limits of its own', () => {
  it('has them checked in POST and PUT', async () => {
    const scim = await bootScim({ scim: { limits: { values: 3 } } });
    try {
      const client = await scim.client();
      const emails = (count: number): object[] =>
        Array.from({ length: count }, (_, i) => ({ value: `m${i}@c.example` }));
      const { id } = await createUser(client, { emails: emails(3) });
      expectError(await client.post('/Users', user({ emails: emails(4) })), 400, 'invalidValue');
      expectError(await client.put(`/Users/${id}`, user({ emails: emails(4) })), 400, 'invalidValue');
      const fourth = { op: 'add', path: 'emails', value: [{ value: 'more@c.example' }] };
      expectError(await client.patch(`/Users/${id}`, [fourth]), 400, 'invalidValue');
    } finally {
      await scim.close();
    }
    const generous = await bootScim({ scim: { limits: { values: 300 } } });
    try {
      const emails = Array.from({ length: 250 }, (_, i) => ({ value: `m${i}@c.example` }));
      expect((await createUser(await generous.client(), { emails })).emails).toHaveLength(250);
    } finally {
      await generous.close();
    }
  });
});
