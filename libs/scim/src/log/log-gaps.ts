import { entryId } from './entry-id.js';
import type { GapReason, LogEntry } from './log-entry.js';

/** Tenants whose gaps are told apart; those of any further one count as of no tenant. */
const MOST_TENANTS = 1000;

/** Gaps that are about to be told. */
export interface TakenGaps {
  /** One for each tenant and reason, and among the entries of no tenant one for each reason with the total of all. */
  readonly entries: readonly LogEntry[];
  /** Entries that are missing in all. */
  readonly total: number;
  /** Counts them again: they could not be written either. */
  readonly giveBack: () => void;
}

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

  /** What is missing, as entries, and counts from zero again. */
  take(now: number): TakenGaps {
    const counts = [...this.counts].map(([key, count]) => {
      const [reason = 'lost', tenantId = ''] = key.split(' ');
      return { reason: reason as GapReason, tenantId: tenantId === '' ? undefined : tenantId, count };
    });
    this.counts.clear();
    const totals = new Map<GapReason, number>();
    for (const { reason, count } of counts) totals.set(reason, (totals.get(reason) ?? 0) + count);
    return {
      entries: [
        ...counts
          .filter(({ tenantId }) => tenantId !== undefined)
          .map(({ tenantId, ...missing }) => gap(now, tenantId, missing)),
        ...[...totals].map(([reason, count]) => gap(now, undefined, { reason, count })),
      ],
      total: [...totals.values()].reduce((sum, count) => sum + count, 0),
      giveBack: () => {
        for (const { reason, tenantId, count } of counts) this.add(reason, tenantId, count);
      },
    };
  }
}

function gap(now: number, tenantId: string | undefined, missing: NonNullable<LogEntry['missing']>): LogEntry {
  return {
    id: entryId(now),
    kind: 'gap',
    time: new Date(now).toISOString(),
    tenantId,
    requestId: '',
    method: '',
    endpoint: '',
    status: 0,
    bytesIn: 0,
    missing,
  };
}
