import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GROUPS, REGISTRY, USERS } from '../../../../../test/contracts/resource-store.contract.js';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { inTenant } from '../../../../../test/support/origin.js';
import { TypeOrmResourceStore } from '../stores/typeorm-resource.store.js';
import { TypeOrmOutbox } from './typeorm-outbox.js';
import { StatementRecorder } from '../../../../../test/support/statement-recorder.js';

/** Many delivered events, and some of many streams that wait, in two tenants. */
const SEED = [
  `insert into scim_outbox (tenant_id, id, stream, sequence, type, payload, created_at, attempts, settled_at)
    select 't' || n % 2, 'event-' || n, 'User:' || n % 5000, n / 5000 * 1000, 'scim.user.updated.v1', '{}',
      '2026-01-01T00:00:00.000Z', 1, '2026-01-01T00:00:01.000Z' from generate_series(1, 60000) n`,
  `insert into scim_outbox (tenant_id, id, stream, sequence, type, payload, created_at, attempts, settled_at)
    select 't' || n % 2, 'waiting-' || n, 'User:' || n % 1000, 100000 + n, 'scim.user.updated.v1', '{}',
      '2026-01-02T00:00:00.000Z', 0, '' from generate_series(1, 4000) n`,
  'analyze',
];

describe('The outbox on PostgreSQL', () => {
  const recorder = new StatementRecorder();
  let database: OpenDatabase;
  let outbox: TypeOrmOutbox;
  let store: TypeOrmResourceStore;

  beforeAll(async () => {
    database = await openDatabase('postgres', { logger: recorder });
    outbox = new TypeOrmOutbox(database.dataSource);
    store = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY, outbox });
    for (const statement of SEED) await database.dataSource.query(statement);
  });
  afterAll(() => database.close());

  const sent = async (work: () => Promise<unknown>): Promise<{ text: string; values: unknown[] }[]> => {
    recorder.statements = [];
    await work();
    return recorder.statements.filter(({ text }) => text.includes('scim_'));
  };
  const plansOf = async (work: () => Promise<unknown>): Promise<string[]> =>
    Promise.all(
      (await sent(work)).map(async ({ text, values }) => {
        const rows: object[] = await database.dataSource.query(`explain (format json) ${text}`, values);
        return JSON.stringify(rows);
      }),
    );

  it('is claimed from by indexes only, however much was delivered', async () => {
    const claim = { tenantId: 't1', owner: 'relay', lease: 1000, events: 3 };
    const plans = await plansOf(async () => {
      expect(await outbox.waitingTenants('', 10)).toEqual(['t0', 't1']);
      const heads = (await outbox.look('t1', '')).heads.slice(0, 4);
      expect(await outbox.claim({ ...claim, heads })).toHaveLength(4);
    });
    expect(plans.length).toBe(6);
    for (const plan of plans) expect(plan).not.toContain('Seq Scan');
    expect(plans[0]).toContain('ix_scim_outbox_waiting');
    expect(plans[1]).toContain('ix_scim_outbox_waiting');
  });

  it('is noted, renewed and emptied by indexes only', async () => {
    const heads = (await outbox.look('t1', 'User:5')).heads.slice(0, 2);
    const runs = await outbox.claim({ tenantId: 't1', owner: 'relay', lease: 9000, heads, events: 2 });
    const [first, second] = runs.flatMap(({ events }) => events);
    const plans = await plansOf(async () => {
      await outbox.renew('relay', 't1', [first!.id], 1000);
      await outbox.delivered('relay', 't1', [first!.id]);
      await outbox.failed('relay', { event: second!, error: 'x', acceptedBy: [], next: 5 }, ['z']);
      await outbox.dead(10);
      expect(await outbox.deleteDelivered('2026-01-01T12:00:00.000Z', 50)).toBe(50);
    });
    expect(plans.length).toBeGreaterThan(6);
    for (const plan of plans) expect(plan).not.toContain('Seq Scan');
  });

  it('costs no statement of its own', async () => {
    const document = { schemas: [], userName: 'u', emails: [{ value: 'u@example.com' }] };
    const counted = async (work: () => Promise<unknown>): Promise<number[]> => {
      const statements = await sent(work);
      const events = statements.filter(({ text }) => text.includes('scim_outbox'));
      return [statements.length - events.length, events.length];
    };
    let id = '';
    const create = async (): Promise<void> => {
      id = (await store.create(USERS, inTenant('t7'), { document, concealed: {} })).head.id;
    };
    expect(await counted(create)).toEqual([0, 1]);
    const rename = (title: string) => () =>
      store.modify(USERS, inTenant('t7'), id, (current) => ({
        document: { ...current.document, title },
        concealed: {},
      }));
    expect(await counted(rename('x'))).toEqual([1, 1]);
    expect(await counted(rename('x'))).toEqual([1, 0]);
    const many = Array.from({ length: 300 }, (_, i) => ({
      document: { schemas: [], userName: `many${i}` },
      concealed: {},
    }));
    expect((await counted(() => store.createMany(USERS, inTenant('t7'), many)))[1]).toBe(1);
    const group = await store.create(GROUPS, inTenant('t7'), {
      document: { schemas: [], displayName: 'g' },
      concealed: {},
      members: [{ kind: 'change', add: [{ id }], remove: [] }],
    });
    const members = (add: string[], remove: string[]) => () =>
      store.modify(GROUPS, inTenant('t7'), group.head.id, (current) => ({
        ...current,
        members: [{ kind: 'change' as const, add: add.map((one) => ({ id: one })), remove }],
      }));
    // The group, who the member is, whether it is one already: whatever the size of the group.
    expect(await counted(members([], [id]))).toEqual([2, 1]);
    expect(await counted(members([id], []))).toEqual([3, 1]);
    expect(await counted(members([id], []))).toEqual([2, 0]);
    expect((await counted(() => store.delete(USERS, inTenant('t7'), id, () => undefined)))[1]).toBe(1);
  });
});
