import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RelayTenants } from './relay-tenants.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('RelayTenants', () => {
  it('lets tenants take turns, each with a part of the capacity', () => {
    const tenants = new RelayTenants({ concurrency: 5, tenantConcurrency: 2 });
    for (const id of ['a', 'b', 'c']) tenants.add(id);
    const turns: string[] = [];
    for (let turn = tenants.take(); turn; turn = tenants.take()) {
      turns.push(`${turn.tenantId}${turn.streams}`);
      tenants.claimed(turn.tenantId, turn.streams, 'more');
    }
    expect(turns).toEqual(['a2', 'b2', 'c1']);
    expect(tenants.ready).toBe(false);
    tenants.finished('b');
    expect(tenants.take()).toMatchObject({ tenantId: 'b', streams: 1, after: 'more' });
  });

  it('goes on where the last claim of the tenant ended', () => {
    const tenants = new RelayTenants({ concurrency: 9, tenantConcurrency: 9 });
    tenants.add('a');
    tenants.take();
    tenants.claimed('a', 0, 'm');
    expect(tenants.take()).toMatchObject({ after: 'm' });
    tenants.claimed('a', 0, '');
    expect(tenants.take()).toBeUndefined();
  });

  it('goes through the streams once more for what came while it was among them', () => {
    const tenants = new RelayTenants({ concurrency: 9, tenantConcurrency: 9 });
    tenants.add('a');
    tenants.take();
    tenants.claimed('a', 0, 'm');
    tenants.take();
    tenants.add('a');
    tenants.claimed('a', 0, '');
    expect(tenants.take()).toMatchObject({ tenantId: 'a', after: '' });
    tenants.claimed('a', 0, '');
    expect(tenants.ready).toBe(false);
  });

  it('asks less and less often for a tenant of which nothing is due, until something is written', () => {
    const tenants = new RelayTenants({ concurrency: 9, tenantConcurrency: 9 });
    const polls = (): number => {
      let found = 0;
      for (let i = 0; i < 100; i++) {
        vi.advanceTimersByTime(100);
        tenants.addPolled('a');
        if (tenants.take()) {
          found++;
          tenants.claimed('a', 0, '');
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
    tenants.take();
    tenants.claimed('a', 1, '');
    expect([tenants.busy, tenants.ready]).toEqual([true, false]);
    tenants.finished('a');
    tenants.take();
    tenants.claimed('a', 0, '');
    expect(tenants.busy).toBe(false);
  });
});
