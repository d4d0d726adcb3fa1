import { Inject, Injectable, Optional } from '@nestjs/common';
import { remedyFor, warningsFor } from './advice.js';
import { firstEntryId } from './entry-id.js';
import type { LogEntry } from './log-entry.js';
import { ScimLogError } from './log-error.js';
import { DAY_MS } from './log-retention.js';
import { LOG_SETTINGS, type LogSettings } from './log-settings.js';
import { LogWriter, type LogWriterStatus } from './log-writer.js';
import { type LogSelection, ProvisioningLogStore } from './provisioning-log-store.js';
import { pruneLog } from './prune-log.js';

/** Statuses by their first digit. */
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx';

/** Which entries; everything that is given must hold. */
export interface LogQuery {
  /** Null: requests that belong to no tenant, because their token was never issued here. */
  readonly tenantId: string | null;
  readonly connectionId?: string;
  /** Name of a resource type, for example `User`. */
  readonly resourceType?: string;
  readonly resourceId?: string;
  /** What the client got in X-Request-Id: the request, and with Bulk its operations. */
  readonly requestId?: string;
  /** One or several. @default all, and gaps */
  readonly status?: StatusClass | readonly StatusClass[];
  /** Not before; RFC 3339 or a Date. */
  readonly since?: string | Date;
  /** Before; RFC 3339 or a Date. */
  readonly until?: string | Date;
  /** 1 to 500. @default 50 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/** An entry with what to do about it. */
export interface LoggedRequest extends LogEntry {
  /** What the administrator of the identity provider should change; undefined where nothing is wrong. */
  readonly remedy?: string;
  /** What was not done although the request succeeded. */
  readonly warnings: readonly string[];
}

export interface LogPage {
  /** Newest first. */
  readonly entries: readonly LoggedRequest[];
  /** Undefined: there are no older ones. */
  readonly next?: string;
}

/** How the log is doing. */
export interface LogStatus {
  /** Writing in this process; undefined in one that writes none. */
  readonly writer?: LogWriterStatus;
  readonly retentionDays: number;
  /** The latest gaps, newest first, at most 50. */
  readonly gaps: readonly LoggedRequest[];
}

const ENTRY_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MOST = 500;

/** The provisioning log: what identity providers asked for, what it did, and what to do about it. */
@Injectable()
export class ScimLog {
  constructor(
    private readonly store: ProvisioningLogStore,
    @Inject(LOG_SETTINGS) private readonly settings: Pick<LogSettings, 'retentionDays'>,
    @Optional() private readonly logWriter?: LogWriter,
  ) {}

  /** How the writing goes in this process; undefined in one that writes none (a command line). */
  get writer(): LogWriterStatus | undefined {
    return this.logWriter?.status;
  }

  /** A page of entries, newest first. Entries that come meanwhile move no page. @throws ScimLogError */
  async list(query: LogQuery): Promise<LogPage> {
    const limit = query.limit ?? 50;
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      throw new ScimLogError(`The limit is a whole number from 1 to ${MOST}.`);
    }
    const selection = { ...selectionOf(query), limit: limit + 1 };
    const classes = query.status === undefined ? [undefined] : [query.status].flat().map(digitOf);
    // Each class of statuses has its place in an index; all at once they would have to be sorted.
    const pages = await Promise.all(
      classes.map((statusClass) => this.store.select({ ...selection, statusClass })),
    );
    const found = pages.flat().toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const entries = found.slice(0, limit).map(advised);
    return { entries, ...(found.length > limit ? { next: entries.at(-1)!.id } : {}) };
  }

  /** One entry; undefined when the tenant has none with this id. */
  async find(tenantId: string | null, id: string): Promise<LoggedRequest | undefined> {
    const entry = ENTRY_ID.test(id) ? await this.store.find(tenantId ?? undefined, id) : undefined;
    return entry && advised(entry);
  }

  /** Writes now what waits in this process, as far as the database takes it. Never rejects. */
  async flush(): Promise<void> {
    await this.logWriter?.flush();
  }

  /**
   * Deletes old entries now instead of in the background. Tells how many.
   * @param olderThanDays @default the option `log.retentionDays`
   * @throws ScimLogError
   */
  async prune({
    tenantId,
    olderThanDays = this.settings.retentionDays,
  }: { tenantId?: string | null; olderThanDays?: number } = {}): Promise<number> {
    if (!(olderThanDays >= 0)) throw new ScimLogError('The age is a number of days.');
    const only = tenantId === undefined ? undefined : { tenantId: tenantId ?? undefined };
    return pruneLog(this.store, Date.now() - olderThanDays * DAY_MS, { only });
  }

  /** @param tenantId null: gaps of all tenants and of requests of none, added up */
  async status(tenantId: string | null = null): Promise<LogStatus> {
    const gaps = await this.store.select({ tenantId: tenantId ?? undefined, statusClass: 0, limit: 50 });
    const { retentionDays } = this.settings;
    return { writer: this.writer, retentionDays, gaps: gaps.map(advised) };
  }
}

function selectionOf(query: LogQuery): Omit<LogSelection, 'limit'> {
  const { tenantId, connectionId, resourceType, resourceId, requestId, since, until, after } = query;
  if (tenantId === '') throw new ScimLogError('Name a tenant, or null for requests of none.');
  if (after !== undefined && !ENTRY_ID.test(after))
    throw new ScimLogError('The place to go on from is none.');
  const end = until === undefined ? undefined : firstEntryId(instant('until', until));
  return {
    tenantId: tenantId ?? undefined,
    connectionId,
    resourceType,
    resourceId,
    requestId,
    from: since === undefined ? undefined : firstEntryId(instant('since', since)),
    below: end !== undefined && after !== undefined ? (end < after ? end : after) : (end ?? after),
  };
}

function instant(name: string, value: string | Date): number {
  const moment = new Date(value).getTime();
  if (Number.isNaN(moment)) throw new ScimLogError(`${name} is a time such as 2026-11-27T08:00:00Z.`);
  return moment;
}

function digitOf(status: StatusClass): number {
  if (!/^[2-5]xx$/.test(status)) throw new ScimLogError('The status is one of 2xx, 3xx, 4xx and 5xx.');
  return Number(status[0]);
}

function advised(entry: LogEntry): LoggedRequest {
  return { ...entry, remedy: remedyFor(entry), warnings: warningsFor(entry) };
}
