import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGISTRY, GROUPS, USERS } from '../../../../../test/contracts/resource-store.contract.js';
import {
  describeEachDatabase,
  openDatabase,
  type OpenDatabase,
} from '../../../../../test/support/databases.js';
import { inTenant } from '../../../../../test/support/origin.js';
import { fresh, GROUP, USER } from '../../../../../test/support/resources.js';
import type { OptionRoleMapping } from '../../roles/role-mapping.js';
import { addRoleJob } from '../../roles/role-job.js';
import { RoleRecalculation } from '../../roles/role-recalculation.js';
import { RoleStore } from '../../roles/role-store.js';
import { ScimRoleMappings } from '../../roles/scim-role-mappings.js';
import { ScimRoles } from '../../roles/scim-roles.js';
import { TypeOrmOutbox } from '../outbox/typeorm-outbox.js';
import { TypeOrmResourceStore } from '../stores/typeorm-resource.store.js';
import { TypeOrmRoleStore } from './typeorm-role.store.js';

describeEachDatabase('Roles', (name) => {
  let database: OpenDatabase;
  let resources: TypeOrmResourceStore;
  let store: RoleStore;
  let tenant: string;
  beforeAll(async () => {
    database = await openDatabase(name);
    resources = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY });
    store = TypeOrmRoleStore.on(database.dataSource);
  });
  afterAll(() => database.close());
  beforeEach(() => void (tenant = fresh('tenant')));

  const addUser = async (
    userName = fresh(),
    more: Record<string, string | boolean> = {},
    to = tenant,
  ): Promise<string> => {
    const document = { schemas: [USER], userName, ...more };
    return (await resources.create(USERS, inTenant(to), { document, concealed: {} })).head.id;
  };
  const addGroup = async (
    displayName: string,
    members: string[] = [],
    more: Record<string, string> = {},
    to = tenant,
  ) => {
    const document = { schemas: [GROUP], displayName, ...more };
    const step = { kind: 'change' as const, add: members.map((id) => ({ id })), remove: [] };
    return (await resources.create(GROUPS, inTenant(to), { document, concealed: {}, members: [step] })).head
      .id;
  };
  const rename = (id: string, displayName: string) =>
    resources.modify(GROUPS, inTenant(tenant), id, ({ document, concealed }) => ({
      document: { ...document, displayName },
      concealed,
    }));
  const services = (mappings: OptionRoleMapping[] = []) => {
    const settings = { roles: { mappings, protected: [] } };
    return { roles: new ScimRoles(store, settings), mappings: new ScimRoleMappings(store, settings) };
  };
  const names = async (userId: string, mappings: OptionRoleMapping[] = [], of = tenant) =>
    (await services(mappings).roles.of({ tenantId: of, userId })).map(({ role }) => role);

  describe('of a user', () => {
    it('follow from mappings in the options and in rows, through nested groups', async () => {
      const ann = await addUser();
      const inner = await addGroup('Inner', [ann]);
      const outer = await addGroup('Outer', [inner], { externalId: 'x-1' });
      await services().mappings.add(tenant, { role: 'viewer', group: { externalId: 'x-1' } });
      const options = [{ role: 'admin', group: { displayName: 'INNER' }, priority: 5 }];
      const roles = await services(options).roles.of({ tenantId: tenant, userId: ann });
      expect(roles.map(({ role, priority }) => [role, priority])).toEqual([
        ['admin', 5],
        ['viewer', 0],
      ]);
      expect(roles[1]?.reasons).toMatchObject([
        { group: { id: outer, displayName: 'Outer' }, path: [{ id: inner }, { id: outer }] },
      ]);
    });

    it.skipIf(name === 'sqlite')(
      'are not told again of whom a change took them while they were told for the first time',
      async () => {
        const ann = await addUser();
        const group = await addGroup('Team', [ann]);
        const mappings = [{ role: 'admin', group: { id: group } }];
        const outbox = new TypeOrmOutbox(database.dataSource);
        const [one, other] = ['one process', 'another'].map(
          () => new RoleRecalculation(store, outbox, { roles: { mappings, protected: [] } }),
        );
        const cause = { connectionId: null, by: 'host' } as const;
        let second: Promise<number> | undefined;
        await one!.run(tenant, [ann], cause, async () => {
          await resources.modify(USERS, inTenant(tenant), ann, ({ document, concealed }) => ({
            document: { ...document, active: false },
            concealed,
          }));
          second = other!.run(tenant, [ann], cause);
          // Time enough to find nothing, if it did not wait.
          await new Promise((resolve) => setTimeout(resolve, 200));
        });
        expect(await second).toBe(1);
        const told = await store.transaction((open) => open.lockStates(tenant, [ann]));
        expect(told.get(ann)).toMatchObject({ version: 2, granted: [] });
      },
    );

    it('end where groups contain each other', async () => {
      const ann = await addUser();
      const first = await addGroup('First', [ann]);
      const second = await addGroup('Second', [first]);
      const step = { kind: 'change' as const, add: [{ id: second }], remove: [] };
      await resources.modify(GROUPS, inTenant(tenant), first, ({ document, concealed }) => ({
        document,
        concealed,
        members: [step],
      }));
      expect(await names(ann, [{ role: 'admin', group: { id: second } }])).toEqual(['admin']);
    });

    it('are none when the user is deactivated, unknown or of another tenant', async () => {
      const gone = await addUser(fresh(), { active: false });
      const there = await addUser();
      const group = await addGroup('Admins', [gone, there]);
      const options = [{ role: 'admin', group: { id: group } }];
      expect(await names(there, options)).toEqual(['admin']);
      expect(await names(gone, options)).toEqual([]);
      expect(await names('nobody', options)).toEqual([]);
      expect(await names(there, options, 'elsewhere')).toEqual([]);
      expect(await names('x'.repeat(100_000), options)).toEqual([]);
    });

    it('come from mappings of the own tenant only', async () => {
      const other = fresh('tenant');
      const [ann, eve] = [await addUser(), await addUser(fresh(), {}, other)];
      await addGroup('Admins', [ann]);
      await addGroup('Admins', [eve], {}, other);
      await services().mappings.add(tenant, { role: 'admin', group: { displayName: 'Admins' } });
      expect(await names(ann)).toEqual(['admin']);
      expect(await names(eve, [], other)).toEqual([]);
      const options = [{ role: 'owner', group: { displayName: 'Admins' }, tenantId: other }];
      expect(await names(ann, options)).toEqual(['admin']);
      expect(await names(eve, options, other)).toEqual(['owner']);
    });

    it('are held by those whom the pages of holders name, in order and once', async () => {
      const users = await Promise.all(Array.from({ length: 7 }, () => addUser()));
      await addUser();
      const inactive = await addUser(fresh(), { active: false });
      const inner = await addGroup('Inner', [...users.slice(0, 4), inactive]);
      await addGroup('Outer', [inner, ...users.slice(3)]);
      const { roles } = services([{ role: 'member', group: { displayName: 'Outer' } }]);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await roles.holders(tenant, 'member', { after, limit: 3 });
        seen.push(...page.holders.map(({ userId }) => userId));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toEqual(users.toSorted());
      expect(await roles.holders(tenant, 'nothing')).toEqual({ holders: [], next: undefined });
    });
  });

  describe('by a name', () => {
    it('stay with the group that had it first, whatever groups are called later', async () => {
      const [ann, eve] = [await addUser(), await addUser()];
      const admins = await addGroup('Admins', [ann]);
      const others = await addGroup('Others', [eve]);
      const { mappings } = services();
      const { id, groups } = await mappings.add(tenant, { role: 'admin', group: { displayName: 'admins' } });
      expect(groups).toEqual([{ id: admins, displayName: 'Admins', gone: false }]);
      await rename(admins, 'Former admins');
      await rename(others, 'Admins');
      expect([await names(ann), await names(eve)]).toEqual([['admin'], []]);
      await resources.delete(GROUPS, inTenant(tenant), admins, () => undefined);
      expect([await names(ann), await names(eve)]).toEqual([[], []]);
      expect((await mappings.list(tenant))[0]?.groups).toEqual([{ id: admins, displayName: '', gone: true }]);
      expect((await mappings.rebind(tenant, id)).groups).toMatchObject([{ id: others }]);
      expect(await names(eve)).toEqual(['admin']);
    });

    it('go to the group that an administrator names', async () => {
      const ann = await addUser();
      const chosen = await addGroup('Chosen', [ann]);
      const { mappings } = services();
      const { id } = await mappings.add(tenant, { role: 'admin', group: { displayName: 'Admins' } });
      await expect(mappings.rebind(tenant, id, 'nobody')).rejects.toMatchObject({ code: 'unknownGroup' });
      await mappings.rebind(tenant, id, chosen);
      expect(await names(ann)).toEqual(['admin']);
    });

    it('are bound once when two administrators add mappings at the same moment', async () => {
      await addGroup('Admins');
      const { mappings } = services();
      const add = () => mappings.add(tenant, { role: 'admin', group: { displayName: 'Admins' } });
      const outcomes = await Promise.allSettled([add(), add(), add()]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect((await store.rules(tenant)).mappings).toHaveLength(1);
    });
  });

  describe('by a pattern', () => {
    it('come from all groups that match, and from no other', async () => {
      const users = await Promise.all(Array.from({ length: 5 }, () => addUser()));
      const titles = ['app-eng-admin', 'APP-ops-ADMIN', 'app-admin-eng', 'my app-x-admin', 'app%admin'];
      for (const [index, title] of titles.entries()) await addGroup(title, [users[index]!]);
      await services().mappings.add(tenant, { role: 'admin', group: { pattern: 'app-*-admin' } });
      const having = await Promise.all(users.map((user) => names(user)));
      expect(having.map((list) => list.length)).toEqual([1, 1, 0, 0, 0]);
    });
  });

  describe('A dry run', () => {
    it('tells who would gain and lose what, and writes nothing', async () => {
      const users = await Promise.all(Array.from({ length: 6 }, (_, n) => addUser(`user${n}.${tenant}`)));
      const [a, b, c, d, e, f] = users as [string, string, string, string, string, string];
      const now = await addGroup('Now', [a, b, c]);
      const then = await addGroup('Then', [c, d]);
      await addGroup('All', [then, e]);
      const left = await addUser(fresh(), { active: false });
      await addGroup('Left', [left, f]);
      const { mappings } = services();
      const { id } = await mappings.add(tenant, { role: 'admin', group: { id: now } });
      const before = await store.rules(tenant);
      const report = await mappings.dryRun(tenant, {
        add: [
          { role: 'admin', group: { displayName: 'all' } },
          { role: 'viewer', group: { pattern: 'le*' } },
        ],
        remove: [id],
        sample: 1,
      });
      const named = (userId: string) => ({ userId, userName: `user${users.indexOf(userId)}.${tenant}` });
      expect(report.roles).toEqual([
        {
          role: 'admin',
          gain: { total: 2, sample: [named([d, e].toSorted()[0]!)] },
          lose: { total: 2, sample: [named([a, b].toSorted()[0]!)] },
        },
        { role: 'viewer', gain: { total: 1, sample: [named(f)] }, lose: { total: 0, sample: [] } },
      ]);
      expect(report.groups.map((list) => list.map(({ displayName }) => displayName))).toEqual([
        ['All'],
        ['Left'],
      ]);
      expect(await store.rules(tenant)).toEqual(before);
      await expect(mappings.dryRun(tenant, { remove: ['x'] })).rejects.toMatchObject({
        code: 'unknownMapping',
      });
    });
  });

  describe('Mappings', () => {
    it('are listed with those of the options, and removed only where they are rows', async () => {
      const options = [{ role: 'viewer', group: { displayName: 'All' }, priority: 9 }];
      const { mappings } = services(options);
      const { id } = await mappings.add(tenant, { role: 'admin', group: { pattern: 'app-*' } });
      const listed = await mappings.list(tenant);
      expect(listed.map(({ role, source }) => [role, source])).toEqual([
        ['viewer', 'options'],
        ['admin', 'tenant'],
      ]);
      await expect(mappings.remove(tenant, listed[0]!.id)).rejects.toMatchObject({ code: 'unknownMapping' });
      await mappings.remove(tenant, id);
      expect(await mappings.list(tenant)).toHaveLength(1);
      const { bindings } = await store.rules(tenant);
      expect(bindings.filter(({ mappingId }) => mappingId === id)).toEqual([]);
      await expect(mappings.remove(tenant, id)).rejects.toMatchObject({ code: 'unknownMapping' });
    });

    it('of a text that means something in SQL or JSON are kept as they are', async () => {
      const ann = await addUser();
      const title = `a"b\\c'd%e_f{}`;
      await addGroup(title, [ann]);
      await services().mappings.add(tenant, { role: `r"o'l\\e`, group: { displayName: title } });
      expect(await names(ann)).toEqual([`r"o'l\\e`]);
    });
  });

  describe('Recalculations', () => {
    const job = (scope: Parameters<RoleStore['jobPage']>[1]) =>
      store.transaction((within) => addRoleJob(within, tenant, scope));
    const walk = async (scope: Parameters<RoleStore['jobPage']>[1], limit: number): Promise<string[]> => {
      const seen: string[] = [];
      for (let position: string | undefined = ''; position !== undefined;) {
        const page = await store.jobPage(tenant, scope, position, limit);
        seen.push(...page.userIds);
        position = page.next;
      }
      return seen;
    };

    it('reach everybody in a group and in the groups inside it, in pages', async () => {
      const users = await Promise.all(Array.from({ length: 7 }, () => addUser()));
      const inner = await addGroup('Inner', users.slice(0, 3));
      const empty = await addGroup('Empty', [inner]);
      const outer = await addGroup('Outer', [empty, ...users.slice(2)]);
      await addUser();
      for (const limit of [1, 2, 3, 100]) {
        expect(new Set(await walk({ kind: 'group', groupId: outer }, limit))).toEqual(new Set(users));
      }
      expect(await walk({ kind: 'tenant' }, 3)).toHaveLength(8);
      expect(await store.jobSize(tenant, { kind: 'group', groupId: outer })).toBe(8);
    });

    it('are claimed by one worker, and by another one when that is not heard of', async () => {
      await database.dataSource.query('delete from scim_role_job');
      await job({ kind: 'tenant' });
      const claims = await Promise.all(
        ['a', 'b', 'c'].map((owner) =>
          store.claimJob(owner, '2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z'),
        ),
      );
      const mine = claims.filter((claim) => claim?.tenantId === tenant);
      expect(mine).toHaveLength(1);
      const owner = ['a', 'b', 'c'][claims.indexOf(mine[0])]!;
      const later = await store.claimJob('d', '2026-01-01T00:01:30.000Z', '2026-01-01T00:02:30.000Z');
      expect(later?.id).toBe(mine[0]!.id);
      const progress = { ...mine[0]!, position: 'x', done: 1 };
      expect(await store.keepJob(owner, progress, '2026-01-01T00:03:00.000Z')).toBe(false);
      const finished = { ...progress, finishedAt: '2026-01-01T00:02:00.000Z' };
      expect(await store.keepJob('d', finished, '2026-01-01T00:03:00.000Z')).toBe(true);
      expect(
        await store.claimJob('a', '2026-12-01T00:00:00.000Z', '2026-12-01T00:01:00.000Z'),
      ).toBeUndefined();
      expect(await store.jobs(tenant, 5)).toMatchObject([{ position: 'x', done: 1 }]);
    });

    it('that wait are not asked for twice', async () => {
      await job({ kind: 'group', groupId: 'g' });
      await job({ kind: 'group', groupId: 'g' });
      await job({ kind: 'tenant' });
      expect(await store.jobs(tenant, 5)).toHaveLength(2);
    });
  });

  it('of many users are told by one statement for each set of roles', async () => {
    const states = Array.from({ length: 50 }, (_, n) => ({
      userId: `user-${String(n).padStart(2, '0')}`,
      version: n + 1,
      granted: [{ role: n % 2 ? 'admin' : 'viewer', via: [['m', 'g']] as const }],
    }));
    const at = '2026-01-01T00:00:00.000Z';
    await store.transaction((within) => within.writeStates(tenant, states, at));
    const read = () =>
      store.transaction((within) =>
        within.lockStates(
          tenant,
          states.map(({ userId }) => userId),
        ),
      );
    expect([...(await read()).values()]).toEqual(states);
    await store.transaction((within) =>
      within.writeStates(tenant, [{ ...states[0]!, version: 9, granted: [] }], at),
    );
    expect((await read()).get('user-00')).toEqual({ userId: 'user-00', version: 9, granted: [] });
    expect((await read()).size).toBe(50);
  });
});
