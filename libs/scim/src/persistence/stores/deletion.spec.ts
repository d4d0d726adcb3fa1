import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  GROUPS,
  groupDocument,
  REGISTRY,
  userDocument,
  USERS,
} from '../../../../../test/contracts/resource-store.contract.js';
import {
  describeEachDatabase,
  type OpenDatabase,
  openDatabase,
} from '../../../../../test/support/databases.js';
import { inTenant } from '../../../../../test/support/origin.js';
import { ENTERPRISE, fresh } from '../../../../../test/support/resources.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { TypeOrmDeletionStore } from './typeorm-deletion.store.js';
import { TypeOrmResourceStore } from './typeorm-resource.store.js';

const QUIET = { active: false, memberships: false };
const ALL = { limit: 1000 };

describeEachDatabase('deleted resources', (database) => {
  let opened: OpenDatabase;
  let dataSource: DataSource;
  let store: TypeOrmResourceStore;
  let deletions: TypeOrmDeletionStore;
  let tenant: string;

  const openStores = (days: number) => {
    const input = { registry: REGISTRY, settings: { retention: { days } } };
    return {
      store: TypeOrmResourceStore.open(dataSource, input),
      deletions: TypeOrmDeletionStore.open(dataSource, input),
    };
  };

  beforeAll(async () => {
    opened = await openDatabase(database);
    ({ dataSource } = opened);
    ({ store, deletions } = openStores(30));
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    tenant = fresh('tenant');
  });

  const add = async (type: ResourceType, document: JsonObject, members: string[] = []): Promise<string> => {
    const steps = [{ kind: 'replace' as const, members: members.map((id) => ({ id })) }];
    const content = { document, concealed: {}, ...(type === GROUPS ? { members: steps } : {}) };
    return (await store.create(type, inTenant(tenant), content)).head.id;
  };
  const addUser = (more: JsonObject = {}): Promise<string> => add(USERS, userDocument(more));
  const addGroup = (members: string[], more: JsonObject = {}): Promise<string> =>
    add(GROUPS, groupDocument(more), members);
  const remove = async (id: string, type = USERS, from = store): Promise<void> => {
    expect(await from.delete(type, inTenant(tenant), id, () => undefined)).toBe(true);
  };
  const documentOf = async (id: string, type = USERS): Promise<JsonObject> =>
    JSON.parse((await store.find(type, tenant, id))!.json) as JsonObject;
  const membersOf = async (id: string): Promise<string[]> =>
    ((await store.members(tenant, [id])).get(id) ?? []).map((member) => member.id);
  /** As if the time had passed. */
  const makeDue = (...ids: string[]): Promise<unknown> =>
    Promise.all(
      ids.map((id) =>
        dataSource.query(
          `update scim_tombstone set purge_after = '2020-01-01T00:00:00.000Z' where id = '${id}'`,
        ),
      ),
    );
  /** As a relay does when all handlers have taken the events. */
  const deliver = (): Promise<unknown> =>
    dataSource.query(
      `update scim_outbox set settled_at = '${new Date().toISOString()}' where settled_at = ''`,
    );
  const purge = async (): Promise<void> => {
    while ((await deletions.announceDue(100)) > 0);
    await deliver();
    while ((await deletions.removeAnnounced(100)) > 0);
  };

  /** Until a transaction waits for a lock, on PostgreSQL. */
  const waiting = async (): Promise<void> => {
    for (;;) {
      const rows = await dataSource.query<unknown[]>(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it('are unknown to every read and show when their data will go', async () => {
    const id = await addUser({ userName: 'Ada@C.example', externalId: 'e-1' });
    await remove(id);
    expect(await store.find(USERS, tenant, id)).toBeUndefined();
    expect((await store.query(USERS, tenant, { offset: 0, limit: 10 })).total).toBe(0);
    const found = (await deletions.find(tenant, id))!;
    expect(found).toMatchObject({ tenantId: tenant, id, resourceType: 'User', held: false });
    expect(found).toMatchObject({ name: 'Ada@C.example', externalId: 'e-1' });
    expect(found.announcedAt).toBeUndefined();
    expect(Date.parse(found.purgeAfter) - Date.parse(found.deletedAt)).toBe(30 * 86_400_000);
  });

  it('keep no never-returned attribute', async () => {
    const content = { document: userDocument(), concealed: { password: 'h4sh-of-it' } };
    const { id } = (await store.create(USERS, inTenant(tenant), content)).head;
    await remove(id);
    const rows: unknown = await dataSource.query('select * from scim_tombstone');
    expect(JSON.stringify(rows)).not.toContain('h4sh-of-it');
  });

  it('are listed page by page, by name whatever its case, and by externalId', async () => {
    const userName = fresh();
    const ids = [await addUser({ userName }), await addUser({ externalId: 'x-9' }), await addGroup([])];
    await remove(ids[0]!);
    await remove(ids[1]!);
    await remove(ids[2]!, GROUPS);
    const again = await addUser({ userName });
    await remove(again);
    const list = async (query: object) =>
      (await deletions.list(tenant, { ...ALL, ...query })).map(({ id }) => id);
    expect(await list({})).toEqual([...ids, again]);
    expect(await list({ limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await list({ after: ids[1] })).toEqual([ids[2], again]);
    expect(await list({ name: userName.toUpperCase() })).toEqual([ids[0], again]);
    expect(await list({ externalId: 'x-9' })).toEqual([ids[1]]);
    expect(await list({ resourceType: 'Group' })).toEqual([ids[2]]);
  });

  it('belong to their tenant alone', async () => {
    const id = await addUser();
    await remove(id);
    const other = fresh('tenant');
    expect(await deletions.find(other, id)).toBeUndefined();
    expect(await deletions.list(other, ALL)).toEqual([]);
    expect(await deletions.restore(inTenant(other), id, QUIET)).toEqual({ kind: 'unknown' });
    expect(await deletions.expedite(other, id)).toBe('unknown');
    await deletions.hold(other, undefined, { heldAt: new Date().toISOString() });
    await deletions.hold(other, id, { heldAt: new Date().toISOString() });
    await makeDue(id);
    await purge();
    expect(await deletions.find(tenant, id)).toBeUndefined();
  });

  it('come back under their id, inactive, with a higher version and all that was found by filters', async () => {
    const emails = [{ value: `${fresh()}@c.example`, primary: true }];
    const id = await addUser({ title: 'Dr', emails, active: true });
    const before = (await store.find(USERS, tenant, id))!;
    await remove(id);
    const outcome = await deletions.restore(inTenant(tenant), id, QUIET);
    expect(outcome).toMatchObject({ kind: 'restored', memberships: 0 });
    const after = (await store.find(USERS, tenant, id))!;
    // The deletion was a version too.
    expect(after.version).toBe(before.version + 2);
    expect(after.created).toBe(before.created);
    expect(after.lastModified >= before.lastModified).toBe(true);
    expect(await documentOf(id)).toEqual({ ...(JSON.parse(before.json) as JsonObject), active: false });
    const values: unknown[] = await dataSource.query(
      `select value_key from scim_attribute_value where resource_id = '${id}'`,
    );
    expect(values).toEqual([{ value_key: emails[0]!.value }]);
    expect(await deletions.find(tenant, id)).toBeUndefined();
    expect(await deletions.restore(inTenant(tenant), id, QUIET)).toEqual({ kind: 'unknown' });
  });

  it('come back active when the host says so', async () => {
    const id = await addUser({ active: true });
    await remove(id);
    await deletions.restore(inTenant(tenant), id, { ...QUIET, active: true });
    expect((await documentOf(id))['active']).toBe(true);
  });

  it('do not come back while somebody has their name, but do under another one', async () => {
    const userName = fresh();
    const id = await addUser({ userName });
    await remove(id);
    await addUser({ userName: userName.toUpperCase() });
    await expect(deletions.restore(inTenant(tenant), id, QUIET)).rejects.toMatchObject({
      scimType: 'uniqueness',
    });
    expect(await deletions.find(tenant, id)).toBeDefined();
    const name = fresh();
    expect(await deletions.restore(inTenant(tenant), id, { ...QUIET, name })).toMatchObject({
      kind: 'restored',
    });
    expect((await documentOf(id))['userName']).toBe(name);
  });

  it('come back to the groups that are still there, which get a new version', async () => {
    const [id, other] = [await addUser(), await addUser()];
    const groups = [await addGroup([id, other]), await addGroup([id]), await addGroup([other])];
    await remove(id);
    await remove(groups[1]!, GROUPS);
    const version = (await store.find(GROUPS, tenant, groups[0]!))!.version;
    expect(await deletions.restore(inTenant(tenant), id, { ...QUIET, memberships: true })).toMatchObject({
      memberships: 1,
    });
    expect((await membersOf(groups[0]!)).toSorted()).toEqual([id, other].toSorted());
    expect((await store.find(GROUPS, tenant, groups[0]!))!.version).toBe(version + 1);
    expect(await membersOf(groups[2]!)).toEqual([other]);
  });

  it('come back to no group unless they are told to', async () => {
    const id = await addUser();
    const group = await addGroup([id]);
    await remove(id);
    await deletions.restore(inTenant(tenant), id, QUIET);
    expect(await membersOf(group)).toEqual([]);
  });

  it('bring a group back with those of its members that are still there', async () => {
    const [stays, goes] = [await addUser(), await addUser()];
    const inner = await addGroup([]);
    const group = await addGroup([stays, goes, inner]);
    const outer = await addGroup([group]);
    await remove(group, GROUPS);
    await remove(goes);
    const outcome = await deletions.restore(inTenant(tenant), group, { ...QUIET, memberships: true });
    expect(outcome).toMatchObject({ kind: 'restored', memberships: 3 });
    expect((await membersOf(group)).toSorted()).toEqual([stays, inner].toSorted());
    expect(await membersOf(outer)).toEqual([group]);
    expect(await documentOf(group, GROUPS)).not.toHaveProperty('active');
  });

  it.skipIf(database === 'sqlite')(
    'of a manager wait for the reports before they lock groups that both are in',
    async () => {
      const boss = await addUser();
      const report = await addUser({ [ENTERPRISE]: { manager: { value: boss } }, schemas: [ENTERPRISE] });
      const group = await addGroup([boss, report]);
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await runner.query(`select id from scim_user where id = '${report}' for update`);
      const removed = remove(boss);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const free = `select id from scim_group where id = '${group}' for update skip locked`;
      const found: unknown = await runner.query(free);
      await runner.rollbackTransaction();
      await runner.release();
      await removed;
      expect(found).toHaveLength(1);
    },
  );

  it('forget a manager who was deleted meanwhile, and keep one who is there', async () => {
    const [boss, lost] = [await addUser(), await addUser()];
    const reports = await Promise.all(
      [boss, lost].map((value) => addUser({ [ENTERPRISE]: { manager: { value } }, schemas: [ENTERPRISE] })),
    );
    for (const id of [...reports, lost]) await remove(id);
    for (const id of reports) await deletions.restore(inTenant(tenant), id, QUIET);
    expect((await documentOf(reports[0]!))[ENTERPRISE]).toEqual({ manager: { value: boss } });
    const second = await documentOf(reports[1]!);
    expect(second).not.toHaveProperty([ENTERPRISE]);
    expect(second['schemas']).toEqual([]);
  });

  it('are purged when their time is over and not before', async () => {
    const [due, young] = [await addUser(), await addUser()];
    const group = await addGroup([due, young]);
    await remove(due);
    await remove(young);
    await makeDue(due);
    await purge();
    expect(await deletions.find(tenant, due)).toBeUndefined();
    expect(await deletions.find(tenant, young)).toBeDefined();
    const left: unknown[] = await dataSource.query(
      `select member_id from scim_tombstone_member where group_id = '${group}'`,
    );
    expect(left).toEqual([{ member_id: young }]);
  });

  it('cannot be restored once their purge was announced', async () => {
    const id = await addUser();
    await remove(id);
    await makeDue(id);
    expect(await deletions.announceDue(100)).toBe(1);
    expect((await deletions.find(tenant, id))!.announcedAt).toBeDefined();
    expect(await deletions.restore(inTenant(tenant), id, QUIET)).toEqual({ kind: 'purged' });
    expect(await deletions.announceDue(100)).toBe(0);
    await purge();
  });

  it.each(['not delivered yet', 'given up'])('stay while the announcement is %s', async (state) => {
    const id = await addUser();
    await remove(id);
    await makeDue(id);
    await deletions.announceDue(100);
    const now = new Date().toISOString();
    if (state === 'given up') {
      await deliver();
      await dataSource.query(`update scim_outbox set dead_at = '${now}' where stream = 'User:${id}'`);
    }
    expect(await deletions.removeAnnounced(100)).toBe(0);
    expect(await deletions.find(tenant, id)).toBeDefined();
    await dataSource.query(
      `update scim_outbox set dead_at = null, settled_at = '${now}' where stream = 'User:${id}'`,
    );
    expect(await deletions.removeAnnounced(100)).toBe(1);
  });

  it('are due at once when the host wants it', async () => {
    const id = await addUser();
    await remove(id);
    expect(await deletions.expedite(tenant, id)).toBe('due');
    await purge();
    expect(await deletions.find(tenant, id)).toBeUndefined();
    expect(await deletions.expedite(tenant, id)).toBe('unknown');
  });

  it.each(['resource', 'tenant'])('stay as long as a hold on the %s keeps them', async (of) => {
    const id = await addUser();
    const subject = of === 'resource' ? id : undefined;
    const heldAt = new Date().toISOString();
    // Also before the deletion.
    await deletions.hold(tenant, subject, { reason: 'Case 7', heldAt });
    await remove(id);
    await makeDue(id);
    await purge();
    expect((await deletions.find(tenant, id))!.held).toBe(true);
    expect(await deletions.expedite(tenant, id)).toBe('held');
    await deletions.hold(tenant, subject, { reason: 'Case 8', heldAt });
    const hold = { ...(subject ? { id } : {}), reason: 'Case 8', heldAt };
    expect(await deletions.holds(tenant)).toEqual([hold]);
    expect(await deletions.release(tenant, subject)).toBe(true);
    expect(await deletions.release(tenant, subject)).toBe(false);
    await purge();
    expect(await deletions.find(tenant, id)).toBeUndefined();
  });

  it('stay when a hold comes after the announcement', async () => {
    const id = await addUser();
    await remove(id);
    await makeDue(id);
    await deletions.announceDue(100);
    await deliver();
    await deletions.hold(tenant, id, { heldAt: new Date().toISOString() });
    expect(await deletions.removeAnnounced(100)).toBe(0);
    expect(await deletions.find(tenant, id)).toBeDefined();
    await deletions.release(tenant, id);
    expect(await deletions.removeAnnounced(100)).toBe(1);
  });

  it.skipIf(!database.startsWith('postgres'))(
    'are not announced when a hold comes first by a moment',
    async () => {
      const id = await addUser();
      await remove(id);
      await makeDue(id);
      const other = dataSource.createQueryRunner();
      await other.connect();
      try {
        // Whoever holds the row keeps the purge waiting, which has looked for holds already.
        await other.startTransaction();
        await other.query(`select id from scim_tombstone where id = '${id}' for update`);
        const announcing = deletions.announceDue(100);
        await waiting();
        await deletions.hold(tenant, id, { heldAt: new Date().toISOString() });
        await other.commitTransaction();
        await announcing;
      } finally {
        await other.release();
      }
      expect((await deletions.find(tenant, id))!.announcedAt).toBeUndefined();
      await deletions.release(tenant, id);
      await purge();
      expect(await deletions.find(tenant, id)).toBeUndefined();
    },
  );

  it('leave nothing but the id of a user when nothing is retained, unless it is held', async () => {
    const at = openStores(0);
    const [gone, held] = [await addUser({ externalId: 'e-1' }), await addUser({ externalId: 'e-2' })];
    const group = await addGroup([gone, held]);
    await deletions.hold(tenant, held, { heldAt: new Date().toISOString() });
    await remove(gone, USERS, at.store);
    await remove(held, USERS, at.store);
    await remove(group, GROUPS, at.store);
    const stub = (await deletions.find(tenant, gone))!;
    expect(stub).not.toHaveProperty('name');
    expect(stub).not.toHaveProperty('externalId');
    expect(await deletions.restore(inTenant(tenant), gone, QUIET)).toEqual({ kind: 'purged' });
    expect(await deletions.find(tenant, held)).toMatchObject({ externalId: 'e-2', held: true });
    expect(await deletions.find(tenant, group)).toBeUndefined();
    await purge();
    expect((await deletions.list(tenant, ALL)).map(({ id }) => id)).toEqual([held]);
  });

  it('are announced once by workers that run at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => addUser()));
    for (const id of ids) await remove(id);
    await makeDue(...ids);
    const announced = await Promise.all(Array.from({ length: 4 }, () => deletions.announceDue(10)));
    for (let more = 1; more > 0; announced.push(more)) more = await deletions.announceDue(10);
    expect(announced.reduce((sum, count) => sum + count, 0)).toBe(30);
    await deliver();
    const removed = await Promise.all(Array.from({ length: 4 }, () => deletions.removeAnnounced(100)));
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(30);
  });

  it('are restored or purged, never both', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await addUser();
      await remove(id);
      await makeDue(id);
      const [outcome] = await Promise.all([
        deletions.restore(inTenant(tenant), id, QUIET),
        deletions.announceDue(100),
      ]);
      const there = (await store.find(USERS, tenant, id)) !== undefined;
      const tombstone = await deletions.find(tenant, id);
      expect({ there, announced: tombstone?.announcedAt !== undefined }).toEqual(
        outcome.kind === 'restored' ? { there: true, announced: false } : { there: false, announced: true },
      );
      await purge();
    }
  });

  it('are there once when many delete the same resource', async () => {
    const id = await addUser();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => store.delete(USERS, inTenant(tenant), id, () => undefined)),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await deletions.list(tenant, ALL)).toHaveLength(1);
  });

  it('refuse ids that no database can hold', async () => {
    for (const id of ['x'.repeat(100), 'a\0b', randomUUID()]) {
      expect(await deletions.find(tenant, id)).toBeUndefined();
      expect(await deletions.restore(inTenant(tenant), id, QUIET)).toEqual({ kind: 'unknown' });
    }
  });
});
