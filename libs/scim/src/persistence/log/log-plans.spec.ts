import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { firstEntryId } from '../../log/entry-id.js';
import type { LogSelection } from '../../log/provisioning-log-store.js';
import { TypeOrmProvisioningLogStore } from './typeorm-provisioning-log.store.js';
import { StatementRecorder } from '../../../../../test/support/statement-recorder.js';

const START = Date.UTC(2026, 10, 1);
const SEED = [
  `insert into scim_log (tenant_id, id, kind, time, request_id, method, endpoint, resource_id, status, status_class, bytes_in, details)
    select 't' || n % 3, substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7000-8000-' || lpad(n::text, 12, '0'), 'request',
      '2026-11-01T00:00:00.000Z', 'request-' || n, 'GET', '/Users/:id', 'user-' || n % 5000,
      case when n % 20 = 0 then 409 else 200 end, case when n % 20 = 0 then 4 else 2 end, 0, '{}'
    from (select n, lpad(to_hex(${START} + n::bigint * 1000), 12, '0') as h from generate_series(1, 60000) n) s`,
  'analyze scim_log',
];

/** Kinds of the nodes of a plan, with their indexes. */
function nodes(plan: object): { type: string; index?: string; condition?: string }[] {
  const found: { type: string; index?: string; condition?: string }[] = [];
  JSON.parse(JSON.stringify(plan), (_, node: Record<string, string> | null) => {
    if (node?.['Node Type']) {
      found.push({ type: node['Node Type'], index: node['Index Name'], condition: node['Index Cond'] });
    }
    return node;
  });
  return found;
}

describe('Reading the log on PostgreSQL', () => {
  const recorder = new StatementRecorder();
  let database: OpenDatabase;
  let store: TypeOrmProvisioningLogStore;

  beforeAll(async () => {
    database = await openDatabase('postgres', { logger: recorder });
    store = new TypeOrmProvisioningLogStore(database.dataSource);
    for (const statement of SEED) await database.dataSource.query(statement);
  });
  afterAll(() => database.close());

  const planOf = async (work: () => Promise<unknown>) => {
    recorder.statements = [];
    await work();
    const [{ text, values }] = recorder.statements as [{ text: string; values: unknown[] }];
    return nodes(await database.dataSource.query(`explain (format json) ${text}`, values));
  };
  const middle = firstEntryId(START + 30_000 * 1000);

  it.each<[string, Partial<LogSelection>, string]>([
    ['the newest', {}, 'pk_scim_log'],
    ['a page in the middle', { below: middle }, 'pk_scim_log'],
    ['a span of time', { from: middle, below: firstEntryId(START + 40_000 * 1000) }, 'pk_scim_log'],
    ['failures', { statusClass: 4 }, 'ix_scim_log_status'],
    ['failures in the middle', { statusClass: 4, below: middle }, 'ix_scim_log_status'],
    ['one resource', { resourceId: 'user-4711' }, 'ix_scim_log_resource'],
    ['one request', { requestId: 'request-4711' }, 'ix_scim_log_request'],
  ])('finds %s in the order of an index, without sorting', async (_, selection, index) => {
    const plan = await planOf(() => store.select({ tenantId: 't1', limit: 50, ...selection }));
    expect(plan.map(({ type }) => type).toSorted()).toEqual(['Index Scan', 'Limit']);
    expect(plan).toContainEqual(
      expect.objectContaining({ index, condition: expect.stringContaining('tenant_id') }),
    );
    if (selection.below) {
      expect(plan.some(({ condition }) => condition?.includes('(id)::text <'))).toBe(true);
    }
  });

  it('walks from tenant to tenant without reading their entries', async () => {
    const plan = await planOf(() => store.tenantAfter('t0'));
    expect(plan.map(({ type, index }) => [type, index])).toEqual(
      expect.arrayContaining([[expect.stringMatching(/^Index (Only )?Scan$/), 'pk_scim_log']]),
    );
    expect(plan.map(({ type }) => type)).not.toContain('Seq Scan');
  });
});
