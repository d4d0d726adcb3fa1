import { entryId } from './entry-id.js';
import type { GapReason, LogEntry } from './log-entry.js';

/** Tenants whose gaps are told apart; those of any further one count as of no tenant. */
const MOST_TENANTS = 1000;

/** Counts entries that could not be kept, so that the log itself can tell where it has gaps. */
export class LogGaps {
  private readonly counts = new Map<string, number>();

  add(reason: GapReason, tenantId: string | undefined, count = 1): void {
    const own = `${reason} ${tenantId ?? ''}`;
    const key = this.counts.has(own) || this.counts.size < MOST_TENANTS ? own : `${reason} `;
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }

  get any(): boolean {
    return this.counts.size > 0;
  }

  /** One entry for each tenant and reason, and counts from zero again. */
  take(now: number): LogEntry[] {
    const entries = [...this.counts].map(([key, count]) => {
      const [reason = 'lost', tenantId = ''] = key.split(' ');
      return gap(now, tenantId, { count, reason: reason as GapReason });
    });
    this.counts.clear();
    return entries;
  }

  /** Counts entries of `take` that could not be written either. */
  giveBack(entries: readonly LogEntry[]): void {
    for (const { missing, tenantId } of entries)
      if (missing) this.add(missing.reason, tenantId, missing.count);
  }
}

function gap(now: number, tenantId: string, missing: NonNullable<LogEntry['missing']>): LogEntry {
  return {
    id: entryId(now),
    kind: 'gap',
    time: new Date(now).toISOString(),
    tenantId: tenantId === '' ? undefined : tenantId,
    requestId: '',
    method: '',
    endpoint: '',
    status: 0,
    bytesIn: 0,
    missing,
  };
}
