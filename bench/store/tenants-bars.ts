import { Client } from 'pg';
import { type Bar, bar } from '../bars/bar.js';
import type { Directory, Tenant } from '../data/directory.js';
import { emailOf, ENTERPRISE_SCHEMA, departmentOf, userNameOf } from '../data/person.js';
import { Directory as OneTenant } from '../data/directory.js';
import { seed } from '../database/seed.js';
import { withFilter } from './typed-query.js';
import { OpenStore } from './open-store.js';

/** The same tenant in a database of its own and beside all the others: what a filter reads (goal 21). */
export async function tenantsBars(url: string, directory: Directory): Promise<Bar[]> {
  const { medium } = directory;
  const alone = new OneTenant({
    ...directory.sizes,
    tenants: 1,
    users: medium.users,
    largeTenant: medium.users,
    stepTenants: [],
    groups: 3,
    groupSizes: [1, 2, 3],
  });
  const name = 'bench_one_tenant';
  const own = new URL(url);
  own.pathname = `/${name}`;
  if (!(await ensureDatabase(url, name)))
    return [bar('21 filters beside other tenants', undefined, '<=', 1.3)];
  await seed(own.href, alone);
  const beside = await buffersOfFilters(url, medium);
  const single = await buffersOfFilters(own.href, alone.large);
  return [...beside].map(([filter, buffers]) =>
    bar(
      `21 filter ${filter}: pages of the database read, beside ${directory.sizes.tenants - 1} tenants to alone`,
      buffers / single.get(filter)!,
      '<=',
      1.3,
      `${buffers} to ${single.get(filter)!}`,
    ),
  );
}

async function buffersOfFilters(url: string, tenant: Tenant): Promise<Map<string, number>> {
  const open = await OpenStore.open({ type: 'postgres', url });
  const database = new Client({ connectionString: url });
  await database.connect();
  const filters: readonly [string, string][] = [
    ['userName eq', `userName eq "${userNameOf(tenant.domain, 5)}"`],
    ['emails.value eq', `emails.value eq "${emailOf(tenant.domain, 5)}"`],
    ['name.familyName sw', 'name.familyName sw "love"'],
    ['department eq', `${ENTERPRISE_SCHEMA}:department eq "${departmentOf(5)}"`],
  ];
  const found = new Map<string, number>();
  try {
    for (const [name, filter] of filters) {
      const query = { ...withFilter(filter), offset: 0, limit: 10 };
      const statements = await open.statements(() => open.store.query(query.type, tenant.id, query));
      let buffers = 0;
      for (const { text, values } of statements) {
        const { rows } = await database.query(`explain (analyze, buffers, format json) ${text}`, [...values]);
        const [plan] = (rows[0] as { 'QUERY PLAN': [{ Plan: Record<string, number> }] })['QUERY PLAN'];
        buffers += (plan.Plan['Shared Hit Blocks'] ?? 0) + (plan.Plan['Shared Read Blocks'] ?? 0);
      }
      found.set(name, buffers);
    }
  } finally {
    await database.end();
    await open.close();
  }
  return found;
}

/** False where the account may not create databases. */
async function ensureDatabase(url: string, name: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
