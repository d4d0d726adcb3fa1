import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASES, openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { inTenant } from '../../../../../test/support/origin.js';
import { GROUPS, REGISTRY, typed, USERS } from '../../../../../test/contracts/resource-store.contract.js';
import { TypeOrmResourceStore } from './typeorm-resource.store.js';
import { StatementRecorder } from '../../../../../test/support/statement-recorder.js';

/** How one table is read. */
interface Access {
  readonly table: string;
  /** `ALL` and `index` read all of it. */
  readonly type: string;
  readonly index: string | undefined;
  /** Columns that are looked up in the index. */
  readonly columns: readonly string[];
}

/** Tables of ours in a plan by `explain format=json`, whose parts have the same names on MySQL and MariaDB. */
function accesses(plan: string): Access[] {
  const found: Access[] = [];
  JSON.parse(plan, (_, node: Record<string, unknown> | null) => {
    if (typeof node?.['access_type'] === 'string') {
      found.push({
        table: String(node['table_name']),
        type: node['access_type'],
        index: node['key'] as string | undefined,
        columns: (node['used_key_parts'] as string[] | undefined) ?? [],
      });
    }
    return node;
  });
  return found;
}

const TIMES = "1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'";
const numbers = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => ({ n: i + 1 })));
const EACH = "from json_table(?, '$[*]' columns (n int path '$.n')) as k";

const SEED: [string, string?][] = [
  [
    `insert into scim_user (tenant_id, id, external_id, user_name, user_name_key, active, version, created_at, modified_at, document, comparable)
      select concat('t', n % 3), concat('user-', lpad(n, 7, '0')), concat('ext-', n), concat('user', n), concat('user', n), true, ${TIMES},
        concat('{"title":"title', n, '"}'), concat('{"title":"title', n, '"}') ${EACH}`,
    numbers(15_000),
  ],
  [
    `insert into scim_attribute_value (tenant_id, resource_type, resource_id, path, position, type, value_key)
      select tenant_id, 'User', id, 'emails.value', 0, 'work', concat(user_name, '@example.com') from scim_user`,
  ],
  [
    `insert into scim_group (tenant_id, id, display_name, display_name_key, version, created_at, modified_at, document, comparable)
      select concat('t', n % 3), concat('group-', lpad(n, 7, '0')), concat('group', n), concat('group', n), ${TIMES}, '{}', '{}' ${EACH}`,
    numbers(3000),
  ],
  [
    `insert into scim_group_member (tenant_id, group_id, member_id, member_type)
      select u.tenant_id, g.id, u.id, 'User' from scim_user u
      join scim_group g on g.tenant_id = u.tenant_id and substr(g.id, 7) % 1000 = substr(u.id, 6) % 1000`,
  ],
  ['analyze table scim_user, scim_group, scim_attribute_value, scim_group_member'],
];

describe.skipIf(!DATABASES.includes('mysql'))('Queries on MySQL', () => {
  const recorder = new StatementRecorder();
  let database: OpenDatabase;
  let store: TypeOrmResourceStore;

  beforeAll(async () => {
    database = await openDatabase('mysql', { logger: recorder });
    store = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY });
    for (const [statement, json] of SEED) {
      await database.dataSource.query(statement, json === undefined ? [] : [json]);
    }
  });
  afterAll(() => database?.close());

  /** How each statement that the work sends reads the tables. */
  const plans = async (work: () => Promise<unknown>): Promise<Access[][]> => {
    recorder.statements = [];
    await work();
    const sent = recorder.statements.filter(({ text }) => text.includes('scim_'));
    return Promise.all(
      sent.map(async ({ text, values }) => {
        const [row] = await database.dataSource.query<[Record<string, string>]>(
          `explain format=json ${text}`,
          values,
        );
        return accesses(row['EXPLAIN']!);
      }),
    );
  };
  /** Tables of which all is read; results of subqueries (`<…>`) and lists of the statement itself are not among them. */
  const whole = (plan: readonly Access[]): Access[] =>
    plan.filter(
      ({ table, type }) => (type === 'ALL' || type === 'index') && !/^<|^(k|texts|chosen)$/.test(table),
    );

  it.each([
    ['User', 'userName eq "USER4711"', 'uq_scim_user_name', 'user_name_key'],
    ['User', 'externalId eq "ext-4711"', 'ix_scim_user_external', 'external_id'],
    ['User', 'id eq "user-0004711"', 'PRIMARY', 'id'],
    ['User', 'emails.value eq "user4711@example.com"', 'ix_scim_attribute_value', 'value_key'],
    ['User', 'userName eq "user4711" and active eq true', 'uq_scim_user_name', 'user_name_key'],
    ['Group', 'displayName eq "Group4"', 'ix_scim_group_name', 'display_name_key'],
    ['Group', 'members.value eq "user-0000004"', 'ix_scim_group_member_member', 'member_id'],
  ])('look %s up by an index for %s', async (name, filter, index, column) => {
    const type = REGISTRY.required(name);
    const [plan, ...more] = await plans(() =>
      store.query(type, 't1', { filter: typed(type, filter), offset: 0, limit: 100 }),
    );
    expect(more).toEqual([]);
    expect(plan).toContainEqual(
      expect.objectContaining({ index, columns: expect.arrayContaining(['tenant_id', column]) }),
    );
    expect(whole(plan!)).toEqual([]);
  });

  it('enter an index at the position of a keyset page, however deep it lies', async () => {
    const sort = { attribute: USERS.attribute('userName')!, descending: false };
    const position = { id: 'user-0009998', key: 'user9998' };
    const keyset = { direction: 'after' as const, position };
    const [byName] = await plans(() => store.query(USERS, 't1', { sort, offset: 0, limit: 10, keyset }));
    expect(byName).toEqual([
      {
        table: 'r',
        type: 'range',
        index: 'uq_scim_user_name',
        columns: ['tenant_id', 'user_name_key'],
      },
    ]);
    const [byId] = await plans(() => store.query(USERS, 't1', { offset: 0, limit: 10, keyset }));
    expect(byId).toEqual([{ table: 'r', type: 'range', index: 'PRIMARY', columns: ['tenant_id', 'id'] }]);
  });

  it('find the groups of a page of users, and the members of a group, by an index', async () => {
    const users = ['user-0000004', 'user-0000007', 'user-0000010'];
    const groups = await plans(() => store.groupsOf('t1', users));
    const members = await plans(() => store.members('t1', ['group-0000004', 'group-0000007']));
    expect(groups.length + members.length).toBe(2);
    expect([...groups, ...members].flatMap(whole)).toEqual([]);
  });

  it('touch only the rows that a change of members names', async () => {
    const group = 'group-0000004';
    const change = (add: string[], remove: string[]) => () =>
      store.modify(GROUPS, inTenant('t1'), group, ({ document, concealed }) => ({
        document,
        concealed,
        members: [{ kind: 'change', add: add.map((id) => ({ id })), remove }],
      }));
    const sent = await plans(change(['user-0000010', 'user-0000013'], ['user-0000004']));
    expect(sent.length).toBeGreaterThan(4);
    expect(sent.flatMap(whole)).toEqual([]);
  });
});
