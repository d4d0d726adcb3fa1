import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { GROUPS, REGISTRY, typed, USERS } from '../../../../../test/contracts/resource-store.contract.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { TypeOrmResourceStore } from './typeorm-resource.store.js';
import { inTenant } from '../../../../../test/support/origin.js';
import { StatementRecorder } from '../../../../../test/support/statement-recorder.js';

/** Index scans of a plan: the index, and what is looked up in it rather than filtered afterwards. */
function scans(plan: string): { index: string; condition: string }[] {
  const found: { index: string; condition: string }[] = [];
  JSON.parse(plan, (_, node: Record<string, string> | null) => {
    if (node?.['Index Name']) found.push({ index: node['Index Name'], condition: node['Index Cond'] ?? '' });
    return node;
  });
  return found;
}

const SEED = [
  `insert into scim_user (tenant_id, id, external_id, user_name, user_name_key, active, version, created_at, modified_at, document)
    select 't' || n % 3, 'user-' || lpad(n::text, 7, '0'), 'ext-' || n, 'user' || n, 'user' || n, true, 1,
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z',
      jsonb_build_object('userName', 'user' || n, 'title', 'title' || n, 'emails',
        jsonb_build_array(jsonb_build_object('value', 'user' || n || '@example.com', 'type', 'work')))
    from generate_series(1, 15000) n`,
  `insert into scim_attribute_value (tenant_id, resource_type, resource_id, path, position, type, value_key)
    select tenant_id, 'User', id, 'emails.value', 0, 'work', user_name || '@example.com' from scim_user`,
  `insert into scim_group (tenant_id, id, display_name, display_name_key, version, created_at, modified_at, document)
    select 't' || n % 3, 'group-' || lpad(n::text, 7, '0'), 'group' || n, 'group' || n, 1,
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '{}' from generate_series(1, 3000) n`,
  `insert into scim_group_member (tenant_id, group_id, member_id, member_type)
    select u.tenant_id, g.id, u.id, 'User' from scim_user u
    join scim_group g on g.tenant_id = u.tenant_id and substr(g.id, 7)::int % 1000 = substr(u.id, 6)::int % 1000`,
  'analyze',
];

describe('Queries on PostgreSQL', () => {
  const recorder = new StatementRecorder();
  let database: OpenDatabase;
  let store: TypeOrmResourceStore;

  beforeAll(async () => {
    database = await openDatabase('postgres', { logger: recorder });
    store = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY });
    for (const statement of SEED) await database.dataSource.query(statement);
  });
  afterAll(() => database.close());

  /** The plan of each statement that the work sends. */
  const plans = async (work: () => Promise<unknown>): Promise<string[]> => {
    recorder.statements = [];
    await work();
    const sent = recorder.statements.filter(({ text }) => text.includes('scim_'));
    return Promise.all(
      sent.map(async ({ text, values }) => {
        const rows: object[] = await database.dataSource.query(`explain (format json) ${text}`, values);
        return JSON.stringify(rows);
      }),
    );
  };
  const query = (type: ResourceType, filter: string) => () =>
    store.query(type, 't1', { filter: typed(type, filter), offset: 0, limit: 100 });

  it.each([
    ['User', 'userName eq "USER4711"', 'uq_scim_user_name', 'user_name_key'],
    ['User', 'externalId eq "ext-4711"', 'ix_scim_user_external', 'external_id'],
    ['User', 'id eq "user-0004711"', 'pk_scim_user', '(id)'],
    ['User', 'emails.value eq "user4711@example.com"', 'ix_scim_attribute_value', 'value_key'],
    ['User', 'emails eq "user4711@example.com"', 'ix_scim_attribute_value', 'value_key'],
    [
      'User',
      'emails[type eq "work" and value eq "user4711@example.com"]',
      'ix_scim_attribute_value',
      'value_key',
    ],
    ['User', 'userName eq "user4711" and active eq true', 'uq_scim_user_name', 'user_name_key'],
    ['Group', 'displayName eq "Group4"', 'ix_scim_group_name', 'display_name_key'],
    ['Group', 'members.value eq "user-0000004"', 'ix_scim_group_member_member', 'member_id'],
  ])('look %s up by an index for %s', async (type, filter, index, column) => {
    const [plan, ...more] = await plans(query(REGISTRY.required(type), filter));
    expect(more).toEqual([]);
    expect(scans(plan!)).toContainEqual({ index, condition: expect.stringContaining(column) });
    expect(plan).not.toContain('Seq Scan');
  });

  it('stay prepared when they look up one value, and no others', async () => {
    await Promise.all(
      ['emails[type eq "work" and value eq "a"]', 'title eq "a" or title eq "b"', 'externalId eq "a"'].map(
        (filter) => query(USERS, filter)(),
      ),
    );
    const connections = 20;
    const names = await Promise.all(
      Array.from({ length: connections }, () =>
        database.dataSource.query<{ statement: string }[]>('select statement from pg_prepared_statements'),
      ),
    );
    const texts = names.flat().map(({ statement }) => statement);
    expect(
      texts.some((text) => text.includes('scim_attribute_value') && text.includes('jsonb_array_elements')),
    ).toBe(true);
    expect(texts.some((text) => text.includes('external_id'))).toBe(true);
    expect(texts.some((text) => text.includes(' or '))).toBe(false);
  });

  it('sort by userName out of an index', async () => {
    const sort = { attribute: USERS.attribute('userName')!, descending: false };
    const [plan] = await plans(() => store.query(USERS, 't1', { sort, offset: 0, limit: 10 }));
    expect(scans(plan!).map(({ index }) => index)).toEqual(['uq_scim_user_name']);
  });

  it('enter an index at the position of a keyset page, however deep it lies', async () => {
    const sort = { attribute: USERS.attribute('userName')!, descending: false };
    const position = { id: 'user-0009998', key: 'user9998' };
    const keyset = { direction: 'after' as const, position };
    const [byName] = await plans(() => store.query(USERS, 't1', { sort, offset: 0, limit: 10, keyset }));
    expect(scans(byName!)).toEqual([
      { index: 'uq_scim_user_name', condition: expect.stringMatching(/user_name_key.* >= /) },
    ]);
    const [byId] = await plans(() => store.query(USERS, 't1', { offset: 0, limit: 10, keyset }));
    expect(scans(byId!)).toEqual([
      { index: 'pk_scim_user', condition: expect.stringMatching(/\(id\).* > /) },
    ]);
  });

  it('look up the groups of a user, and of a page of users, and no others of the tenant', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => `user-${String(i * 3 + 1).padStart(7, '0')}`);
    const found = await plans(async () => {
      await store.find(USERS, 't1', ids[0]!, true);
      await store.groupsOf('t1', ids);
    });
    expect(found).toHaveLength(2);
    for (const plan of found) {
      expect(plan).not.toContain('Seq Scan');
      expect(plan).not.toContain('Hash Join');
      expect(scans(plan)).toContainEqual({
        index: 'pk_scim_group',
        condition: expect.stringContaining('(id)'),
      });
      for (const { index, condition } of scans(plan).filter((scan) => scan.index.includes('member'))) {
        expect([index, condition]).toEqual([expect.any(String), expect.stringContaining('member_id')]);
      }
    }
  });

  it('never read members for a group that is found or listed [G5]', async () => {
    recorder.statements = [];
    await store.find(GROUPS, 't1', 'group-0000004');
    await store.query(GROUPS, 't1', { offset: 0, limit: 10 });
    expect(recorder.statements.filter(({ text }) => text.includes('scim_group_member'))).toEqual([]);
  });

  it('list a hundred with two statements, and never name what is concealed', async () => {
    recorder.statements = [];
    await store.query(USERS, 't1', { offset: 200, limit: 100 });
    expect(recorder.statements).toHaveLength(2);
    expect(recorder.statements.some(({ text }) => text.includes('concealed'))).toBe(false);
  });

  it('name the tenant in every statement', async () => {
    recorder.statements = [];
    const content = { document: { schemas: [], userName: 'x', emails: [{ value: 'x@y' }] }, concealed: {} };
    const { head } = await store.create(USERS, inTenant('t9'), content);
    const group = await store.create(GROUPS, inTenant('t9'), {
      document: { schemas: [], displayName: 'g' },
      concealed: {},
      uniqueName: true,
      members: [
        { kind: 'change', add: [{ id: head.id }], remove: ['x'] },
        { kind: 'replace', members: [] },
      ],
    });
    await store.groupsOf('t9', [head.id]);
    await store.query(USERS, 't9', {
      filter: typed(USERS, `groups.value eq "${group.head.id}"`),
      offset: 0,
      limit: 1,
    });
    await store.delete(USERS, inTenant('t9'), head.id, () => undefined);
    const touching = recorder.statements.filter(({ text }) => text.includes('scim_'));
    expect(touching.length).toBeGreaterThan(10);
    expect(touching.filter(({ text, values }) => !text.includes('tenant_id') || values[0] !== 't9')).toEqual(
      [],
    );
  });
});
