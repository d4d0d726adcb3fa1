import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScimError } from '../protocol/error/scim-error.js';
import { entryId } from './entry-id.js';
import type { LogEntry } from './log-entry.js';
import type { LogSettings } from './log-settings.js';
import { LogWriter } from './log-writer.js';
import { MemoryLogStore } from './testing/memory-log-store.js';

const SETTINGS: LogSettings = {
  enabled: true,
  values: 'none',
  reads: true,
  retentionDays: 30,
  bufferSize: 20,
  batchSize: 8,
  flushMilliseconds: 1000,
  anonymousPerMinute: 5,
};

let store: MemoryLogStore;
let logged: string[];

beforeEach(() => {
  vi.useFakeTimers();
  store = new MemoryLogStore();
  logged = [];
  const note = (text: unknown): void => void logged.push(String(text));
  vi.spyOn(Logger.prototype, 'warn').mockImplementation(note);
  vi.spyOn(Logger.prototype, 'log').mockImplementation(note);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const writerWith = (settings: Partial<LogSettings> = {}) =>
  new LogWriter(store, { ...SETTINGS, ...settings });
let counter = 0;
const entry = (more: Partial<LogEntry> = {}): LogEntry => ({
  id: entryId(Date.now() + counter++),
  kind: 'request',
  time: new Date().toISOString(),
  tenantId: 'acme',
  requestId: 'r',
  method: 'GET',
  endpoint: '/Users',
  status: 200,
  bytesIn: 0,
  ...more,
});
const fill = (writer: LogWriter, count: number, more: Partial<LogEntry> = {}): void => {
  for (let i = 0; i < count; i++) writer.append(entry(more));
};
const away = (): Error => ScimError.unavailable('away', 1);
const gaps = (): LogEntry[] => [...store.entries.values()].filter(({ kind }) => kind === 'gap');

describe('LogWriter', () => {
  it('writes nothing at once, and everything in one statement when its time has come', async () => {
    const writer = writerWith();
    fill(writer, 3);
    await vi.advanceTimersByTimeAsync(999);
    expect(store.attempts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.attempts).toEqual([3]);
    expect(writer.status).toMatchObject({ pending: 0, written: 3, lost: 0 });
  });

  it('does not wait when a batch is full, and never writes more in one statement', async () => {
    const writer = writerWith();
    fill(writer, 20);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.attempts).toEqual([8, 8, 4]);
  });

  it('keeps entries in order while the database is away, and asks it less and less often', async () => {
    const writer = writerWith();
    store.failure = away;
    fill(writer, 3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.attempts.length).toBeGreaterThan(3);
    expect(store.attempts.length).toBeLessThan(8);
    expect(writer.status).toMatchObject({ pending: 3, lost: 0 });
    expect(writer.status.failingSince).toBeDefined();
    store.failure = () => undefined;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(writer.status).toMatchObject({ pending: 0, written: 3, failingSince: undefined });
    expect(logged.filter((line) => line.includes('cannot be written'))).toHaveLength(1);
    expect(logged.filter((line) => line.includes('written again'))).toHaveLength(1);
  });

  it('counts what its buffer cannot hold, and tells each tenant of its gap as soon as it can', async () => {
    const writer = writerWith();
    store.failure = away;
    fill(writer, 22);
    fill(writer, 3, { tenantId: 'other' });
    expect(writer.status).toMatchObject({ pending: 20, lost: 5 });
    store.failure = () => undefined;
    await writer.flush();
    expect(gaps().map(({ tenantId, missing }) => ({ tenantId, ...missing }))).toEqual([
      { tenantId: 'acme', count: 2, reason: 'lost' },
      { tenantId: 'other', count: 3, reason: 'lost' },
      { tenantId: undefined, count: 5, reason: 'lost' },
    ]);
    expect(logged.some((line) => line.startsWith('5 entries are missing'))).toBe(true);
  });

  it('loses only the entry that the database refuses', async () => {
    const writer = writerWith();
    const poison = entry({ endpoint: 'poison' });
    store.failure = (entries) => (entries.includes(poison) ? new Error('value too long') : undefined);
    fill(writer, 5);
    writer.append(poison);
    fill(writer, 5);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(writer.status).toMatchObject({ pending: 0, lost: 1 });
    expect([...store.entries.values()].filter(({ kind }) => kind === 'request')).toHaveLength(10);
    expect(gaps().map(({ tenantId }) => tenantId)).toEqual(['acme', undefined]);
  });

  it('limits requests without a live token, each tenant by itself, and tells how many there were', async () => {
    const writer = writerWith({ bufferSize: 1000 });
    fill(writer, 100, { tenantId: undefined, token: 'missing', status: 401 });
    fill(writer, 7, { token: 'revoked', status: 401 });
    fill(writer, 3);
    expect(writer.status).toMatchObject({ pending: 5 + 5 + 3, suppressed: 95 + 2, lost: 0 });
    await writer.flush();
    expect(gaps().map(({ tenantId, missing }) => ({ tenantId, ...missing }))).toEqual([
      { tenantId: 'acme', count: 2, reason: 'rate' },
      { tenantId: undefined, count: 97, reason: 'rate' },
    ]);
    await vi.advanceTimersByTimeAsync(60_000);
    fill(writer, 6, { tenantId: undefined, token: 'missing', status: 401 });
    expect(writer.status).toMatchObject({ pending: 5, suppressed: 98 });
  });

  it('writes a gap at most once a minute', async () => {
    const writer = writerWith({ anonymousPerMinute: 0 });
    for (let second = 0; second < 30; second++) {
      writer.append(entry({ tenantId: undefined, token: 'missing' }));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(gaps()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    writer.append(entry());
    await writer.flush();
    expect(gaps().reduce((sum, { missing }) => sum + (missing?.count ?? 0), 0)).toBe(30);
  });

  it('writes what it has at shutdown, and what came while the server closed', async () => {
    const writer = writerWith();
    fill(writer, 3);
    await writer.beforeApplicationShutdown();
    expect(writer.status.written).toBe(3);
    fill(writer, 2);
    await writer.onApplicationShutdown();
    expect(writer.status).toMatchObject({ written: 5, pending: 0, lost: 0 });
  });

  it('gives up at shutdown on a database that does not answer, and says what was lost', async () => {
    const writer = writerWith();
    store.gate = new Promise(() => undefined);
    fill(writer, 3);
    const closed = writer.onApplicationShutdown();
    await vi.advanceTimersByTimeAsync(6000);
    await closed;
    expect(writer.status).toMatchObject({ pending: 0, lost: 3 });
    expect(logged.at(-1)).toBe('3 entries of the provisioning log were lost since the start.');
  });
});
