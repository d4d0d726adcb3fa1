import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  describeEachDatabase,
  openDatabase,
  type OpenDatabase,
} from '../../../../../test/support/databases.js';
import type { ClaimRequest, WaitingHead } from '../../events/outbox.js';
import { TypeOrmOutbox } from './typeorm-outbox.js';

interface Waiting {
  readonly tenant?: string;
  readonly stream: string;
  readonly sequence?: number;
  readonly dead?: boolean;
  readonly settled?: boolean;
  readonly availableAt?: string;
  readonly lockedUntil?: string;
}

describeEachDatabase('The outbox', (name) => {
  let database: OpenDatabase;
  let outbox: TypeOrmOutbox;
  beforeAll(async () => {
    database = await openDatabase(name);
    outbox = new TypeOrmOutbox(database.dataSource);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.dataSource.query('delete from scim_outbox');
  });

  const text = (value: string | undefined): string => (value === undefined ? 'null' : `'${value}'`);
  const insert = async (rows: readonly Waiting[]): Promise<void> => {
    const past = '2026-01-01T00:00:00.000Z';
    const values = rows.map(({ tenant = 't', stream, sequence = 1, ...row }) => {
      const key = `'${tenant}', '${stream}/${sequence}', '${stream}', ${sequence}`;
      const state = [row.availableAt, row.lockedUntil, row.dead ? past : undefined].map(text).join(', ');
      return `(${key}, 'x.v1', '{}', '${past}', 0, '${row.settled ? past : ''}', ${state})`;
    });
    await database.dataSource.query(
      `insert into scim_outbox (tenant_id, id, stream, sequence, type, payload, created_at, attempts, settled_at,
        available_at, locked_until, dead_at) values ${values.join(', ')}`,
    );
  };
  const streamsOf = (all: readonly { stream: string }[]): string[] => all.map(({ stream }) => stream);
  const claim = (heads: readonly WaitingHead[], request: Partial<ClaimRequest> = {}) =>
    outbox.claim({ tenantId: 't', owner: 'relay', lease: 60_000, events: 3, heads, ...request });
  const FUTURE = '2999-01-01T00:00:00.000Z';

  it('is looked through in steps that begin where the one before ended', async () => {
    const streams = Array.from({ length: 450 }, (_, i) => `s${1000 + i}`);
    await insert([{ tenant: 's', stream: 'a' }, ...streams.map((stream) => ({ stream }))]);
    await insert([{ tenant: 'u', stream: 'z' }]);
    const first = await outbox.look('t', '');
    const second = await outbox.look('t', first.next);
    const last = await outbox.look('t', second.next);
    expect(last.next).toBe('');
    expect([first, second, last].map(({ heads }) => heads.length)).toEqual([200, 200, 50]);
    expect(streamsOf([...first.heads, ...second.heads, ...last.heads])).toEqual(streams);
    expect(await outbox.waitingTenants('', 10)).toEqual(['s', 't', 'u']);
    expect(await outbox.waitingTenants('s', 1)).toEqual(['t']);
  });

  it('ends a round at the stream that was the last one when it began', async () => {
    const streamsFrom = (first: number) =>
      Array.from({ length: 220 }, (_, i) => ({ stream: `s${first + i}` }));
    await insert([...streamsFrom(1000), { tenant: 'u', stream: 'z' }]);
    const first = await outbox.look('t', '');
    expect(first).toMatchObject({ next: 's1199', until: 's1219' });
    await insert(streamsFrom(2000));
    const rest = await outbox.look('t', first.next, first.until);
    expect([rest.heads.length, rest.heads.at(-1)?.stream, rest.next]).toEqual([20, 's1219', '']);
    expect(await outbox.look('t', 's1300')).toMatchObject({ next: 's2199', until: 's2219' });
    const next = await outbox.look('t', 's1300', 's2219');
    expect(next).toMatchObject({ next: 's2199', until: 's2219' });
  });

  it('gives every stream its turn, however many events wait in one', async () => {
    await insert(Array.from({ length: 250 }, (_, i) => ({ stream: 'a', sequence: i + 1 })));
    await insert([{ stream: 'b' }]);
    const look = await outbox.look('t', '');
    expect(look).toEqual({ heads: [{ id: 'a/1', stream: 'a' }], next: 'a', until: 'b' });
    expect(await outbox.look('t', 'a')).toEqual({ heads: [{ id: 'b/1', stream: 'b' }], next: '', until: '' });
  });

  it('shows a stream by its head only, and only when the head is due', async () => {
    await insert([
      { stream: 'blocked', dead: true },
      { stream: 'blocked', sequence: 2 },
      { stream: 'delivered', settled: true },
      { stream: 'goes-on', settled: true },
      { stream: 'goes-on', sequence: 2 },
      { stream: 'held', lockedUntil: FUTURE },
      { stream: 'held', sequence: 2 },
      { stream: 'later', availableAt: FUTURE },
      { stream: 'later', sequence: 2 },
      { stream: 'lease-is-over', lockedUntil: '2026-01-01T00:00:00.000Z' },
    ]);
    const { heads } = await outbox.look('t', '');
    expect(heads.map(({ id }) => id)).toEqual(['goes-on/2', 'lease-is-over/1']);
  });

  it('is claimed stream by stream in order, up to an event that was given up, and nothing else', async () => {
    await insert([
      ...[5, 4, 1, 10].map((sequence) => ({ stream: 'a', sequence })),
      { stream: 'b', sequence: 1 },
      { stream: 'b', sequence: 2, dead: true },
      { stream: 'b', sequence: 3 },
      { stream: 'c' },
      { tenant: 'u', stream: 'a' },
    ]);
    const { heads } = await outbox.look('t', '');
    const runs = await claim(heads.slice(0, 2));
    expect(runs.map(({ events }) => events.map(({ id }) => id))).toEqual([['a/1', 'a/4', 'a/5'], ['b/1']]);
    expect(runs.flatMap(({ events }) => events.map(({ attempt }) => attempt))).toEqual([1, 1, 1, 1]);
    expect(streamsOf((await outbox.look('t', '')).heads)).toEqual(['c']);
    // An attempt is counted for what was begun only.
    const counted: { id: string; attempts: number }[] = await database.dataSource.query(
      'select id, attempts from scim_outbox where attempts > 0 order by id',
    );
    expect(counted.map(({ id }) => id)).toEqual(['a/1', 'b/1']);
  });

  it('is claimed from by what still holds of a look', async () => {
    await insert(['a', 'b', 'c', 'd', 'e'].map((stream) => ({ stream, sequence: 5 })));
    const { heads } = await outbox.look('t', '');
    expect(streamsOf(await claim(heads.slice(0, 1), { owner: 'other' }))).toEqual(['a']);
    await database.dataSource.query("update scim_outbox set settled_at = 'x' where stream = 'b'");
    // Delivered again from further back: the one that was the head is not it any more.
    await insert([{ stream: 'c', sequence: 1 }]);
    const runs = await claim(heads);
    expect(streamsOf(runs).toSorted()).toEqual(['d', 'e']);
    expect(await claim(heads)).toEqual([]);
    expect(await claim([])).toEqual([]);
    expect(await claim(heads, { tenantId: 'u' })).toEqual([]);
    expect((await outbox.look('t', '')).heads).toEqual([{ id: 'c/1', stream: 'c' }]);
  });

  it('is noted by whoever holds the events and by nobody else', async () => {
    await insert(['a', 'b'].map((stream) => ({ stream })));
    const { heads } = await outbox.look('t', '');
    await claim(heads);
    expect(await outbox.renew('other', 't', ['a/1', 'b/1'], 1000)).toEqual([]);
    await outbox.delivered('other', 't', ['a/1', 'b/1']);
    expect((await outbox.status()).undelivered).toBe(2);
    expect((await outbox.renew('relay', 't', ['a/1', 'b/1', 'z'], 1000)).toSorted()).toEqual(['a/1', 'b/1']);
    await outbox.delivered('relay', 't', ['a/1']);
    await outbox.release('relay', 't', ['b/1']);
    expect((await outbox.look('t', '')).heads).toEqual([{ id: 'b/1', stream: 'b' }]);
    expect(await outbox.deleteDelivered(FUTURE, 10)).toBe(1);
    expect(await outbox.status('t')).toMatchObject({ undelivered: 1, dead: 0 });
  });
});
