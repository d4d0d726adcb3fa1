import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { PlanRecorder, type RecordedPlan } from '../../../../../test/support/plan-recorder.js';
import { until } from '../../../../../test/support/outbox-rows.js';
import type { ClaimedRun } from '../../events/outbox.js';
import { TypeOrmOutbox } from './typeorm-outbox.js';

const COLUMNS = '(tenant_id, id, stream, sequence, type, payload, created_at, attempts, settled_at)';
const rows = (tenant: string, prefix: string, streams: number, sequence: string, settledAt: string): string =>
  `select '${tenant}', '${prefix}-' || n, 'User:' || md5((n % ${streams})::text), ${sequence}, 'x.v1', '{}',
    '2026-01-01T00:00:00.000Z', 0, '${settledAt}'`;
const into = (select: string, from: number, to: number): string =>
  `insert into scim_outbox ${COLUMNS} ${select} from generate_series(${from}, ${to}) n`;

/** The stream that has many events before and many to come. */
const DEEP = `User:${createHash('md5').update('0').digest('hex')}`;

/**
 * Statistics of a few rows, and then a burst that the database has not counted. Behind it what was delivered: some
 * before the burst, some of it, which has left its entries in the index of what waits.
 */
const SEED = [
  'alter table scim_outbox set (autovacuum_enabled = false)',
  into(rows('other', 'first', 1, 'n', '2026-01-01T00:00:01.000Z'), 1, 3),
  'analyze scim_outbox',
  into(rows('t', 'delivered', 20_000, 'n', '2026-01-01T00:00:01.000Z'), 1, 60_000),
  into(rows('t', 'waiting', 60_000, '100000 + n', ''), 1, 60_000),
  into(rows('t', 'old', 1, 'n', '2026-01-01T00:00:01.000Z'), 1, 5000),
  into(rows('t', 'deep', 1, '200000 + n', ''), 1, 20_000),
  into(rows('u', 'waiting', 20_000, 'n', ''), 1, 20_000),
  "update scim_outbox set settled_at = '2026-01-02T00:00:00.000Z' where id like 'waiting-%' and tenant_id = 't' and stream < 'User:4'",
];

describe.each(['never analysed', 'analysed when it was small'])(
  'A burst in an outbox that was %s',
  (state) => {
    let database: OpenDatabase;
    let outbox: TypeOrmOutbox;
    let recorder: PlanRecorder;
    beforeAll(async () => {
      database = await openDatabase('postgres', PlanRecorder.options);
      outbox = new TypeOrmOutbox(database.dataSource);
      const analysed = state !== 'never analysed';
      for (const statement of SEED) {
        if (analysed || !statement.startsWith('analyze')) await database.dataSource.query(statement);
      }
      recorder = new PlanRecorder(database.dataSource);
    });
    afterAll(() => database.close());

    /** Eight times: after a few, PostgreSQL keeps one plan for all values. */
    const plansOf = async (work: (time: number) => Promise<unknown>): Promise<RecordedPlan[]> => {
      recorder.plans = [];
      for (let i = 0; i < 8; i++) await work(i);
      const plans = recorder.plans.filter(({ text }) => text.includes('scim_outbox'));
      expect(plans.length).toBeGreaterThanOrEqual(8);
      for (const { steps } of plans) {
        expect(steps).not.toContain('Seq Scan');
        expect(steps.join()).not.toContain('Bitmap');
      }
      return plans;
    };
    const most = (plans: readonly RecordedPlan[], key: 'rows' | 'pages'): number =>
      Math.max(...plans.map((plan) => plan[key]));
    const claimed: ClaimedRun[] = [];

    it('is looked through by reading what it gives', async () => {
      let after = 'User:4';
      const plans = await plansOf(async () => {
        const { heads, next } = await outbox.look('t', after);
        expect(heads.length).toBeGreaterThan(100);
        after = next;
      });
      expect(most(plans, 'rows')).toBeLessThanOrEqual(200);
      expect(most(plans, 'pages')).toBeLessThan(600);
      const ends = await plansOf(() => outbox.look('t', 'User:fffz', 'User:g'));
      expect(most(ends, 'rows')).toBeLessThanOrEqual(200);
    });

    it('is looked through from its beginning without reading again what was delivered', async () => {
      // Whoever comes past the entries of delivered events marks them, once no transaction can see the rows any more;
      // from then on pages of the index are read alone, one for some dozens of entries.
      await until(async () => {
        const plans = await plansOf(() => outbox.look('t', ''));
        expect(most(plans, 'rows')).toBeLessThanOrEqual(200);
        return most(plans, 'pages') < 1500;
      });
    });

    it('names its tenants by a step for each', async () => {
      const plans = await plansOf(async () => {
        expect(await outbox.waitingTenants('', 10)).toEqual(['t', 'u']);
      });
      expect(most(plans, 'rows')).toBeLessThan(20);
    });

    it('gives of a stream with a long past and many events to come what is asked for', async () => {
      const { heads } = await outbox.look('t', DEEP.slice(0, -1));
      expect(heads).toEqual([{ id: 'waiting-60000', stream: DEEP }]);
      const plans = await plansOf(async () => {
        const [run] = await outbox.claim({ tenantId: 't', owner: 'deep', lease: 60_000, heads, events: 10 });
        const ids = run!.events.map(({ id }) => id);
        expect(ids).toEqual(['waiting-60000', ...Array.from({ length: 9 }, (_, i) => `deep-${i + 1}`)]);
        await outbox.release('deep', 't', ids);
      });
      expect(most(plans, 'rows')).toBeLessThanOrEqual(60);
    });

    it('is claimed by reading what is claimed', async () => {
      let { heads, next } = await outbox.look('t', 'User:4');
      const plans = await plansOf(async () => {
        while (heads.length < 4) ({ heads, next } = await outbox.look('t', next));
        const runs = await outbox.claim({
          tenantId: 't',
          owner: 'relay',
          lease: 60_000,
          heads: heads.slice(0, 4),
          events: 10,
        });
        heads = heads.slice(4);
        expect(runs.length).toBe(4);
        claimed.push(...runs);
      });
      expect(most(plans, 'rows')).toBeLessThanOrEqual(200);
      expect(most(plans, 'pages')).toBeLessThan(1500);
    });

    it('is noted by reading what is noted', async () => {
      const ids = claimed.map(({ events }) => events.map(({ id }) => id));
      expect(ids.length).toBe(32);
      const plans = await plansOf(async (time) => {
        const some = ids.slice(time * 4, time * 4 + 4).flat();
        expect(await outbox.renew('relay', 't', some, 60_000)).toHaveLength(some.length);
        await outbox.release('relay', 't', ['none']);
        await outbox.delivered('relay', 't', some);
      });
      expect(most(plans, 'rows')).toBeLessThan(200);
    });

    it('is counted and emptied by its indexes', async () => {
      const plans = await plansOf(async () => {
        await outbox.dead(10);
        expect(await outbox.deleteDelivered('2026-01-01T12:00:00.000Z', 50)).toBe(50);
      });
      expect(most(plans, 'rows')).toBeLessThanOrEqual(50);
      await plansOf(() => outbox.status('t'));
    });
  },
);
