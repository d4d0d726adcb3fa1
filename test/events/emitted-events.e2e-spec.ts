import type { GroupMembersChanged, UserUpdated } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { classesOf, eventsIn } from '../support/outbox-rows.js';
import { createGroup, createUser, ENTERPRISE, fresh, GROUP, user } from '../support/resources.js';
import { ADAPTERS, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

describeEachDatabase('events of changes', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { pendingMembers: true } });
    client = await scim.client();
  });
  afterAll(() => scim.close());
  const written = (...ids: string[]) => eventsIn(scim.dataSource, ...ids);
  const bulk = (operations: object[]): Promise<ScimReply> =>
    client.post('/Bulk', { schemas: [BULK], Operations: operations });

  it('tell of a new user once, with connection, request and version', async () => {
    const reply = await client.post('/Users', user({ externalId: 'x-1' }), {
      headers: { 'x-request-id': 'req-1' },
    });
    const [event, ...more] = await written(reply.body.id);
    expect(more).toEqual([]);
    const [connection] = await scim.tokens.connections('acme');
    expect(event).toMatchObject({
      type: 'scim.user.created.v1',
      tenantId: 'acme',
      connectionId: connection!.id,
      externalId: 'x-1',
      name: reply.body.userName,
      version: 1,
      time: reply.body.meta.created,
      requestId: 'req-1',
      by: 'scim',
      after: { userName: reply.body.userName, externalId: 'x-1' },
    });
  });

  it('tell nothing of a request that changes nothing', async () => {
    const { id } = await createUser(client, { title: 'Clerk' });
    const group = await createGroup(client, { members: [{ value: id }] });
    const before = await written();
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Clerk' }]);
    await client.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]);
    await client.patch(`/Groups/${group.id}`, [
      { op: 'remove', path: `members[value eq "${id}"]` },
      { op: 'add', path: 'members', value: [{ value: id }] },
    ]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: '' }]);
    await client.delete('/Users/nobody');
    expect(await written()).toHaveLength(before.length);
  });

  it('tell what a PUT changed, before and after', async () => {
    const { id, userName } = await createUser(client, { title: 'Clerk', nickName: 'C' });
    await client.put(`/Users/${id}`, user({ userName, title: 'Head' }));
    const [, event] = (await written(id)) as [unknown, UserUpdated];
    expect(event).toMatchObject({
      changed: ['title', 'nickName'],
      before: { title: 'Clerk', nickName: 'C' },
      after: { title: 'Head' },
      version: 2,
    });
  });

  it('tell of the members that joined and left, and only of them', async () => {
    const [a, b, c] = [await createUser(client), await createUser(client), await createUser(client)];
    const group = await createGroup(client, { members: [{ value: a.id }, { value: b.id }] });
    await client.put(`/Groups/${group.id}`, {
      schemas: [GROUP],
      displayName: group.displayName,
      members: [{ value: b.id }, { value: c.id }],
    });
    await client.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members' }]);
    const events = (await written(group.id)).slice(1) as GroupMembersChanged[];
    expect(
      events.map(({ added, removed }) => [added.map(({ id }) => id), removed.map(({ id }) => id)]),
    ).toEqual([
      [[a.id, b.id].toSorted(), []],
      [[c.id], [a.id]],
      [[], [b.id, c.id].toSorted()],
    ]);
    expect(events[0]!.added[0]!.type).toBe('User');
  });

  it('tell of everything that goes with a deleted user', async () => {
    const boss = await createUser(client);
    const report = await createUser(client, { [ENTERPRISE]: { manager: { value: boss.id } } });
    const group = await createGroup(client, { members: [{ value: boss.id }] });
    await client.delete(`/Users/${boss.id}`);
    const told = async (id: string) => (await written(id)).at(-1)!.toJSON();
    expect(await told(boss.id)).toMatchObject({
      type: 'scim.user.deleted.v1',
      name: boss.userName,
      version: 2,
      before: { userName: boss.userName },
    });
    expect(await told(group.id)).toMatchObject({
      type: 'scim.group.members-changed.v1',
      name: group.displayName,
      version: 2,
      removed: [{ id: boss.id, type: 'User' }],
    });
    expect(await told(report.id)).toMatchObject({
      type: 'scim.user.updated.v1',
      name: report.userName,
      version: 2,
      changed: [`${ENTERPRISE}:manager`],
      before: { [ENTERPRISE]: { manager: { value: boss.id } } },
      after: {},
    });
  });

  it('tell who was in a deleted group, and which groups it was in', async () => {
    const member = await createUser(client);
    const inner = await createGroup(client, { members: [{ value: member.id }] });
    const outer = await createGroup(client, { members: [{ value: inner.id }] });
    await client.delete(`/Groups/${inner.id}`);
    expect(classesOf((await written(inner.id)).slice(2))).toEqual(['GroupMembersChanged', 'GroupDeleted']);
    expect((await written(inner.id)).at(-2)).toMatchObject({ removed: [{ id: member.id, type: 'User' }] });
    expect((await written(outer.id)).at(-1)).toMatchObject({ removed: [{ id: inner.id, type: 'Group' }] });
  });

  it('tell of groups that waited for a member', async () => {
    const group = await createGroup(client, { members: [{ value: 'late-1' }] });
    expect(classesOf(await written(group.id))).toEqual(['GroupCreated']);
    const { id } = await createUser(client, { externalId: 'late-1' });
    expect((await written(group.id)).at(-1)).toMatchObject({
      type: 'scim.group.members-changed.v1',
      added: [{ id, type: 'User' }],
    });
  });

  it('tell of each resource of a Bulk request, and of none that failed', async () => {
    const userName = fresh();
    const post = (name: string) => ({
      method: 'POST',
      path: '/Users',
      bulkId: fresh(),
      data: user({ userName: name }),
    });
    const reply = await bulk([post(userName), post(fresh()), post(userName)]);
    const ids = (reply.body.Operations as { location?: string }[]).flatMap(
      ({ location }) => location?.split('/').at(-1) ?? [],
    );
    expect(classesOf(await written(...ids))).toEqual(['UserCreated', 'UserCreated']);
    const named = (await written()).filter(({ name }) => name === userName);
    expect(named).toHaveLength(1);
  });

  /** Every way in which an identity provider takes access away. */
  const WAYS: Record<string, (id: string, userName: string) => Promise<ScimReply>> = {
    'PATCH with a path': (id) =>
      client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
    'PATCH without a path': (id) =>
      client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }]),
    'PATCH with "False"': (id) =>
      client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]),
    'PATCH with other attributes': (id) =>
      client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false, title: 'Gone' } }]),
    PUT: (id, userName) => client.put(`/Users/${id}`, user({ userName, active: false })),
    DELETE: (id) => client.delete(`/Users/${id}`),
    'Bulk PATCH': (id) =>
      bulk([
        {
          method: 'PATCH',
          path: `/Users/${id}`,
          data: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'replace', path: 'active', value: false }],
          },
        },
      ]),
    'Bulk PUT': (id, userName) =>
      bulk([{ method: 'PUT', path: `/Users/${id}`, data: user({ userName, active: false }) }]),
    'Bulk DELETE': (id) => bulk([{ method: 'DELETE', path: `/Users/${id}` }]),
  };

  it.each(Object.keys(WAYS))('tell exactly once that access has ended by %s', async (way) => {
    const { id, userName } = await createUser(client, { active: true });
    const reply = await WAYS[way]!(id, userName);
    expect(reply.status).toBeLessThan(300);
    const ends = (await written(id)).filter(({ type }) => /deactivated|deleted/.test(type));
    expect(classesOf(ends)).toEqual([way.includes('DELETE') ? 'UserDeleted' : 'UserDeactivated']);
    // Told again, it happens no more.
    if (!way.includes('DELETE')) await WAYS[way]!(id, userName);
    const again = (await written(id)).filter(({ type }) => /deactivated|deleted/.test(type));
    expect(again).toHaveLength(1);
  });

  it('tell of a user that is created without access, and gets it later', async () => {
    const { id } = await createUser(client, { active: false });
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }]);
    expect(classesOf(await written(id))).toEqual(['UserCreated', 'UserReactivated']);
  });

  it('count the versions of a resource without a gap, under parallel changes', async () => {
    const { id } = await createUser(client);
    const group = await createGroup(client);
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => [
        client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: `t${i}` }]),
        client.patch(`/Groups/${group.id}`, [
          { op: i % 2 ? 'remove' : 'add', path: 'members', value: [{ value: id }] },
        ]),
      ]).flat(),
    );
    for (const path of [`/Users/${id}`, `/Groups/${group.id}`]) {
      const { version } = (await client.get(path)).body.meta as { version: string };
      const versions = (await written(path.split('/')[2]!)).map((event) => event.version);
      expect(versions).toEqual(versions.map((_, i) => i + 1));
      expect(version).toContain(String(versions.length));
    }
  });
});

describe.each(ADAPTERS)('events on %s', (adapter) => {
  it('carry the id of the request that caused them', async () => {
    const scim = await bootScimOn('sqlite', { adapter });
    const client = await scim.client();
    const { body } = await client.post('/Users', user(), { headers: { 'X-Request-ID': 'abc' } });
    const { body: other } = await client.post('/Users', user(), { headers: { 'X-Request-ID': 'a b' } });
    const [event] = await eventsIn(scim.dataSource, body.id);
    const [second] = await eventsIn(scim.dataSource, other.id);
    await scim.close();
    expect(event!.requestId).toBe('abc');
    expect(second!.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
