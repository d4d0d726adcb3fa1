import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

interface Resource {
  readonly id: string;
}

describeEachDatabase('The last holder of a protected role', (name) => {
  let scim: ScimApp;
  let idp: ScimClient;
  let ann: Resource;
  let admins: Resource;
  beforeAll(async () => {
    const mappings = [
      { role: 'owner', group: { displayName: 'Owners' } },
      { role: 'viewer', group: { displayName: 'Viewers' } },
      { role: 'auditor', group: { externalId: 'auditors' } },
    ];
    scim = await bootScimOn(name, { scim: { roles: { mappings, protected: ['owner', 'auditor'] } } });
  });
  afterAll(() => scim.close());
  beforeEach(async () => {
    idp = await scim.client({ tenant: fresh('tenant') });
    ann = await createUser(idp);
    admins = await createGroup(idp, { displayName: 'Owners', members: [{ value: ann.id }] });
  });

  const patch = (path: string, ...operations: object[]) => idp.patch(path, operations);
  const removal = (member: Resource) => ({ op: 'remove', path: `members[value eq "${member.id}"]` });
  const deactivation = { op: 'replace', path: 'active', value: false };
  const state = async () => {
    const [person, group] = [await idp.get(`/Users/${ann.id}`), await idp.get(`/Groups/${admins.id}`)];
    return [
      person.body?.active,
      person.body?.meta?.version,
      group.body?.members?.length,
      group.body?.meta?.version,
    ];
  };

  it('stays when the group is mapped by its externalId and deleted [L8]', async () => {
    const members = [{ value: ann.id }];
    const auditors = await createGroup(idp, { displayName: 'Audit', externalId: 'auditors', members });
    expectError(await idp.delete(`/Groups/${auditors.id}`), 409);
    expect((await idp.get(`/Groups/${auditors.id}`)).body?.members).toHaveLength(1);
  });

  it.each([
    ['deactivated by PATCH', () => patch(`/Users/${ann.id}`, deactivation)],
    [
      'deactivated by PUT',
      async () => {
        const { body } = await idp.get(`/Users/${ann.id}`);
        return idp.put(`/Users/${ann.id}`, { ...body, active: false });
      },
    ],
    ['deleted', () => idp.delete(`/Users/${ann.id}`)],
    ['removed from the group', () => patch(`/Groups/${admins.id}`, removal(ann))],
    ['removed with all members', () => patch(`/Groups/${admins.id}`, { op: 'remove', path: 'members' })],
    [
      'replaced by PUT of the group',
      () =>
        idp.put(`/Groups/${admins.id}`, {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: 'Owners',
          members: [],
        }),
    ],
    ['left without the group', () => idp.delete(`/Groups/${admins.id}`)],
  ])('cannot be %s, and nothing of it is written [L8]', async (_what, request) => {
    const before = await state();
    expectError(await request(), 409);
    expect(await state()).toEqual(before);
  });

  it('cannot be deactivated in Bulk, while the other operations are done [L8]', async () => {
    const other = await createUser(idp);
    const operation = (user: Resource) => ({
      method: 'PATCH',
      path: `/Users/${user.id}`,
      data: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [deactivation] },
    });
    const { body } = await idp.post('/Bulk', {
      schemas: [BULK],
      Operations: [operation(ann), operation(other)],
    });
    expect(body.Operations.map(({ status }: { status: string }) => status)).toEqual(['409', '200']);
  });

  it('cannot be lost with a group inside the group, or by deleting that [L8]', async () => {
    const team = await createGroup(idp, { members: [{ value: ann.id }] });
    await patch(`/Groups/${admins.id}`, { op: 'add', path: 'members', value: [{ value: team.id }] });
    expect((await patch(`/Groups/${admins.id}`, removal(ann))).status).toBe(204);
    expectError(await patch(`/Groups/${admins.id}`, removal(team)), 409);
    expectError(await patch(`/Groups/${team.id}`, removal(ann)), 409);
    expectError(await idp.delete(`/Groups/${team.id}`), 409);
    expectError(await patch(`/Users/${ann.id}`, deactivation), 409);
  });

  it('may go as soon as somebody else active has the role', async () => {
    const [gone, bob] = [await createUser(idp, { active: false }), await createUser(idp)];
    const add = (one: Resource) =>
      patch(`/Groups/${admins.id}`, { op: 'add', path: 'members', value: [{ value: one.id }] });
    await add(gone);
    expectError(await idp.delete(`/Users/${ann.id}`), 409);
    await add(bob);
    expect((await idp.delete(`/Users/${ann.id}`)).status).toBe(204);
    expectError(await patch(`/Users/${bob.id}`, deactivation), 409);
  });

  it('is nobody where nobody active had the role: what is empty may stay empty', async () => {
    const other = await scim.client({ tenant: fresh('tenant') });
    const inactive = await createUser(other, { active: false });
    const group = await createGroup(other, { displayName: 'Owners', members: [{ value: inactive.id }] });
    expect((await other.patch(`/Groups/${group.id}`, [removal(inactive)])).status).toBe(204);
    expect((await other.delete(`/Users/${inactive.id}`)).status).toBe(204);
    expect((await other.delete(`/Groups/${group.id}`)).status).toBe(204);
  });

  it('does not stand in the way of anybody else, nor of roles that are not protected', async () => {
    const bob = await createUser(idp);
    const viewers = await createGroup(idp, { displayName: 'Viewers', members: [{ value: bob.id }] });
    expect((await patch(`/Groups/${viewers.id}`, removal(bob))).status).toBe(204);
    expect((await patch(`/Users/${bob.id}`, deactivation)).status).toBe(200);
    expect((await idp.delete(`/Users/${bob.id}`)).status).toBe(204);
    expect((await idp.delete(`/Groups/${viewers.id}`)).status).toBe(204);
  });

  it('stays when the last two are taken away at the same moment, whichever way [L8]', async () => {
    for (let round = 0; round < 5; round++) {
      const client = await scim.client({ tenant: fresh('tenant') });
      const [one, two] = [await createUser(client), await createUser(client)];
      const group = await createGroup(client, {
        displayName: 'Owners',
        members: [{ value: one.id }, { value: two.id }],
      });
      const ways = [
        (user: Resource) => client.patch(`/Users/${user.id}`, [deactivation]),
        (user: Resource) => client.delete(`/Users/${user.id}`),
        (user: Resource) => client.patch(`/Groups/${group.id}`, [removal(user)]),
      ];
      const replies = await Promise.all([
        ways[round % 3]!(one),
        ways[(round + (round > 2 ? 1 : 0)) % 3]!(two),
      ]);
      expect(replies.map(({ status }) => (status < 300 ? 'done' : status)).toSorted()).toEqual([409, 'done']);
    }
  });
});
