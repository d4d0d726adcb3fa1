import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, fresh, group, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

describe.each(ADAPTERS)('PUT /{endpoint}/{id} on %s (RFC 7644 §3.5.1)', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;

  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
  });
  afterAll(() => scim.close());

  it('replaces what was there and answers 200 with all of it [P-3.5.1-02, P-3.5.1-03, P-3.5.1-08]', async () => {
    const created = await createUser(client, {
      title: 'Dr',
      emails: [{ value: 'old@c.example' }, { value: 'gone@c.example' }],
      [ENTERPRISE]: { department: 'R&D' },
    });
    const body = user({ displayName: 'Babs', emails: [{ value: 'new@c.example', type: 'work' }] });
    const put = await client.put(`/Users/${created.id}`, body);
    expect(put.status).toBe(200);
    const { meta, ...shown } = put.body;
    expect(shown).toEqual({ ...body, id: created.id, active: true });
    expect(meta).toMatchObject({ created: created.meta.created, location: created.meta.location });
    expect(put.headers).toMatchObject({ location: meta.location, etag: meta.version });
    expect((await client.get(`/Users/${created.id}`)).body).toEqual(put.body);
    for (const [email, ids] of [
      ['old', []],
      ['gone', []],
      ['new', [created.id]],
    ] as const) {
      expect(
        await client.ids('/Users', `id eq "${created.id}" and emails.value eq "${email}@c.example"`),
      ).toEqual(ids);
    }
  });

  it('works where PATCH is switched off [P-3.5-01]', async () => {
    const own = await bootScim({ adapter, scim: { features: { patch: false } } });
    try {
      const ownClient = await own.client();
      const { id, userName } = await createUser(ownClient);
      expect((await ownClient.put(`/Users/${id}`, user({ userName, title: 'Dr' }))).body.title).toBe('Dr');
      expectError(await ownClient.patch(`/Users/${id}`, [{ op: 'remove', path: 'title' }]), 501);
    } finally {
      await own.close();
    }
  });

  it('never creates [P-3.5.1-01]', async () => {
    const globex = await scim.client({ tenant: 'globex' });
    const foreign = await createUser(globex);
    const { id: groupId } = await createGroup(client);
    const { id: gone } = await createUser(client);
    await client.delete(`/Users/${gone}`);
    for (const id of ['unknown', gone, foreign.id, groupId, '01a20b77-8f6e-7569-b9d8-c0fb6a69eeda']) {
      const body = user({ id });
      expectError(await client.put(`/Users/${id}`, body), 404);
      expect(await client.ids('/Users', `userName eq "${String(body.userName)}"`)).toEqual([]);
      // Existence comes before the body (H-9110-08).
      expectError(await client.put(`/Users/${id}`, { userName: 7 }), 404);
    }
    expect((await globex.get(`/Users/${foreign.id}`)).body).toEqual(foreign);
  });

  it('clears what is left out and keeps what a client cannot send back [D-31, P-3.5.1-03]', async () => {
    const full = { externalId: fresh('e'), title: 'Dr', [ENTERPRISE]: { department: 'R&D' } };
    for (const as of [client, strict]) {
      const { id } = await createUser(as, { ...full, active: false });
      const { body } = await as.put(`/Users/${id}`, user());
      expect([body.title, body[ENTERPRISE], body.schemas, body.active]).toEqual([
        undefined,
        undefined,
        [USER],
        false,
      ]);
      expect(body.externalId).toBe(as === client ? full.externalId : undefined);
      const cleared = await as.put(`/Users/${id}`, user({ externalId: null }));
      expect(cleared.body).not.toHaveProperty('externalId');
    }
  });

  it('clears on null and on an empty list, defaults included [P-3.5.1-04]', async () => {
    const { id } = await createUser(client, {
      roles: [{ value: 'admin' }],
      title: 'Dr',
      name: { givenName: 'B' },
    });
    const { body } = await client.put(
      `/Users/${id}`,
      user({ roles: [], title: null, name: null, active: null }),
    );
    for (const name of ['roles', 'title', 'name', 'active']) expect(body).not.toHaveProperty(name);
    expect((await client.get(`/Users/${id}`)).body).toEqual(body);
  });

  it('ignores read-only attributes, a wrong id included [P-3.5.1-06, V3]', async () => {
    const created = await createUser(client);
    const { id: groupId } = await createGroup(client, { members: [{ value: created.id }] });
    const stale = (await client.get(`/Users/${created.id}`)).body;
    expect(stale.groups).toHaveLength(1);
    await client.patch(`/Groups/${groupId}`, [{ op: 'remove', path: 'members' }]);
    const put = await client.put(`/Users/${created.id}`, {
      ...stale,
      title: 'Dr',
      meta: { version: 'W/"0"' },
    });
    expect([put.status, put.body.groups, put.body.title]).toEqual([200, undefined, 'Dr']);
    expect((await client.put(`/Users/${created.id}`, { ...stale, id: groupId })).body.id).toBe(created.id);
    expect((await client.get(`/Groups/${groupId}`)).body.members).toEqual([]);
  });

  it('refuses a body without a required attribute and changes nothing [P-3.5.1-07, P-3.5.1-12]', async () => {
    const created = await createUser(client, { title: 'Dr' });
    for (const userName of [undefined, null, '', ' ']) {
      expectError(
        await client.put(`/Users/${created.id}`, user({ userName, title: 'Prof' })),
        400,
        'invalidValue',
      );
    }
    expect((await client.get(`/Users/${created.id}`)).body).toEqual(created);
    const team = await createGroup(client);
    expectError(
      await client.put(`/Groups/${team.id}`, group({ displayName: undefined })),
      400,
      'invalidValue',
    );
  });

  it('is all or nothing, members included [P-3.5.1-12]', async () => {
    const { id: member } = await createUser(client);
    const team = await createGroup(client, { members: [{ value: member }] });
    const members = [{ value: 'nobody' }];
    expectError(await client.put(`/Groups/${team.id}`, group({ members })), 400, 'invalidValue');
    expect((await client.get(`/Groups/${team.id}`)).body).toEqual(team);
    // The members are right and the name is taken: the members must not move either.
    const other = await createGroup(client);
    const taken = await client.put(
      `/Groups/${team.id}`,
      group({ displayName: other.displayName, members: [] }),
    );
    expectError(taken, 409, 'uniqueness');
    expect((await client.get(`/Groups/${team.id}`)).body).toEqual(team);
  });

  it('compares unique values with others only [P-3.5.1-09, L1]', async () => {
    const created = await createUser(client);
    const other = await createUser(client);
    const own = { userName: created.userName, title: 'Dr' };
    expect((await client.put(`/Users/${created.id}`, user(own))).status).toBe(200);
    const upper = (created.userName as string).toUpperCase();
    const recased = await client.put(`/Users/${created.id}`, user({ userName: upper }));
    expect([recased.status, recased.body.userName]).toEqual([200, upper]);
    expectError(
      await client.put(`/Users/${created.id}`, user({ userName: other.userName })),
      409,
      'uniqueness',
    );
    const team = await createGroup(client);
    expect((await client.put(`/Groups/${team.id}`, group({ displayName: team.displayName }))).status).toBe(
      200,
    );
  });

  it('leaves version and time when nothing changes [P-3.5.1-10]', async () => {
    const { id: boss } = await createUser(client, { displayName: 'Ada' });
    const more = {
      password: 'x',
      emails: [{ value: 'a@b.example', primary: true }],
      [ENTERPRISE]: { manager: { value: boss } },
    };
    const created = await createUser(client, more);
    const team = await createGroup(client, { members: [{ value: created.id }, { value: boss }] });
    for (const [path, resource] of [
      [`/Users/${created.id}`, (await client.get(`/Users/${created.id}`)).body],
      [`/Groups/${team.id}`, team],
    ] as const) {
      const put = await client.put(path, resource);
      expect([put.status, put.body, put.headers.etag]).toEqual([200, resource, resource.meta.version]);
    }
    const shuffled = { ...team, members: [...team.members].reverse() };
    expect((await client.put(`/Groups/${team.id}`, shuffled)).body.meta).toEqual(team.meta);
  });

  it('swaps the members of a group by their ids [P-3.5.1-11, V2]', async () => {
    const [a, b, c] = [await createUser(client), await createUser(client), await createUser(client)];
    const team = await createGroup(client, { members: [{ value: a.id }, { value: b.id }] });
    const { displayName } = team;
    const swapped = await client.put(
      `/Groups/${team.id}`,
      group({ displayName, members: [{ value: b.id }, { value: c.id }] }),
    );
    expect(swapped.status).toBe(200);
    expect(new Set(swapped.body.members.map(({ value }: { value: string }) => value))).toEqual(
      new Set([b.id, c.id]),
    );
    const odd = [{ value: b.id, display: 'other', type: 'Group', $ref: 'https://x.example/Users/1' }];
    const same = await client.put(`/Groups/${team.id}`, group({ displayName, members: odd }));
    expect(same.body.members).toEqual([{ value: b.id, type: 'User', $ref: b.meta.location }]);
    const none = await client.put(`/Groups/${team.id}`, group({ displayName }));
    expect(none.body.members).toEqual([]);
  });

  it('needs the base schema and drops extensions that are not sent [P-3.5.1-13]', async () => {
    const { id } = await createUser(client, { [ENTERPRISE]: { department: 'R&D' } });
    expectError(await strict.put(`/Users/${id}`, user({ schemas: [ENTERPRISE] })), 400, 'invalidSyntax');
    expect((await strict.put(`/Users/${id}`, user({ schemas: [USER] }))).body.schemas).toEqual([USER]);
  });
});
