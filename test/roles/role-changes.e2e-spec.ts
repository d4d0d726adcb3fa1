import { Injectable } from '@nestjs/common';
import {
  OnScimEvent,
  type OptionRoleMapping,
  ScimRoleMappings,
  ScimRoles,
  UserRolesChanged,
} from 'nestjs-scim';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeEachDatabase, emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { createGroup, createUser, fresh, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

/** What a host does: it keeps the set of roles that it is told. */
@Injectable()
class Application {
  readonly heard: UserRolesChanged[] = [];
  readonly roles = new Map<string, readonly string[]>();

  @OnScimEvent(UserRolesChanged)
  set(event: UserRolesChanged): void {
    this.heard.push(event);
    this.roles.set(event.resourceId, event.effective);
  }
}

const MAPPINGS: OptionRoleMapping[] = [
  { role: 'admin', group: { displayName: 'Admins' }, priority: 10 },
  { role: 'viewer', group: { displayName: 'Everybody' } },
  { role: 'dev', group: { pattern: 'dev-*' } },
];

// Some steps wait for work in the background.
vi.setConfig({ testTimeout: 120_000 });

/** Until it holds; fails with what it was at last. */
async function eventually<T>(read: () => T | Promise<T>, expected: T): Promise<void> {
  for (const end = Date.now() + 15_000; ;) {
    const value = await read();
    if (JSON.stringify(value) === JSON.stringify(expected) || Date.now() > end) {
      expect(value).toEqual(expected);
      return;
    }
    await new Promise((done) => setTimeout(done, 25));
  }
}

describeEachDatabase('Changes of roles', (name) => {
  describe.each(ADAPTERS)('on %s', (adapter) => {
    let database: EmptyDatabase;
    let scim: ScimApp;
    let idp: ScimClient;
    let tenant: string;
    const boot = (mappings: OptionRoleMapping[]) =>
      bootScim({
        adapter,
        database: database.options,
        scim: { roles: { mappings }, outbox: {} },
        host: { providers: [Application] },
      });
    beforeAll(async () => {
      database = await emptyDatabase(name);
      scim = await boot(MAPPINGS);
    });
    afterAll(async () => {
      await scim.close();
      await database.drop();
    });
    beforeEach(async () => {
      tenant = fresh('tenant');
      idp = await scim.client({ tenant });
    });

    const application = (): Application => scim.app.get(Application);
    const told = (userId: string) => application().roles.get(userId) ?? null;
    const of = async (userId: string) =>
      (await scim.app.get(ScimRoles, { strict: false }).of({ tenantId: tenant, userId })).map(
        ({ role }) => role,
      );
    const add = (group: { id: string }, ...members: { id: string }[]) =>
      idp.patch(`/Groups/${group.id}`, [
        { op: 'add', path: 'members', value: members.map(({ id }) => ({ value: id })) },
      ]);
    const remove = (group: { id: string }, member: { id: string }) =>
      idp.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${member.id}"]` }]);

    it('reach the host with the whole set and the reasons, through nested groups', async () => {
      const ann = await createUser(idp, { externalId: 'ext-ann' });
      const admins = await createGroup(idp, { displayName: 'Admins' });
      const everybody = await createGroup(idp, { displayName: 'Everybody' });
      const team = await createGroup(idp, { displayName: 'Team', members: [{ value: ann.id }] });
      expect(told(ann.id)).toBeNull();
      await add(everybody, team);
      await eventually(() => told(ann.id), ['viewer']);
      await add(admins, ann);
      await eventually(() => told(ann.id), ['admin', 'viewer']);
      const [first, second] = application().heard.filter(({ resourceId }) => resourceId === ann.id);
      expect(first).toMatchObject({
        granted: ['viewer'],
        revoked: [],
        externalId: 'ext-ann',
        name: ann.userName,
      });
      expect(first?.roles[0]?.reasons[0]?.path.map(({ displayName }) => displayName)).toEqual([
        'Team',
        'Everybody',
      ]);
      expect(second).toMatchObject({
        granted: ['admin'],
        revoked: [],
        effective: ['admin', 'viewer'],
        tenantId: tenant,
      });
      expect([first?.version, second?.version]).toEqual([1, 2]);
      expect(second!.sequence).toBeGreaterThan(first!.sequence);
      await remove(everybody, team);
      await eventually(() => told(ann.id), ['admin']);
      expect(application().heard.at(-1)).toMatchObject({ revoked: ['viewer'] });
    });

    it('follow deactivation, return, deletion of the user and deletion of the group', async () => {
      const [ann, bob] = [await createUser(idp), await createUser(idp)];
      const admins = await createGroup(idp, {
        displayName: 'Admins',
        members: [{ value: ann.id }, { value: bob.id }],
      });
      await eventually(() => [told(ann.id), told(bob.id)], [['admin'], ['admin']]);
      await idp.patch(`/Users/${ann.id}`, [{ op: 'replace', path: 'active', value: false }]);
      expect(await of(ann.id)).toEqual([]);
      await eventually(() => told(ann.id), []);
      await idp.patch(`/Users/${ann.id}`, [{ op: 'replace', path: 'active', value: true }]);
      await eventually(() => told(ann.id), ['admin']);
      await idp.delete(`/Users/${bob.id}`);
      await eventually(() => told(bob.id), []);
      await idp.delete(`/Groups/${admins.id}`);
      expect(await of(ann.id)).toEqual([]);
      await eventually(() => told(ann.id), []);
    });

    it('are told once for a change, and not for one that changes no role', async () => {
      const ann = await createUser(idp);
      const admins = await createGroup(idp, { displayName: 'Admins', members: [{ value: ann.id }] });
      await eventually(() => told(ann.id), ['admin']);
      const team = await createGroup(idp, { displayName: 'Team', members: [{ value: ann.id }] });
      await add(admins, team);
      await idp.patch(`/Users/${ann.id}`, [{ op: 'replace', path: 'title', value: 'Boss' }]);
      await remove(admins, ann);
      await remove(team, ann);
      await eventually(() => told(ann.id), []);
      const heard = application().heard.filter(({ resourceId }) => resourceId === ann.id);
      expect(heard.map(({ granted, revoked }) => [granted, revoked])).toEqual([
        [['admin'], []],
        [[], ['admin']],
      ]);
    });

    it('do not come from renaming a group, nor from creating a deleted one again [L8]', async () => {
      const [ann, eve] = [await createUser(idp), await createUser(idp)];
      const admins = await createGroup(idp, { displayName: 'Admins', members: [{ value: ann.id }] });
      const others = await createGroup(idp, { displayName: 'Others', members: [{ value: eve.id }] });
      const rename = (group: { id: string }, displayName: string) =>
        idp.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: displayName }]);
      await rename(admins, 'Old admins');
      await rename(others, 'Admins');
      expect([await of(ann.id), await of(eve.id)]).toEqual([['admin'], []]);
      await idp.delete(`/Groups/${admins.id}`);
      await idp.delete(`/Groups/${others.id}`);
      await createGroup(idp, { displayName: 'Admins', members: [{ value: eve.id }] });
      expect(await of(eve.id)).toEqual([]);
      const mappings = scim.app.get(ScimRoleMappings, { strict: false });
      const [mapping] = await mappings.list(tenant);
      expect(mapping).toMatchObject({ role: 'admin', groups: [{ id: admins.id, gone: true }] });
      await mappings.rebind(tenant, mapping!.id);
      expect(await of(eve.id)).toEqual(['admin']);
      await eventually(() => told(eve.id), ['admin']);
    });

    it('come from the first group that gets a name, also by renaming, and tell its members', async () => {
      const ann = await createUser(idp);
      const group = await createGroup(idp, { displayName: 'Team', members: [{ value: ann.id }] });
      await idp.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: 'admins' }]);
      await eventually(() => told(ann.id), ['admin']);
    });

    it('come by a pattern from groups that are created, not from one that is renamed', async () => {
      const [ann, eve] = [await createUser(idp), await createUser(idp)];
      const sales = await createGroup(idp, { displayName: 'Sales', members: [{ value: eve.id }] });
      await createGroup(idp, { displayName: 'dev-a', members: [{ value: ann.id }] });
      await idp.patch(`/Groups/${sales.id}`, [{ op: 'replace', path: 'displayName', value: 'dev-b' }]);
      await eventually(() => told(ann.id), ['dev']);
      expect(await of(eve.id)).toEqual([]);
    });

    it('of a mapping by externalId follow the group that the provider creates again', async () => {
      const ann = await createUser(idp);
      const mappings = scim.app.get(ScimRoleMappings, { strict: false });
      await mappings.add(tenant, { role: 'ops', group: { externalId: 'x-1' } });
      const body = { displayName: 'Ops', externalId: 'x-1', members: [{ value: ann.id }] };
      const group = await createGroup(idp, body);
      expect(await of(ann.id)).toEqual(['ops']);
      await createGroup(idp, { displayName: 'Copy', externalId: 'x-1', members: [{ value: ann.id }] });
      await idp.delete(`/Groups/${group.id}`);
      expect(await of(ann.id)).toEqual([]);
      await createGroup(idp, body);
      expect(await of(ann.id)).toEqual(['ops']);
    });

    /** The roles in the newest events of the outbox, and of how many users. */
    const written = async (): Promise<[string, number]> => {
      const rows: { payload: unknown; resource: string }[] = await scim.dataSource.query(
        `select payload, stream as resource from scim_outbox
          where tenant_id = '${tenant}' and type = 'scim.user.roles-changed.v1' order by sequence desc`,
      );
      const [newest] = rows;
      // Some drivers parse JSON.
      const payload = newest?.payload ?? {};
      const { effective } = (typeof payload === 'string' ? JSON.parse(payload) : payload) as {
        effective?: string[];
      };
      return [effective?.join() ?? 'none', new Set(rows.map(({ resource }) => resource)).size];
    };

    it('of 600 users follow a mapping that is added and removed, in two batches with progress', async () => {
      const Operations = Array.from({ length: 600 }, (_, n) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `u${n}`,
        data: user(),
      }));
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
      const { body } = await idp.post('/Bulk', { schemas, Operations });
      const ids: string[] = body.Operations.map(({ location }: { location: string }) =>
        location.split('/').at(-1),
      );
      const group = await createGroup(idp, { displayName: 'Big', members: ids.map((value) => ({ value })) });
      const mappings = scim.app.get(ScimRoleMappings, { strict: false });
      const { id } = await mappings.add(tenant, { role: 'guest', group: { id: group.id } });
      const finished = async () =>
        (await mappings.progress(tenant)).map((job) => job.finishedAt !== undefined);
      await eventually(finished, [true]);
      expect(await mappings.progress(tenant)).toMatchObject([
        { done: 600, total: 600, changed: 600, scope: { kind: 'group', groupId: group.id } },
      ]);
      expect(await written()).toEqual(['guest', 600]);
      await mappings.remove(tenant, id);
      await eventually(finished, [true, true]);
      expect(await written()).toEqual(['', 600]);
    });

    it('follow mappings in the options at the next start, and go on with work that was left', async () => {
      const [ann, bob] = [await createUser(idp), await createUser(idp)];
      await createGroup(idp, { displayName: 'Admins', members: [{ value: ann.id }] });
      await createGroup(idp, { displayName: 'Late', members: [{ value: bob.id }] });
      await eventually(() => told(ann.id), ['admin']);
      if (name === 'sqlite') return;
      await scim.close();
      scim = await boot([MAPPINGS[1]!, MAPPINGS[2]!, { role: 'late', group: { displayName: 'Late' } }]);
      await eventually(() => [told(ann.id), told(bob.id)], [[], ['late']]);
      await scim.close();
      scim = await boot(MAPPINGS);
      await eventually(() => [told(ann.id), told(bob.id)], [['admin'], []]);
    });
  });
});
