import {
  checkFilter,
  groupResourceType,
  type JsonObject,
  Leniency,
  parseFilter,
  Profile,
  resolveAttribute,
  type ResourceType,
  ResourceTypeRegistry,
  ScimError,
  type TypedFilter,
  userResourceType,
} from 'nestjs-scim/protocol';
import type { ModifiedResource, ResourceContent, ResourceQuery, ResourceStore } from 'nestjs-scim/typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fresh, GROUP, USER, ENTERPRISE } from '../support/resources.js';
import { inTenant } from '../support/origin.js';

export const REGISTRY = new ResourceTypeRegistry([userResourceType(), groupResourceType()]);
export const USERS = REGISTRY.required('User');
export const GROUPS = REGISTRY.required('Group');

export interface OpenStore {
  readonly store: ResourceStore;
  close(): Promise<void>;
}

export function typed(type: ResourceType, filter: string): TypedFilter {
  const leniency = new Leniency(Profile.default);
  return checkFilter(parseFilter(filter), type, leniency);
}

export function userDocument(more: JsonObject = {}): JsonObject {
  return { schemas: [USER], userName: fresh(), ...more };
}

export function groupDocument(more: JsonObject = {}): JsonObject {
  return { schemas: [GROUP], displayName: fresh('group'), ...more };
}

/** What every resource store does, whatever is below. */
export function resourceStoreContract(open: () => Promise<OpenStore>): void {
  let opened: OpenStore;
  let store: ResourceStore;
  let tenant: string;

  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    tenant = fresh('tenant');
  });

  const addUser = async (more: JsonObject = {}, concealed: JsonObject = {}, to = tenant): Promise<string> =>
    (await store.create(USERS, inTenant(to), { document: userDocument(more), concealed })).head.id;
  const addGroup = async (
    members: readonly string[] = [],
    more: JsonObject = {},
    to = tenant,
  ): Promise<string> => {
    const step = { kind: 'change' as const, add: members.map((id) => ({ id })), remove: [] };
    const content = { document: groupDocument(more), concealed: {}, members: [step] };
    return (await store.create(GROUPS, inTenant(to), content)).head.id;
  };
  const changeMembers = (groupId: string, add: readonly string[], remove: readonly string[] = []) =>
    store.modify(GROUPS, inTenant(tenant), groupId, ({ document, concealed }) => ({
      document,
      concealed,
      members: [{ kind: 'change', add: add.map((id) => ({ id })), remove }],
    }));
  const ids = async (
    type: ResourceType,
    filter?: string,
    more: Partial<ResourceQuery> = {},
  ): Promise<string[]> => {
    const query = { offset: 0, limit: 1000, ...(filter ? { filter: typed(type, filter) } : {}), ...more };
    return (await store.query(type, tenant, query)).resources.map(({ id }) => id);
  };
  const memberIds = async (groupId: string): Promise<string[]> =>
    ((await store.members(tenant, [groupId])).get(groupId) ?? []).map(({ id }) => id);

  describe('create and find', () => {
    it('gives a lower-case UUID, version 1 and equal times', async () => {
      const { head, changed } = await store.create(USERS, inTenant(tenant), {
        document: userDocument(),
        concealed: {},
      });
      expect(head.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}$/);
      expect([head.version, changed]).toEqual([1, true]);
      expect(head.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(head.lastModified).toBe(head.created);
    });

    it('returns the document as it was given, without what is concealed', async () => {
      const document = userDocument({
        externalId: 'x',
        name: { givenName: 'Zoë "Q" \\' },
        emails: [{ value: 'a@example.com', primary: true }],
      });
      const { head } = await store.create(USERS, inTenant(tenant), {
        document,
        concealed: { password: 'secret' },
      });
      const found = await store.find(USERS, tenant, head.id);
      expect(JSON.parse(found!.json)).toEqual(document);
      expect(JSON.stringify(await store.query(USERS, tenant, { offset: 0, limit: 9 }))).not.toContain(
        'secret',
      );
    });

    it('hands what is concealed to a change', async () => {
      const id = await addUser({}, { password: 'hash' });
      let seen: JsonObject = {};
      await store.modify(USERS, inTenant(tenant), id, (current) => {
        seen = current.concealed;
        return undefined;
      });
      expect(seen).toEqual({ password: 'hash' });
    });

    it.each([
      ['empty', ''],
      ['unknown', 'nobody'],
      ['SQL', "' or 1=1 --"],
      ['NUL', '\u0000'],
      ['very long', 'x'.repeat(5000)],
    ])('knows no resource by an id that is %s', async (_, id) => {
      await addUser();
      expect(await store.find(USERS, tenant, id)).toBeUndefined();
      expect(await store.modify(USERS, inTenant(tenant), id, () => undefined)).toBeUndefined();
      expect(await store.delete(USERS, inTenant(tenant), id, () => undefined)).toBe(false);
    });

    it('takes ids exactly as they are written', async () => {
      const id = await addUser();
      expect(await store.find(USERS, tenant, id.toUpperCase())).toBeUndefined();
    });

    it('refuses a userName longer than its column with invalidValue', async () => {
      await expect(addUser({ userName: 'a'.repeat(513) })).rejects.toMatchObject({
        scimType: 'invalidValue',
      });
    });
  });

  describe('uniqueness', () => {
    it.each([
      ['ada', 'ADA'],
      ['Straße', 'STRASSE'],
      ['émile', 'E\u0301MILE'],
      ['ａｌｉｃｅ', 'alice'],
    ])('takes %s and %s for the same userName [P-5-01]', async (first, second) => {
      await addUser({ userName: first });
      await expect(addUser({ userName: second })).rejects.toMatchObject({
        status: 409,
        scimType: 'uniqueness',
      });
      expect(await ids(USERS, `userName eq "${second}"`)).toHaveLength(1);
    });

    it('lets one of fifty parallel creates of a userName win and answers the others with 409 [L1]', async () => {
      const userName = fresh();
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => addUser({ userName })));
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(49);
      expect(lost.every(({ reason }) => reason.scimType === 'uniqueness')).toBe(true);
      expect(await ids(USERS)).toHaveLength(1);
    });

    it('checks a userName that is changed [L1]', async () => {
      await addUser({ userName: 'taken' });
      const id = await addUser();
      const rename = store.modify(USERS, inTenant(tenant), id, ({ document, concealed }) => ({
        document: { ...document, userName: 'Taken' },
        concealed,
      }));
      await expect(rename).rejects.toMatchObject({ scimType: 'uniqueness' });
    });

    it('keeps displayName of groups unique where it is asked to, also against groups made without', async () => {
      await addGroup([], { displayName: 'Sales' });
      const create = (displayName: string, uniqueName: boolean) =>
        store.create(GROUPS, inTenant(tenant), {
          document: groupDocument({ displayName }),
          concealed: {},
          uniqueName,
        });
      await expect(create('SALES', true)).rejects.toMatchObject({ scimType: 'uniqueness' });
      await create('Sales', false);
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => create('Support', true)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('leaves nothing behind of a create that failed, so that a retry succeeds [L3]', async () => {
      const unknown = { kind: 'change' as const, add: [{ id: 'nobody' }], remove: [] };
      const document = groupDocument();
      const failed = store.create(GROUPS, inTenant(tenant), {
        document,
        concealed: {},
        members: [unknown],
        uniqueName: true,
      });
      await expect(failed).rejects.toMatchObject({ scimType: 'invalidValue' });
      expect(await ids(GROUPS)).toEqual([]);
      const again = await store.create(GROUPS, inTenant(tenant), {
        document,
        concealed: {},
        uniqueName: true,
      });
      expect(await ids(GROUPS)).toEqual([again.head.id]);
    });
  });

  describe('modify', () => {
    it('counts the version up and moves lastModified', async () => {
      const { head } = await store.create(USERS, inTenant(tenant), {
        document: userDocument(),
        concealed: {},
      });
      const result = await store.modify(USERS, inTenant(tenant), head.id, ({ document, concealed }) => ({
        document: { ...document, title: 'Boss' },
        concealed,
      }));
      expect(result).toMatchObject({ changed: true, head: { version: 2, created: head.created } });
      expect(await store.find(USERS, tenant, head.id)).toMatchObject({ version: 2 });
    });

    it.each([
      ['the same content', (document: JsonObject) => ({ ...document })],
      ['other key order', (document: JsonObject) => Object.fromEntries(Object.entries(document).reverse())],
    ])('writes nothing for %s', async (_, change) => {
      const id = await addUser({ name: { givenName: 'A', familyName: 'B' } });
      const before = await store.find(USERS, tenant, id);
      const result = await store.modify(USERS, inTenant(tenant), id, ({ document, concealed }) => ({
        document: change(document),
        concealed,
      }));
      expect(result?.changed).toBe(false);
      expect(await store.find(USERS, tenant, id)).toEqual(before);
    });

    it('loses no parallel change', async () => {
      const id = await addUser();
      const change = (i: number) =>
        store.modify(USERS, inTenant(tenant), id, ({ document, concealed }) => ({
          document: {
            ...document,
            emails: [...((document.emails as []) ?? []), { value: `${i}@example.com` }],
          },
          concealed,
        }));
      await Promise.all(Array.from({ length: 20 }, (_, i) => change(i)));
      const found = await store.find(USERS, tenant, id);
      expect((JSON.parse(found!.json) as { emails: [] }).emails).toHaveLength(20);
      expect(found!.version).toBe(21);
      expect(await ids(USERS, 'emails.value eq "7@EXAMPLE.com"')).toEqual([id]);
    });

    it('passes on what the change throws and writes nothing', async () => {
      const id = await addGroup();
      const fault = new Error('precondition');
      await expect(
        store.modify(GROUPS, inTenant(tenant), id, () => {
          throw fault;
        }),
      ).rejects.toBe(fault);
      expect(await store.find(GROUPS, tenant, id)).toMatchObject({ version: 1 });
    });

    it('moves the indexed values with the document', async () => {
      const id = await addUser({ emails: [{ value: 'old@example.com', type: 'work' }] });
      await store.modify(USERS, inTenant(tenant), id, ({ document, concealed }) => ({
        document: { ...document, emails: [{ value: 'new@example.com', type: 'work' }] },
        concealed,
      }));
      expect(await ids(USERS, 'emails.value eq "old@example.com"')).toEqual([]);
      expect(await ids(USERS, 'emails[type eq "work" and value eq "New@example.com"]')).toEqual([id]);
    });

    it('refuses a manager who does not exist, and one of another tenant', async () => {
      const foreign = await addUser({}, {}, fresh('tenant'));
      for (const id of ['nobody', foreign]) {
        const created = store.create(USERS, inTenant(tenant), {
          document: userDocument(),
          concealed: {},
          references: [id],
        });
        await expect(created).rejects.toMatchObject({ scimType: 'invalidValue' });
      }
    });
  });

  describe('members', () => {
    it('adds, removes and replaces by id, and counts the version only for a change', async () => {
      const [a, b, c] = [await addUser(), await addUser(), await addUser()] as const;
      const group = await addGroup([a]);
      expect((await changeMembers(group, [a]))?.changed).toBe(false);
      expect((await changeMembers(group, [], [c]))?.changed).toBe(false);
      expect(await changeMembers(group, [b, b], [a])).toMatchObject({ changed: true, head: { version: 2 } });
      expect(await memberIds(group)).toEqual([b]);
      const replaced = await store.modify(GROUPS, inTenant(tenant), group, ({ document, concealed }) => ({
        document,
        concealed,
        members: [{ kind: 'replace', members: [{ id: a }, { id: c }] }],
      }));
      expect(replaced?.head.version).toBe(3);
      expect(await memberIds(group)).toEqual([a, c]);
      expect(await store.find(GROUPS, tenant, group)).toMatchObject({ version: 3 });
    });

    it('keeps the type of each member and sorts by id', async () => {
      const user = await addUser();
      const inner = await addGroup();
      const group = await addGroup([inner, user]);
      expect((await store.members(tenant, [group, inner])).get(group)).toEqual([
        { id: user, type: 'User' },
        { id: inner, type: 'Group' },
      ]);
    });

    it('refuses unknown ids, those of another tenant and the group itself, and changes nothing', async () => {
      const user = await addUser();
      const group = await addGroup([user]);
      const foreign = await addUser({}, {}, fresh('tenant'));
      for (const id of ['nobody', '\u0000', foreign, group]) {
        await expect(changeMembers(group, [id], [user])).rejects.toMatchObject({ scimType: 'invalidValue' });
      }
      expect(await memberIds(group)).toEqual([user]);
      expect(await store.find(GROUPS, tenant, group)).toMatchObject({ version: 1 });
    });

    it('removes those that a filter selects, and nobody for a filter that selects none [G3]', async () => {
      const users = [await addUser(), await addUser()] as const;
      const inner = await addGroup();
      const group = await addGroup([...users, inner]);
      const removeWhere = (filter: string) => {
        const path = typed(GROUPS, `members[${filter}]`);
        if (path.kind !== 'valuePath') throw new Error('no value path');
        return store.modify(GROUPS, inTenant(tenant), group, ({ document, concealed }) => ({
          document,
          concealed,
          members: [{ kind: 'removeWhere', filter: path.filter }],
        }));
      };
      expect((await removeWhere('value eq "nobody" and type eq "User"'))?.changed).toBe(false);
      expect((await removeWhere('type eq "user" and not (value eq "nobody")'))?.changed).toBe(true);
      expect(await memberIds(group)).toEqual([inner]);
    });

    it('loses none of 200 parallel additions and removals [G1]', async () => {
      const gone = await Promise.all(Array.from({ length: 100 }, () => addUser()));
      const come = await Promise.all(Array.from({ length: 100 }, () => addUser()));
      const group = await addGroup(gone);
      await Promise.all([
        ...gone.map((id) => changeMembers(group, [], [id])),
        ...come.map((id) => changeMembers(group, [id])),
      ]);
      expect(await memberIds(group)).toEqual([...come].sort());
      expect(await store.find(GROUPS, tenant, group)).toMatchObject({ version: 201 });
    });

    it('takes thousands at once and hands them out in batches', async () => {
      const users: string[] = [];
      for (let i = 0; i < 300; i++) users.push(await addUser());
      const group = await addGroup(users);
      const sizes: number[] = [];
      const seen: string[] = [];
      for await (const batch of store.memberBatches(tenant, group, 128)) {
        sizes.push(batch.length);
        seen.push(...batch.map(({ id }) => id));
      }
      expect(sizes).toEqual([128, 128, 44]);
      expect(seen).toEqual([...users].sort());
    });

    it('knows direct and indirect groups, also in a circle [G7]', async () => {
      const user = await addUser();
      const inner = await addGroup([user], { displayName: 'Inner' });
      const middle = await addGroup([inner]);
      const outer = await addGroup([middle]);
      await changeMembers(inner, [outer]);
      const found = (await store.groupsOf(tenant, [user])).get(user)!;
      expect(found.map(({ groupId, direct }) => [groupId, direct])).toEqual([
        [inner, true],
        [middle, false],
        [outer, false],
      ]);
      expect(found[0]!.display).toBe('Inner');
      expect(await ids(USERS, `groups.value eq "${outer}"`)).toEqual([user]);
      expect(await ids(USERS, 'groups[display eq "inner"]')).toEqual([user]);
      expect(await ids(USERS, 'not (groups pr)')).toEqual([]);
    });

    it('finds groups by member', async () => {
      const user = await addUser();
      const group = await addGroup([user]);
      const other = await addGroup();
      expect(await ids(GROUPS, `members.value eq "${user}"`)).toEqual([group]);
      expect(await ids(GROUPS, `members[value eq "${user}" and type eq "Group"]`)).toEqual([]);
      expect(await ids(GROUPS, `not (members pr)`)).toEqual([other]);
    });

    it('gives display names of those that have one', async () => {
      const user = await addUser({ displayName: 'Ada' });
      expect([...(await store.displayNames(tenant, [user, await addUser(), 'nobody']))]).toEqual([
        [user, 'Ada'],
      ]);
    });
  });

  describe('delete', () => {
    it('takes memberships along, bumps the groups and frees the userName [G7]', async () => {
      const userName = fresh();
      const user = await addUser({ userName });
      const group = await addGroup([user]);
      expect(await store.delete(USERS, inTenant(tenant), user, () => undefined)).toBe(true);
      expect(await store.find(USERS, tenant, user)).toBeUndefined();
      expect(await memberIds(group)).toEqual([]);
      expect(await store.find(GROUPS, tenant, group)).toMatchObject({ version: 2 });
      await addUser({ userName });
    });

    it('takes a group out of the groups it was in, and its members out of it [G7]', async () => {
      const user = await addUser();
      const inner = await addGroup([user]);
      const outer = await addGroup([inner]);
      await store.delete(GROUPS, inTenant(tenant), inner, () => undefined);
      expect(await memberIds(outer)).toEqual([]);
      expect((await store.groupsOf(tenant, [user])).size).toBe(0);
      expect(await store.find(USERS, tenant, user)).toBeDefined();
    });

    it('leaves no dangling manager', async () => {
      const manager = await addUser();
      const only = await addUser({
        schemas: [USER, ENTERPRISE],
        [ENTERPRISE]: { manager: { value: manager } },
      });
      const also = await addUser({
        schemas: [USER, ENTERPRISE],
        [ENTERPRISE]: { manager: { value: manager }, department: 'IT' },
      });
      await store.delete(USERS, inTenant(tenant), manager, () => undefined);
      const document = async (id: string): Promise<JsonObject> =>
        JSON.parse((await store.find(USERS, tenant, id))!.json) as JsonObject;
      expect(await document(only)).toMatchObject({ schemas: [USER] });
      expect(await document(only)).not.toHaveProperty([ENTERPRISE]);
      expect(await document(also)).toMatchObject({
        schemas: [USER, ENTERPRISE],
        [ENTERPRISE]: { department: 'IT' },
      });
      expect(await store.find(USERS, tenant, also)).toMatchObject({ version: 2 });
      expect(await ids(USERS, `${ENTERPRISE}:manager.value eq "${manager}"`)).toEqual([]);
    });

    it('keeps the resource when the check throws', async () => {
      const id = await addUser();
      const fault = new Error('precondition');
      const deleted = store.delete(USERS, inTenant(tenant), id, ({ version }) => {
        if (version === 1) throw fault;
      });
      await expect(deleted).rejects.toBe(fault);
      expect(await store.find(USERS, tenant, id)).toBeDefined();
    });

    it('leaves no membership when a user is deleted while it is added', async () => {
      for (let round = 0; round < 10; round++) {
        const user = await addUser();
        const group = await addGroup();
        await Promise.allSettled([
          changeMembers(group, [user]),
          store.delete(USERS, inTenant(tenant), user, () => undefined),
        ]);
        expect(await store.find(USERS, tenant, user)).toBeUndefined();
        expect(await memberIds(group)).toEqual([]);
      }
    });
  });

  describe('query', () => {
    it('pages in a stable order with the total of all matches [P-3.4.2.4-05, D-25]', async () => {
      const all: string[] = [];
      for (let i = 0; i < 7; i++) all.push(await addUser({ title: 'same' }));
      const sort = { attribute: USERS.attribute('title')!, descending: false };
      for (const more of [{}, { sort }]) {
        const pages = [0, 3, 6].map((offset) => store.query(USERS, tenant, { offset, limit: 3, ...more }));
        const results = await Promise.all(pages);
        expect(results.map(({ total }) => total)).toEqual([7, 7, 7]);
        expect(results.flatMap(({ resources }) => resources.map(({ id }) => id))).toEqual(all);
      }
      expect(await store.query(USERS, tenant, { offset: 9, limit: 3 })).toEqual({ total: 7, resources: [] });
      expect(await store.query(USERS, tenant, { offset: 0, limit: 0 })).toEqual({ total: 7, resources: [] });
    });

    it.each([2, 30])(
      'gives %i matches of a look-up in the order of their ids, with their total',
      async (many) => {
        const value = `${fresh('shared')}@example.com`;
        const all: string[] = [];
        for (let i = 0; i < many; i++) all.push(await addUser({ emails: [{ value }] }));
        // Ids are in the order of creation; in the index the values of what has been changed come last.
        await store.modify(USERS, inTenant(tenant), all[0]!, ({ document, concealed }) => ({
          document: { ...document, emails: [{ value: 'first@example.com' }, { value }] },
          concealed,
        }));
        const filter = typed(USERS, `emails.value eq "${value}"`);
        for (const limit of [1, 2, 20, 100]) {
          const page = await store.query(USERS, tenant, { filter, offset: 0, limit });
          expect(page.resources.map(({ id }) => id)).toEqual(all.slice(0, limit));
          expect(page.total).toBe(many);
        }
      },
    );

    it('sorts missing values last, and first when descending [P-3.4.2.3-05]', async () => {
      const b = await addUser({ title: 'b' });
      const none = await addUser();
      const a = await addUser({ title: 'A' });
      const attribute = USERS.attribute('title')!;
      expect(await ids(USERS, undefined, { sort: { attribute, descending: false } })).toEqual([a, b, none]);
      expect(await ids(USERS, undefined, { sort: { attribute, descending: true } })).toEqual([none, b, a]);
    });

    it('sorts by the primary element, else by the first [P-3.4.2.3-03]', async () => {
      const second = await addUser({ emails: [{ value: 'a' }, { value: 'c', primary: true }] });
      const first = await addUser({ emails: [{ value: 'b' }, { value: 'd' }] });
      const reference = resolveAttribute(USERS, 'emails.value');
      if (reference?.kind !== 'attribute') throw new Error('no attribute');
      const sort = { attribute: reference.attribute, descending: false };
      expect(await ids(USERS, undefined, { sort })).toEqual([first, second]);
    });

    it.each([
      '100%',
      'a_c',
      "O'Brien",
      '"; drop table scim_user; --',
      '\\',
      "' or '1'='1",
      '$1',
      '?',
      '{"a":1}',
      '*',
    ])('takes %j for what it is in every operator [F7]', async (value) => {
      const id = await addUser({ userName: value, title: value, emails: [{ value }] });
      await addUser({ userName: 'other', title: 'abc 100 percent', emails: [{ value: 'zzz' }] });
      const literal = JSON.stringify(value);
      for (const path of ['userName', 'title', 'emails.value']) {
        for (const operator of ['eq', 'co', 'sw', 'ew']) {
          expect([path, operator, ...(await ids(USERS, `${path} ${operator} ${literal}`))]).toEqual([
            path,
            operator,
            id,
          ]);
        }
      }
    });

    it('compares id, meta and the resource type [P-3.4.2.2-28]', async () => {
      const { head } = await store.create(USERS, inTenant(tenant), {
        document: userDocument(),
        concealed: {},
      });
      const later = new Date(Date.parse(head.created) + 1).toISOString();
      const matching = [
        `id eq "${head.id}"`,
        `meta.created eq "${head.created}"`,
        `meta.lastModified ge "${head.created}"`,
        `meta.lastModified lt "${later}"`,
        `meta.created gt "0001-01-01T00:00:00Z"`,
        'meta.resourceType eq "User"',
        'meta pr',
      ];
      for (const filter of matching)
        expect([filter, ...(await ids(USERS, filter))]).toEqual([filter, head.id]);
      const missing = [
        `id eq "${head.id.toUpperCase()}"`,
        `meta.created ge "${later}"`,
        'meta.resourceType eq "Group"',
      ];
      for (const filter of missing) expect([filter, ...(await ids(USERS, filter))]).toEqual([filter]);
    });

    it('finds values longer than an index holds', async () => {
      const value = `${'x'.repeat(400)}@example.com`;
      const id = await addUser({ emails: [{ value }] });
      await addUser({ emails: [{ value: `${value}x` }] });
      expect(await ids(USERS, `emails.value eq "${value}"`)).toEqual([id]);
    });

    it('finds resources with an extension by schemas [P-3.4.2.2-26]', async () => {
      const id = await addUser({ schemas: [USER, ENTERPRISE], [ENTERPRISE]: { department: 'IT' } });
      await addUser();
      expect(await ids(USERS, `schemas eq "${ENTERPRISE.toLowerCase()}"`)).toEqual([id]);
    });

    it.each(['groups.type eq "direct"', 'groups[type eq "direct"]', 'groups.$ref eq "x"'])(
      'refuses %s, which it cannot answer, and never returns everybody [F5]',
      async (filter) => {
        await addUser();
        await expect(ids(USERS, filter)).rejects.toMatchObject({ scimType: 'invalidFilter' });
      },
    );
  });

  describe('createMany', () => {
    const content = (more: JsonObject = {}): ResourceContent => ({
      document: userDocument(more),
      concealed: {},
    });
    const words = (outcomes: readonly (ModifiedResource | ScimError)[]): (string | undefined)[] =>
      outcomes.map((outcome) => (outcome instanceof ScimError ? (outcome.scimType ?? 'error') : 'created'));

    it('creates all, in their order, as create does', async () => {
      const emails = [{ value: 'many@example.com' }];
      const contents = [
        content({ emails }),
        { ...content(), concealed: { password: 'hash' } },
        content({ emails }),
      ];
      const outcomes = await store.createMany(USERS, inTenant(tenant), contents);
      expect(words(outcomes)).toEqual(['created', 'created', 'created']);
      for (const [i, outcome] of outcomes.entries()) {
        const { head, document } = outcome as ModifiedResource;
        expect([head.version, head.created === head.lastModified]).toEqual([1, true]);
        expect(document).toEqual(contents[i]!.document);
        expect(JSON.parse((await store.find(USERS, tenant, head.id))!.json)).toEqual(document);
      }
      const [first, second, third] = outcomes.map((outcome) => (outcome as ModifiedResource).head.id);
      expect(await ids(USERS, 'emails.value eq "many@example.com"')).toEqual([first, third]);
      let concealed: JsonObject = {};
      await store.modify(USERS, inTenant(tenant), second!, (current) => {
        concealed = current.concealed;
        return undefined;
      });
      expect(concealed).toEqual({ password: 'hash' });
      expect(await store.createMany(USERS, inTenant(tenant), [])).toEqual([]);
    });

    it('tells each its own fault and creates the others [B2, L1]', async () => {
      const userName = fresh('Taken');
      await addUser({ userName });
      const twice = fresh('twice');
      const outcomes = await store.createMany(USERS, inTenant(tenant), [
        content({ userName: userName.toUpperCase() }),
        content({ userName: twice, externalId: 'first' }),
        content({ userName: twice, externalId: 'second' }),
        content({ userName: 'x'.repeat(600) }),
        { ...content(), references: ['nobody'] },
        content(),
      ]);
      expect(words(outcomes)).toEqual([
        'uniqueness',
        'created',
        'uniqueness',
        'invalidValue',
        'invalidValue',
        'created',
      ]);
      expect(await ids(USERS, 'externalId eq "second"')).toEqual([]);
      expect(await ids(USERS, 'externalId eq "first"')).toHaveLength(1);
    });

    it('makes members, and refuses groups with unknown ones or taken names [L1, G8]', async () => {
      const [user, foreign] = [await addUser(), await addUser({}, {}, fresh('tenant'))];
      const inner = await addGroup();
      const displayName = fresh('Taken');
      await addGroup([], { displayName });
      const team = (members: string[], more: JsonObject = {}): ResourceContent => ({
        document: groupDocument(more),
        concealed: {},
        uniqueName: true,
        members: [{ kind: 'replace', members: members.map((id) => ({ id })) }],
      });
      const again = fresh('again');
      const outcomes = await store.createMany(GROUPS, inTenant(tenant), [
        team([user, inner]),
        team([user, foreign]),
        team([], { displayName: displayName.toLowerCase() }),
        team([user], { displayName: again }),
        team([inner], { displayName: again }),
      ]);
      expect(words(outcomes)).toEqual(['created', 'invalidValue', 'uniqueness', 'created', 'uniqueness']);
      expect(await memberIds((outcomes[0] as ModifiedResource).head.id)).toEqual([user, inner].toSorted());
      expect(await memberIds((outcomes[3] as ModifiedResource).head.id)).toEqual([user]);
      expect(await ids(GROUPS, `members.value eq "${user}"`)).toHaveLength(2);
    });

    it('finds the culprit where only the database knows it', async () => {
      const outcomes = await store.createMany(USERS, inTenant(tenant), [
        content({ title: 'a' }),
        content({ title: 'nul \u0000' }),
        content(),
      ]);
      const kinds = words(outcomes);
      expect([kinds[0], kinds[2]]).toEqual(['created', 'created']);
      expect(['created', 'invalidValue']).toContain(kinds[1]);
    });

    it('lets one of two batches win each name [L1]', async () => {
      const names = Array.from({ length: 20 }, () => fresh('race'));
      const batch = (order: readonly string[]) =>
        store.createMany(
          USERS,
          inTenant(tenant),
          order.map((userName) => content({ userName })),
        );
      const outcomes = await Promise.all([batch(names), batch(names.toReversed())]);
      expect(words(outcomes.flat()).filter((word) => word === 'created')).toHaveLength(20);
      expect(words(outcomes.flat()).filter((word) => word === 'uniqueness')).toHaveLength(20);
    });
  });

  describe('transaction', () => {
    it('commits all calls together', async () => {
      const [a, b] = await store.transaction(async (inside) => {
        const first = await inside.create(USERS, inTenant(tenant), {
          document: userDocument({ title: 'a' }),
          concealed: {},
        });
        expect(await inside.find(USERS, tenant, first.head.id)).toBeDefined();
        const second = await inside.create(USERS, inTenant(tenant), {
          document: userDocument(),
          concealed: {},
        });
        return [first.head.id, second.head.id];
      });
      for (const id of [a!, b!]) expect(await store.find(USERS, tenant, id)).toBeDefined();
    });

    it('undoes all calls when the work throws', async () => {
      const kept = await addUser();
      const work = store.transaction(async (inside) => {
        await inside.create(USERS, inTenant(tenant), {
          document: userDocument({ externalId: 'undone' }),
          concealed: {},
        });
        await inside.createMany(USERS, inTenant(tenant), [
          { document: userDocument({ externalId: 'undone' }), concealed: {} },
          { document: userDocument({ externalId: 'undone' }), concealed: {} },
        ]);
        await inside.delete(USERS, inTenant(tenant), kept, () => undefined);
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await ids(USERS, 'externalId eq "undone"')).toEqual([]);
      expect(await store.find(USERS, tenant, kept)).toBeDefined();
    });

    it('stays usable after a call that failed, of which nothing remains', async () => {
      const userName = fresh();
      await addUser({ userName });
      await store.transaction(async (inside) => {
        const taken = { document: userDocument({ userName, externalId: 'half' }), concealed: {} };
        await expect(inside.create(USERS, inTenant(tenant), taken)).rejects.toMatchObject({
          scimType: 'uniqueness',
        });
        const nested = inside.transaction(async (deeper) => {
          await deeper.create(USERS, inTenant(tenant), {
            document: userDocument({ externalId: 'half' }),
            concealed: {},
          });
          throw new Error('deeper');
        });
        await expect(nested).rejects.toThrow('deeper');
        await inside.create(USERS, inTenant(tenant), {
          document: userDocument({ externalId: 'whole' }),
          concealed: {},
        });
      });
      expect(await ids(USERS, 'externalId eq "half"')).toEqual([]);
      expect(await ids(USERS, 'externalId eq "whole"')).toHaveLength(1);
    });
  });

  describe('tenants', () => {
    it('never see each other [D-51, P-6.2-02]', async () => {
      const other = fresh('tenant');
      const userName = fresh();
      const mine = await addUser({ userName, externalId: 'same', emails: [{ value: 'x@example.com' }] });
      const theirs = await addUser(
        { userName, externalId: 'same', emails: [{ value: 'x@example.com' }] },
        {},
        other,
      );
      const group = await addGroup([theirs], {}, other);
      expect(await store.find(USERS, tenant, theirs)).toBeUndefined();
      expect(await store.modify(USERS, inTenant(tenant), theirs, () => undefined)).toBeUndefined();
      expect(await store.delete(USERS, inTenant(tenant), theirs, () => undefined)).toBe(false);
      expect((await store.members(tenant, [group])).size).toBe(0);
      expect((await store.groupsOf(tenant, [theirs])).size).toBe(0);
      expect((await store.displayNames(tenant, [theirs])).size).toBe(0);
      for await (const batch of store.memberBatches(tenant, group, 10)) expect(batch).toEqual([]);
      const filters = [
        `userName eq "${userName}"`,
        'externalId eq "same"',
        'emails.value eq "x@example.com"',
      ];
      for (const filter of filters) expect(await ids(USERS, filter)).toEqual([mine]);
      expect(await ids(USERS, `id eq "${theirs}"`)).toEqual([]);
      expect(await ids(USERS, `groups.value eq "${group}"`)).toEqual([]);
    });

    it('cannot be left by an "or" of the client [F6]', async () => {
      await addUser({}, {}, fresh('tenant'));
      const mine = await addUser();
      expect(await ids(USERS, 'userName pr or userName pr')).toEqual([mine]);
      expect(await ids(USERS, 'not (userName eq "x") or id pr')).toEqual([mine]);
      expect(
        (await store.query(USERS, tenant, { filter: typed(USERS, 'id pr or id pr'), offset: 0, limit: 0 }))
          .total,
      ).toBe(1);
    });
  });
}
