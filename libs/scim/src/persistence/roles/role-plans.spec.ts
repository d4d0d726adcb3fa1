import type { Logger } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { addRoleJob } from '../../roles/role-job.js';
import type { OptionRoleMapping } from '../../roles/role-mapping.js';
import { ScimRoles } from '../../roles/scim-roles.js';
import { ScimRoleMappings } from '../../roles/scim-role-mappings.js';
import { TypeOrmRoleStore } from './typeorm-role.store.js';

/** Keeps the statements of the store, to have them counted and explained. */
class Recorder implements Logger {
  statements: { text: string; values: unknown[] }[] = [];

  logQuery(text: string, values: unknown[] = []): void {
    if (text.includes('scim_')) this.statements.push({ text, values });
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

const at = '2026-01-01T00:00:00.000Z';
const id = (word: string, n: number): string => `${word}-${String(n).padStart(7, '0')}`;
/** 30,000 users in three tenants, each in three of 3,000 groups; every hundredth group is inside another one. */
const SEED = [
  `insert into scim_user (tenant_id, id, external_id, user_name, user_name_key, active, version, created_at, modified_at, document)
    select 't' || n % 3, 'user-' || lpad(n::text, 7, '0'), 'ext-' || n, 'user' || n, 'user' || n, true, 1, '${at}', '${at}', '{}'
    from generate_series(1, 30000) n`,
  `insert into scim_group (tenant_id, id, external_id, display_name, display_name_key, version, created_at, modified_at, document)
    select 't' || n % 3, 'group-' || lpad(n::text, 7, '0'), 'x' || n, 'Group ' || n, 'group ' || n, 1, '${at}', '${at}', '{}'
    from generate_series(1, 3000) n`,
  `insert into scim_group_member (tenant_id, group_id, member_id, member_type)
    select distinct 't' || n % 3, 'group-' || lpad((3 * ((n / 3 + k * 37) % 999) + n % 3 + 3)::text, 7, '0'),
      'user-' || lpad(n::text, 7, '0'), 'User' from generate_series(1, 30000) n, generate_series(0, 2) k`,
  `insert into scim_group_member (tenant_id, group_id, member_id, member_type)
    select 't' || n % 3, 'group-' || lpad((n % 3 + 3)::text, 7, '0'), 'group-' || lpad(n::text, 7, '0'), 'Group'
    from generate_series(100, 3000, 100) n`,
  `insert into scim_role_mapping (tenant_id, id, role, group_by, group_value, priority, created_at)
    select 't' || n % 200, 'm-' || n, 'role' || n % 7, 'id', 'group-' || lpad((3 * n)::text, 7, '0'), 0, '${at}'
    from generate_series(1, 2000) n`,
  `insert into scim_role_binding (tenant_id, mapping_id, slot, group_id)
    select 't' || n % 200, 'm-' || n, 'displayName', 'g' from generate_series(1, 2000) n`,
  `insert into scim_role_state (tenant_id, user_id, version, granted, changed_at)
    select tenant_id, id, 1, '[]', '${at}' from scim_user`,
  `insert into scim_role_job (tenant_id, id, "position", done, total, changed, created_at, finished_at)
    select 't' || n % 200, 'job-' || n, '', 0, 0, 0, '${at}', '${at}' from generate_series(1, 3000) n`,
  'analyze',
];

describe('Statements on roles on PostgreSQL', () => {
  const recorder = new Recorder();
  let database: OpenDatabase;
  let store: TypeOrmRoleStore;
  let roles: ScimRoles;
  const mappings: OptionRoleMapping[] = [
    { role: 'admin', group: { displayName: 'Group 6' } },
    { role: 'ops', group: { externalId: 'x9' } },
  ];

  beforeAll(async () => {
    database = await openDatabase('postgres', { logger: recorder });
    for (const statement of SEED) await database.dataSource.query(statement);
    store = TypeOrmRoleStore.on(database.dataSource);
    const settings = { roles: { mappings, protected: [] } };
    roles = new ScimRoles(store, settings);
    // Holds the mappings of the options against the groups.
    const { rebind, list } = {
      rebind: new ScimRoleMappings(store, settings),
      list: await new ScimRoleMappings(store, settings).list('t0'),
    };
    for (const { id: mapping, source } of list) if (source === 'options') await rebind.rebind('t0', mapping);
  });
  afterAll(() => database.close());
  beforeEach(() => void (recorder.statements = []));

  const plans = async (work: () => Promise<unknown>): Promise<string> => {
    await work();
    const texts = await Promise.all(
      recorder.statements.map(async ({ text, values }) => {
        const rows: object[] = await database.dataSource.query(`explain (format json) ${text}`, values);
        return JSON.stringify(rows);
      }),
    );
    return texts.join('\n');
  };

  it('are three for the roles of a user, all out of indexes', async () => {
    const plan = await plans(() => roles.of({ tenantId: 't0', userId: id('user', 600) }));
    expect(plan).not.toContain('Seq Scan');
  });

  it('are three for the roles of a user', async () => {
    await roles.of({ tenantId: 't0', userId: id('user', 600) });
    expect(recorder.statements).toHaveLength(3);
  });

  it.each([
    ['groups above', () => store.groupsAbove('t0', [id('group', 600)])],
    ['holders of a small group', () => store.holders('t0', [id('group', 600)], '', 100)],
    ['one active user', () => store.anyActive('t0', [id('user', 600)], [id('group', 600)])],
    ['names of groups', () => store.groupNames('t0', [id('group', 600)])],
    ['names of users', () => store.users('t0', [id('user', 600)])],
    ['a user by name', () => store.findUser('t0', 'USER600')],
    ['states of users', () => store.lockStates('t0', [id('user', 600), id('user', 603)])],
    ['a page of a group', () => store.jobPage('t0', { kind: 'group', groupId: id('group', 600) }, '', 500)],
    ['a page of a tenant', () => store.jobPage('t0', { kind: 'tenant' }, id('user', 15000), 500)],
    ['a job to do', () => store.claimJob('me', at, at)],
    ['the next tenant', () => store.nextTenant('t0')],
    [
      'groups by name and externalId',
      () =>
        store.groupsFor('t0', [
          {
            id: 'a',
            source: 'tenant',
            tenantId: 't0',
            role: 'r',
            by: 'displayName',
            value: 'Group 6',
            priority: 0,
          },
          {
            id: 'b',
            source: 'tenant',
            tenantId: 't0',
            role: 'r',
            by: 'externalId',
            value: 'x9',
            priority: 0,
          },
          {
            id: 'c',
            source: 'tenant',
            tenantId: 't0',
            role: 'r',
            by: 'id',
            value: id('group', 9),
            priority: 0,
          },
        ]),
    ],
    [
      'a new job',
      () => store.transaction((within) => addRoleJob(within, 't1', { kind: 'group', groupId: 'g' })),
    ],
    [
      'a difference of two groups',
      () => store.countDifference('t0', { groups: [id('group', 600)], without: [id('group', 603)] }),
    ],
  ])('look up %s by an index', async (_what, work) => {
    expect(await plans(work as () => Promise<unknown>)).not.toContain('Seq Scan');
  });

  it('name the tenant, except those that look for work', async () => {
    await roles.of({ tenantId: 't0', userId: 'x' });
    await roles.holders('t0', 'admin');
    await store.findUser('t0', 'x');
    for (const { text, values } of recorder.statements) {
      expect(text).toContain('tenant_id = $1');
      expect(values[0]).toBe('t0');
    }
  });
});
