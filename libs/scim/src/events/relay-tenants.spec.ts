import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Look } from './outbox.js';
import { RelayTenants, type TenantTurn } from './relay-tenants.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const NOTHING: Look = { heads: [], next: '', until: '' };
const headsOf = (...streams: string[]) => streams.map((stream) => ({ id: `id-${stream}`, stream }));
const streamsOf = (heads: readonly { stream: string }[]) => heads.map(({ stream }) => stream).join('');

describe('RelayTenants', () => {
  /** A turn that looks, claims what the look found, and begins to deliver it. */
  const serve = (tenants: RelayTenants, turn: TenantTurn, look: Look): string => {
    const heads = turn.heads.length > 0 ? turn.heads : tenants.looked(turn, look);
    tenants.ended(turn, heads.length);
    return streamsOf(heads);
  };

  it('lets tenants take turns, each with a part of the capacity', () => {
    const tenants = new RelayTenants({ concurrency: 5, tenantConcurrency: 2 });
    for (const id of ['a', 'b', 'c']) tenants.add(id);
    const turns: string[] = [];
    for (let turn = tenants.take(); turn; turn = tenants.take()) {
      turns.push(
        turn.tenantId + serve(tenants, turn, { heads: headsOf('1', '2', '3', '4'), next: '4', until: 'z' }),
      );
    }
    expect(turns).toEqual(['a12', 'b12', 'c1']);
    expect(tenants.ready).toBe(false);
    tenants.finished('b');
    expect(tenants.take()).toMatchObject({ tenantId: 'b', streams: 1, heads: headsOf('3') });
  });

  it('sets capacity aside for turns that have not ended, so that they may overlap', () => {
    const tenants = new RelayTenants({ concurrency: 5, tenantConcurrency: 3 });
    for (const id of ['a', 'b', 'c']) tenants.add(id);
    const [first, second] = [tenants.take()!, tenants.take()!];
    expect([first, second]).toMatchObject([
      { tenantId: 'a', streams: 3 },
      { tenantId: 'b', streams: 2 },
    ]);
    expect(tenants.take()).toBeUndefined();
    tenants.ended(second, 0);
    expect(tenants.take()).toMatchObject({ tenantId: 'c', streams: 2 });
    tenants.add('a');
    expect(tenants.ready).toBe(false);
  });

  it('gives many turns what one look found, then has the tenant looked at from where the look ended', () => {
    const tenants = new RelayTenants({ concurrency: 2, tenantConcurrency: 2 });
    tenants.add('a');
    const turn = tenants.take()!;
    expect(turn).toMatchObject({ heads: [], after: '' });
    expect(serve(tenants, turn, { heads: headsOf('1', '2', '3', '4', '5'), next: '9', until: 'z' })).toBe(
      '12',
    );
    const given: string[] = [];
    for (let i = 0; i < 2; i++) {
      tenants.finished('a');
      tenants.finished('a');
      given.push(serve(tenants, tenants.take()!, NOTHING));
    }
    expect(given).toEqual(['34', '5']);
    // To the end that the round had when it began.
    expect(tenants.take()).toMatchObject({ tenantId: 'a', heads: [], after: '9', until: 'z' });
  });

  it('looks on while nothing is due, and ends the round with the streams', () => {
    const tenants = new RelayTenants({ concurrency: 9, tenantConcurrency: 9 });
    tenants.add('a');
    serve(tenants, tenants.take()!, { heads: [], next: 'm', until: 'z' });
    const turn = tenants.take()!;
    expect(turn).toMatchObject({ after: 'm' });
    serve(tenants, turn, NOTHING);
    expect(tenants.take()).toBeUndefined();
  });

  it('goes through the streams once more for what came while it was among them', () => {
    const tenants = new RelayTenants({ concurrency: 9, tenantConcurrency: 9 });
    tenants.add('a');
    serve(tenants, tenants.take()!, { heads: [], next: 'm', until: 'z' });
    const turn = tenants.take()!;
    tenants.add('a');
    serve(tenants, turn, NOTHING);
    const again = tenants.take()!;
    expect(again).toMatchObject({ tenantId: 'a', after: '', until: undefined });
    serve(tenants, again, NOTHING);
    expect(tenants.ready).toBe(false);
  });

  it('keeps no more heads than it may: a look beyond that is repeated from what was used of it', () => {
    const tenants = new RelayTenants({ concurrency: 4, tenantConcurrency: 1 }, 3);
    for (const id of ['a', 'b']) tenants.add(id);
    const look = { heads: headsOf('1', '2', '3', '4'), next: '', until: '' };
    for (const id of ['a', 'b']) {
      const turn = tenants.take()!;
      expect(turn.tenantId + serve(tenants, turn, look)).toBe(`${id}1`);
    }
    for (const id of ['a', 'b']) tenants.finished(id);
    expect(tenants.take()).toMatchObject({ tenantId: 'a', heads: headsOf('2') });
    expect(tenants.take()).toMatchObject({ tenantId: 'b', heads: [], after: '1' });
  });

  it('leaves a tenant alone for a while whose turn failed, whatever is written for it, and then goes on', () => {
    const tenants = new RelayTenants({ concurrency: 1, tenantConcurrency: 1 });
    tenants.add('a');
    tenants.add('b');
    const turn = tenants.take()!;
    tenants.looked(turn, { heads: headsOf('1', '2'), next: '', until: '' });
    tenants.failed(turn);
    tenants.add('a');
    tenants.addPolled('a');
    const other = tenants.take()!;
    expect(other).toMatchObject({ tenantId: 'b' });
    serve(tenants, other, NOTHING);
    expect(tenants.take()).toBeUndefined();
    vi.advanceTimersByTime(1000);
    tenants.addPolled('a');
    // The stream that failed does not keep the others from their turn.
    const second = tenants.take()!;
    expect(second).toMatchObject({ tenantId: 'a', heads: headsOf('2') });
    tenants.failed(second);
    vi.advanceTimersByTime(1500);
    tenants.addPolled('a');
    expect(tenants.ready).toBe(false);
    vi.advanceTimersByTime(500);
    tenants.addPolled('a');
    expect(tenants.take()).toMatchObject({ tenantId: 'a', heads: [], after: '' });
  });

  it('asks less and less often for a tenant of which nothing is due, until something is written', () => {
    const tenants = new RelayTenants({ concurrency: 9, tenantConcurrency: 9 });
    const polls = (): number => {
      let found = 0;
      for (let i = 0; i < 100; i++) {
        vi.advanceTimersByTime(100);
        tenants.addPolled('a');
        const turn = tenants.take();
        if (turn) {
          found++;
          serve(tenants, turn, NOTHING);
        }
      }
      return found;
    };
    const first = polls();
    expect(first).toBeLessThan(8);
    expect(polls()).toBeLessThan(first);
    tenants.add('a');
    expect(tenants.take()).toMatchObject({ tenantId: 'a' });
  });

  it('is busy as long as something is delivered', () => {
    const tenants = new RelayTenants({ concurrency: 9, tenantConcurrency: 9 });
    tenants.add('a');
    serve(tenants, tenants.take()!, { heads: headsOf('1'), next: '', until: '' });
    expect([tenants.busy, tenants.ready]).toEqual([true, false]);
    tenants.finished('a');
    serve(tenants, tenants.take()!, NOTHING);
    expect(tenants.busy).toBe(false);
  });
});
