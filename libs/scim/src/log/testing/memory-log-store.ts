import type { LogEntry } from '../log-entry.js';
import { type LogSelection, ProvisioningLogStore } from '../provisioning-log-store.js';

/** A log in memory, and a database that can be told to fail. */
export class MemoryLogStore extends ProvisioningLogStore {
  readonly entries = new Map<string, LogEntry>();
  /** Sizes of the batches that were tried. */
  readonly attempts: number[] = [];
  /** Thrown by `append` when it gives something for the entries. */
  failure: (entries: readonly LogEntry[]) => Error | undefined = () => undefined;
  /** What `append` waits for. */
  gate: Promise<void> = Promise.resolve();

  async append(entries: readonly LogEntry[]): Promise<void> {
    this.attempts.push(entries.length);
    await this.gate;
    const failure = this.failure(entries);
    if (failure) throw failure;
    for (const entry of entries) this.entries.set(entry.id, entry);
  }

  async select(selection: LogSelection): Promise<readonly LogEntry[]> {
    const { tenantId, statusClass, from = '', below = '~', limit } = selection;
    return this.sorted()
      .filter((entry) => entry.tenantId === tenantId && entry.id >= from && entry.id < below)
      .filter(({ status }) => statusClass === undefined || Math.floor(status / 100) === statusClass)
      .slice(0, limit);
  }

  async find(tenantId: string | undefined, id: string): Promise<LogEntry | undefined> {
    const entry = this.entries.get(id);
    return entry?.tenantId === tenantId ? entry : undefined;
  }

  async tenantAfter(
    tenantId: string | undefined | null,
  ): Promise<{ readonly tenantId: string | undefined } | undefined> {
    const tenants = [...new Set([...this.entries.values()].map((entry) => entry.tenantId ?? ''))].toSorted();
    const next = tenants.find((tenant) => tenantId === null || tenant > (tenantId ?? ''));
    return next === undefined ? undefined : { tenantId: next === '' ? undefined : next };
  }

  async prune(tenantId: string | undefined, below: string, limit: number): Promise<number> {
    const old = this.sorted()
      .toReversed()
      .filter((entry) => entry.tenantId === tenantId && entry.id < below)
      .slice(0, limit);
    for (const { id } of old) this.entries.delete(id);
    return old.length;
  }

  private sorted(): LogEntry[] {
    return [...this.entries.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }
}
