import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions } from '../../src/database-options.js';
import { migrate } from '../../src/migrate.js';
import { Directory, type Tenant } from '../data/directory.js';
import { scramble, seededTime, seededUuid } from '../data/seeded-uuid.js';
import { USER_COLUMNS, userRow, usersOf, VALUE_COLUMNS, valueRows } from '../data/user-rows.js';
import { copyRows, type Cell } from './copy-rows.js';
import { ProgressBar } from './progress-bar.js';

const STAMP = 'bench_seed';
/** Changes when the rows change, so that older data is not taken for them. */
const VERSION = 2;
const GROUP_COLUMNS = [
  'tenant_id',
  'id',
  'display_name',
  'display_name_key',
  'unique_name_key',
  'version',
  'created_at',
  'modified_at',
  'document',
];
/** Members of the groups that are not measured. */
const ORDINARY_MEMBERS = 25;

/**
 * Fills an empty database through the library's own migrations and COPY. Data of the same sizes is kept from run to run.
 *
 * @throws Error when the database holds something else
 */
export async function seed(url: string, directory: Directory): Promise<void> {
  const dataSource = await new DataSource(databaseOptions(url)).initialize();
  try {
    await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const wanted = JSON.stringify({ VERSION, ...directory.sizes, rounds: 0, seconds: 0 });
    await client.query(`create table if not exists ${STAMP} (sizes text not null)`);
    const { rows } = await client.query<{ sizes: string }>(`select sizes from ${STAMP}`);
    if (rows[0]?.sizes === wanted) return;
    await makeRoom(client, rows.length > 0);
    await client.query('set synchronous_commit = off');
    await seedUsers(client, directory.tenants);
    await seedGroups(client, directory);
    process.stderr.write('Analysing…\n');
    await client.query('vacuum (analyze) scim_user, scim_attribute_value, scim_group, scim_group_member');
    await client.query(`insert into ${STAMP} values ($1)`, [wanted]);
  } finally {
    await client.end();
  }
}

/** Only what a benchmark has put there is thrown away. */
async function makeRoom(client: Client, ours: boolean): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>('select exists (select 1 from scim_user) as used');
  if (rows[0]?.used === true && !ours) {
    throw new Error('The database of DATABASE_URL holds users; the benchmark wants an empty one.');
  }
  await client.query(
    `truncate scim_user, scim_attribute_value, scim_group, scim_group_member, scim_pending_member,
      scim_outbox, scim_tombstone, scim_tombstone_member, scim_log, ${STAMP} cascade`,
  );
}

async function seedUsers(client: Client, tenants: readonly Tenant[]): Promise<void> {
  const total = tenants.reduce((sum, { users }) => sum + users, 0);
  const users = new ProgressBar('Users', total);
  const rows = function* (): Generator<Cell[]> {
    for (const tenant of tenants)
      for (const { id, time, document } of usersOf(tenant)) yield userRow(tenant.id, id, time, document);
  };
  await copyRows(client, 'scim_user', USER_COLUMNS, rows(), (count) => users.advance(count));
  users.end();
  const values = new ProgressBar('Indexed values', total * 2);
  const valuesOf = function* (): Generator<Cell[]> {
    for (const tenant of tenants)
      for (const { id, document } of usersOf(tenant)) yield* valueRows(tenant.id, id, document);
  };
  await copyRows(client, 'scim_attribute_value', VALUE_COLUMNS, valuesOf(), (count) => values.advance(count));
  values.end();
}

async function seedGroups(client: Client, directory: Directory): Promise<void> {
  const { sizes, tenants, large, sizedGroups } = directory;
  // The measured groups and a third of the others are the large tenant's.
  const tenantOf = (group: number): Tenant =>
    group < sizedGroups.length || group % 3 === 0 ? large : tenants[group % tenants.length]!;
  const groups = new ProgressBar('Groups', sizes.groups);
  const groupRows = function* (): Generator<Cell[]> {
    for (let group = 0; group < sizes.groups; group++) {
      const name = `Group ${group}`;
      const key = name.toLowerCase();
      const moment = new Date(seededTime(group)).toISOString();
      const document = JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: name,
      });
      const id = seededUuid('group', group);
      yield [tenantOf(group).id, id, name, key, key, 1, moment, moment, document];
    }
  };
  await copyRows(client, 'scim_group', GROUP_COLUMNS, groupRows(), (count) => groups.advance(count));
  groups.end();
  const sized = sizedGroups.reduce((sum, { members }) => sum + members, 0);
  const members = new ProgressBar('Members', sized + (sizes.groups - sizedGroups.length) * ORDINARY_MEMBERS);
  const memberRows = function* (): Generator<Cell[]> {
    for (let group = 0; group < sizes.groups; group++) {
      const tenant = tenantOf(group);
      const id = seededUuid('group', group);
      const count = sizedGroups[group]?.members ?? Math.min(ORDINARY_MEMBERS, tenant.users);
      const start = group < sizedGroups.length ? 0 : scramble(group) % tenant.users;
      for (let i = 0; i < count; i++) {
        yield [tenant.id, id, directory.userId(tenant, (start + i) % tenant.users), 'User'];
      }
    }
  };
  const columns = ['tenant_id', 'group_id', 'member_id', 'member_type'];
  await copyRows(client, 'scim_group_member', columns, memberRows(), (count) => members.advance(count));
  members.end();
}
