import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LogEntry, ProvisioningLogStore } from 'nestjs-scim';

/** A store under test and how to put it away. */
export interface OpenLogStore {
  readonly store: ProvisioningLogStore;
  close(): Promise<void>;
}

const START = Date.UTC(2026, 10, 27, 8);

/** A log id of that minute; `order` tells entries of one minute apart. */
export function logId(minute: number, order = 0): string {
  const time = (START + minute * 60_000).toString(16).padStart(12, '0');
  const tail = randomUUID().slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order.toString(16).padStart(3, '0')}-8000-${tail}`;
}

/** What every store of the provisioning log must do. Each test works in tenants of its own. */
export function logStoreContract(name: string, open: () => Promise<OpenLogStore>): void {
  describe(`provisioning log store: ${name}`, () => {
    let opened: OpenLogStore;
    let store: ProvisioningLogStore;
    let tenantId: string;
    beforeAll(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterAll(() => opened?.close());
    beforeEach(() => {
      tenantId = `t-${randomUUID()}`;
    });

    const entry = (minute: number, more: Partial<LogEntry> = {}): LogEntry => ({
      id: logId(minute),
      kind: 'request',
      time: new Date(START + minute * 60_000).toISOString(),
      tenantId,
      requestId: randomUUID(),
      method: 'GET',
      endpoint: '/Users/:id',
      status: 200,
      durationMs: 3,
      bytesIn: 0,
      ...more,
    });
    const ids = async (more: object = {}): Promise<string[]> =>
      (await store.select({ tenantId, limit: 100, ...more })).map(({ id }) => id);

    it('returns an entry as it was added, with everything and with nothing in it', async () => {
      const full = entry(1, {
        kind: 'operation',
        connectionId: randomUUID(),
        tokenPrefix: '0000abcd',
        operation: 7,
        resourceType: 'User',
        resourceId: randomUUID(),
        externalId: 'Ünï "quoted" 😀',
        status: 409,
        query: 'filter=userName eq ?',
        found: 0,
        scimType: 'uniqueness',
        detail: 'Another user has this userName.',
        token: 'expired',
        changes: [{ path: 'active', before: 'true', after: 'false' }],
        members: { added: 1, removed: 2, replacedBy: 3 },
        tolerances: ['booleanStrings'],
        ignored: ['manager.displayName'],
      });
      const bare = entry(2, { durationMs: undefined });
      await store.append([full, bare]);
      expect(await store.find(tenantId, full.id)).toEqual(full);
      expect(await store.find(tenantId, bare.id)).toEqual(bare);
      expect(await store.select({ tenantId, limit: 10 })).toEqual([bare, full]);
    });

    it('adds hundreds at once, and leaves alone what is there', async () => {
      const entries = Array.from({ length: 700 }, (_, i) => entry(Math.floor(i / 100), { id: logId(0, i) }));
      await store.append(entries.slice(0, 300));
      await store.append(entries);
      expect((await store.select({ tenantId, limit: 1000 })).length).toBe(700);
    });

    it('cuts changes before it keeps more than a page of them', async () => {
      const path = 'x'.repeat(300);
      const changes = Array.from({ length: 200 }, (_, i) => ({
        path: `${i}${path}`,
        before: path,
        after: path,
      }));
      const one = entry(1, { changes, detail: 'kept' });
      await store.append([one]);
      const read = await store.find(tenantId, one.id);
      expect(read?.detail).toBe('kept');
      expect(JSON.stringify(read).length).toBeLessThan(16_000);
      expect(read?.changes?.[0]?.path).toMatch(/^0x+$/);
    });

    it('selects by each column and by time, newest first, from any place on', async () => {
      const user = randomUUID();
      const connectionId = randomUUID();
      const entries = [
        entry(1, { resourceType: 'User', resourceId: user }),
        entry(2, { status: 404, requestId: 'req-2' }),
        entry(3, { connectionId, status: 500 }),
        entry(4, { resourceType: 'Group', status: 0, kind: 'gap' }),
      ];
      await store.append(entries);
      const [one, two, three, four] = entries.map(({ id }) => id);
      expect(await ids()).toEqual([four, three, two, one]);
      expect(await ids({ resourceId: user })).toEqual([one]);
      expect(await ids({ resourceType: 'Group' })).toEqual([four]);
      expect(await ids({ requestId: 'req-2' })).toEqual([two]);
      expect(await ids({ connectionId })).toEqual([three]);
      expect(await ids({ statusClass: 4 })).toEqual([two]);
      expect(await ids({ statusClass: 0 })).toEqual([four]);
      expect(await ids({ from: two, below: four })).toEqual([three, two]);
      expect(await ids({ below: three, limit: 1 })).toEqual([two]);
    });

    it('shows no tenant the entries of another one, or of none', async () => {
      const [mine, nobodys, others] = [
        entry(1),
        entry(2, { tenantId: undefined }),
        entry(3, { tenantId: 'other' }),
      ];
      await store.append([mine, nobodys, others]);
      expect(await ids()).toEqual([mine.id]);
      expect(await store.find(tenantId, nobodys.id)).toBeUndefined();
      expect(await store.find(tenantId, others.id)).toBeUndefined();
      expect(await store.find(undefined, nobodys.id)).toEqual(nobodys);
      expect(await ids({ tenantId: undefined })).toContain(nobodys.id);
    });

    it('deletes the oldest entries of one tenant, so many at a time', async () => {
      const entries = [1, 2, 3, 4, 5].map((minute) => entry(minute));
      await store.append([...entries, entry(1, { tenantId: `${tenantId}-b` })]);
      const [, , , four, five] = entries.map(({ id }) => id);
      expect(await store.prune(tenantId, four!, 2)).toBe(2);
      expect(await ids()).toHaveLength(3);
      expect(await store.prune(tenantId, four!, 2)).toBe(1);
      expect(await ids()).toEqual([five, four]);
      expect(await ids({ tenantId: `${tenantId}-b` })).toHaveLength(1);
    });

    it('walks from tenant to tenant, beginning with none', async () => {
      await store.append([entry(1), entry(1, { tenantId: undefined }), entry(1, { tenantId: 'zzz' })]);
      const walked: (string | undefined)[] = [];
      for (let next = await store.tenantAfter(null); next; next = await store.tenantAfter(next.tenantId)) {
        walked.push(next.tenantId);
      }
      expect(walked[0]).toBeUndefined();
      expect(walked).toContain(tenantId);
      expect(walked.at(-1)).toBe('zzz');
      expect(new Set(walked).size).toBe(walked.length);
    });
  });
}
