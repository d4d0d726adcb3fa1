import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASES, emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, group, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const add = (...values: string[]): object[] => [
  { op: 'add', path: 'members', value: values.map((value) => ({ value })) },
];

describe.each(DATABASES)('pendingMembers on %s', (name) => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  let client: ScimClient;

  beforeAll(async () => {
    database = await emptyDatabase(name);
    scim = await bootScim({ database: database.options, scim: { pendingMembers: true } });
    client = await scim.client();
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });

  const members = async (id: string): Promise<string[]> => {
    const { body } = await client.get(`/Groups/${id}`);
    return (body.members as { value: string }[]).map(({ value }) => value);
  };

  it('keeps an unknown member and attaches it when the user arrives [A-32, G8]', async () => {
    const [one, two] = [fresh('ext'), fresh('ext')];
    const known = await createUser(client);
    const { id } = await createGroup(client, { members: [{ value: one }, { value: known.id }] });
    expect((await client.patch(`/Groups/${id}`, add(two))).status).toBe(204);
    // Shown nowhere until then.
    expect(await members(id)).toEqual([known.id]);
    expect(await client.ids('/Groups', `members.value eq "${one}"`)).toEqual([]);
    const before = (await client.get(`/Groups/${id}`)).body.meta;

    const first = await createUser(client, { externalId: one });
    expect(first.groups).toMatchObject([{ value: id }]);
    const { meta } = (await client.get(`/Groups/${id}`)).body;
    expect(meta.version).not.toBe(before.version);
    expect(meta.lastModified >= before.lastModified).toBe(true);
    const second = await createUser(client, { externalId: two });
    expect((await members(id)).toSorted()).toEqual([known.id, first.id, second.id].toSorted());
  });

  it('attaches each waiting group, and groups as members of groups [A-32]', async () => {
    const externalId = fresh('ext');
    const waiting = [
      await createGroup(client, { members: [{ value: externalId }] }),
      await createGroup(client, { members: [{ value: externalId }] }),
    ];
    const inner = await createGroup(client, { externalId });
    for (const { id } of waiting) expect(await members(id)).toEqual([inner.id]);
  });

  it('attaches a user who gets the externalId by PATCH or PUT [A-32]', async () => {
    const [one, two] = [fresh('ext'), fresh('ext')];
    const { id } = await createGroup(client, { members: [{ value: one }, { value: two }] });
    const first = await createUser(client);
    await client.patch(`/Users/${first.id}`, [{ op: 'add', path: 'externalId', value: one }]);
    const second = await createUser(client);
    await client.put(`/Users/${second.id}`, { ...second, externalId: two });
    expect((await members(id)).toSorted()).toEqual([first.id, second.id].toSorted());
  });

  it('takes the externalId of somebody who is there already, in add and in remove [A-32]', async () => {
    const externalId = fresh('ext');
    const { id: userId } = await createUser(client, { externalId });
    const { id } = await createGroup(client);
    await client.patch(`/Groups/${id}`, add(externalId));
    expect(await members(id)).toEqual([userId]);
    await client.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${externalId}"]` }]);
    expect(await members(id)).toEqual([]);
  });

  it('waits for nobody who was taken out again before arriving [A-32]', async () => {
    const ways: ((value: string) => object[])[] = [
      (value) => [{ op: 'remove', path: `members[value eq "${value}"]` }],
      (value) => [{ op: 'remove', path: 'members', value: [{ value }] }],
      () => [{ op: 'remove', path: 'members' }],
      () => [{ op: 'replace', path: 'members', value: [] }],
      (value) => [{ op: 'remove', path: `members[value sw "${value.slice(0, -1)}"]` }],
      () => [{ op: 'remove', path: 'members[type eq "User"]' }],
    ];
    for (const way of ways) {
      const externalId = fresh('ext');
      const { id } = await createGroup(client, { members: [{ value: externalId }] });
      expect((await client.patch(`/Groups/${id}`, way(externalId))).status).toBe(204);
      await createUser(client, { externalId });
      expect(await members(id)).toEqual([]);
    }
    const externalId = fresh('ext');
    const created = await createGroup(client, { members: [{ value: externalId }] });
    await client.put(`/Groups/${created.id}`, { ...created, members: [] });
    await createUser(client, { externalId });
    expect(await members(created.id)).toEqual([]);
  });

  it('does not reach into another tenant, and goes with its group [A-32]', async () => {
    const externalId = fresh('ext');
    const { id } = await createGroup(client, { members: [{ value: externalId }] });
    const elsewhere = await scim.client({ tenant: 'other' });
    const stranger = await createUser(elsewhere, { externalId });
    expect(stranger.groups).toBeUndefined();
    expect(await members(id)).toEqual([]);
    await client.delete(`/Groups/${id}`);
    expect((await createUser(client, { externalId })).groups).toBeUndefined();
    const [row] = await scim.dataSource.query(
      `select count(*) as n from scim_pending_member where group_id = '${id}'`,
    );
    expect(Number(row.n)).toBe(0);
  });

  it('refuses what can be nobody, and a group as its own member [A-32]', async () => {
    expectError(
      await client.post('/Groups', group({ members: [{ value: 'x'.repeat(256) }] })),
      400,
      'invalidValue',
    );
    const externalId = fresh('ext');
    const self = group({ externalId, members: [{ value: externalId }] });
    expectError(await client.post('/Groups', self), 400, 'invalidValue');
  });

  it('loses nobody when members and users come at the same time [A-32]', async () => {
    for (let round = 0; round < 5; round++) {
      const externalIds = Array.from({ length: 6 }, () => fresh('ext'));
      const { id } = await createGroup(client);
      const replies = await Promise.all(
        externalIds.flatMap((externalId) => [
          client.patch(`/Groups/${id}`, add(externalId)),
          client.post('/Users', user({ externalId })),
        ]),
      );
      expect(
        replies.map(({ status }) => status).filter((status) => status !== 204 && status !== 201),
      ).toEqual([]);
      expect(await members(id)).toHaveLength(externalIds.length);
    }
  });

  it('makes no new version of a group that only waits [D-32]', async () => {
    const { id, meta } = await createGroup(client);
    await client.patch(`/Groups/${id}`, add(fresh('ext')));
    expect((await client.get(`/Groups/${id}`)).body.meta).toEqual(meta);
  });
});

describe.each(['default', 'strict'])('pendingMembers off, for the %s profile', (profile) => {
  it('refuses an unknown member [A-32]', async () => {
    const scim = await bootScim();
    const client = await scim.client({ profile });
    const externalId = fresh('ext');
    expectError(
      await client.post('/Groups', group({ members: [{ value: externalId }] })),
      400,
      'invalidValue',
    );
    const { id } = await createGroup(client);
    await createUser(client, { externalId });
    expectError(await client.patch(`/Groups/${id}`, add(externalId)), 400, 'invalidValue');
    await scim.close();
  });
});
