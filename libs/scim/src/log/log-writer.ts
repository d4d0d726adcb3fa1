import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { ScimError } from '../protocol/error/scim-error.js';
import { RefusedRate } from './refused-rate.js';
import type { LogEntry } from './log-entry.js';
import { LogGaps } from './log-gaps.js';
import { LOG_SETTINGS, type LogSettings } from './log-settings.js';
import { ProvisioningLogStore } from './provisioning-log-store.js';

/** How the writing of the log goes in this process, since it started. */
export interface LogWriterStatus {
  /** In memory, not written yet. */
  readonly pending: number;
  readonly written: number;
  /** Could not be kept: the buffer was full, or the database refused them. */
  readonly lost: number;
  /** Requests without a live token, over `log.anonymousPerMinute`. */
  readonly suppressed: number;
  /** Since when the database has taken nothing; undefined while it does. */
  readonly failingSince?: string;
}

const LONGEST_PAUSE_MS = 30_000;
/** Gaps are told once in a while, or a flood would fill the log with them. */
const GAP_INTERVAL_MS = 60_000;
/** How long a shutdown waits for the database. */
const SHUTDOWN_MS = 5000;

/**
 * Takes entries at the end of each request and writes them later, many in one statement. Never throws, never waits:
 * what does not fit into the buffer is counted, and the log itself tells of it when it can be written again.
 */
@Injectable()
export class LogWriter implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('ScimLog');
  private readonly buffer: LogEntry[] = [];
  private readonly gaps = new LogGaps();
  private readonly rate: RefusedRate;
  private timer: NodeJS.Timeout | undefined;
  private wakesAt = 0;
  private flushing: Promise<void> | undefined;
  private gapsToldAt = -Infinity;
  /** Entries of the next statement: fewer after a failure, to find the one that cannot be written. */
  private batch: number;
  private failures = 0;
  private failingSince: number | undefined;
  private written = 0;
  private lost = 0;
  private suppressed = 0;

  constructor(
    private readonly store: ProvisioningLogStore,
    @Inject(LOG_SETTINGS) private readonly settings: LogSettings,
  ) {
    this.rate = new RefusedRate(settings.anonymousPerMinute);
    this.batch = settings.batchSize;
  }

  get status(): LogWriterStatus {
    const { written, lost, suppressed, failingSince } = this;
    const since = failingSince === undefined ? undefined : new Date(failingSince).toISOString();
    return { pending: this.buffer.length, written, lost, suppressed, failingSince: since };
  }

  append(entry: LogEntry): void {
    if (isUnauthenticated(entry) && !this.rate.take(entry.tenantId, Date.now())) {
      this.suppressed++;
      this.gaps.add('rate', entry.tenantId);
    } else if (this.buffer.length >= this.settings.bufferSize) {
      this.lose(entry);
    } else {
      this.buffer.push(entry);
    }
    // While the database fails, the pause after the last failure is kept.
    if (this.failures > 0) this.wakeIn(this.pause);
    else this.wakeIn(this.buffer.length >= this.settings.batchSize ? 0 : this.settings.flushMilliseconds);
  }

  /** Writes what is buffered, or fails to. Never rejects. */
  flush(): Promise<void> {
    this.flushing ??= this.drain().finally(() => {
      this.flushing = undefined;
      if (this.buffer.length > 0) this.wakeIn(this.failures > 0 ? this.pause : 0);
    });
    return this.flushing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flushWithin(SHUTDOWN_MS);
  }

  /** Once more: requests ended while the server closed. What is left then is lost. */
  async onApplicationShutdown(): Promise<void> {
    this.gapsToldAt = -Infinity;
    await this.flushWithin(SHUTDOWN_MS);
    clearTimeout(this.timer);
    for (const entry of this.buffer.splice(0)) this.lose(entry);
    if (this.lost > 0)
      this.logger.warn(`${this.lost} entries of the provisioning log were lost since the start.`);
  }

  private async flushWithin(milliseconds: number): Promise<void> {
    const gone = new AbortController();
    const tooLong = delay(milliseconds, undefined, { signal: gone.signal }).catch(() => undefined);
    // One that is under way may have begun before the last entries came.
    await Promise.race([this.flush().then(() => this.flush()), tooLong]);
    gone.abort();
  }

  private async drain(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.buffer.length > 0) {
      const entries = this.buffer.slice(0, this.batch);
      try {
        await this.store.append(entries);
      } catch (error) {
        this.failed(error, entries);
        return;
      }
      this.buffer.splice(0, entries.length);
      this.succeeded(entries.length);
    }
    await this.tellGaps();
  }

  private succeeded(count: number): void {
    this.written += count;
    this.batch = Math.min(this.settings.batchSize, this.batch * 2);
    this.failures = 0;
    if (this.failingSince === undefined) return;
    this.failingSince = undefined;
    this.logger.log('The provisioning log is being written again.');
  }

  private failed(error: unknown, entries: readonly LogEntry[]): void {
    this.failures++;
    if (this.failingSince === undefined) {
      this.failingSince = Date.now();
      this.logger.warn(
        `The provisioning log cannot be written (${reasonOf(error)}); entries wait in memory.`,
      );
    }
    if (error instanceof ScimError && error.status === 503) return;
    // Not the database's fault but that of an entry, or of a table that is not there: halving finds the entry.
    if (entries.length === 1) this.lose(this.buffer.shift()!);
    this.batch = entries.length === 1 ? this.settings.batchSize : Math.ceil(entries.length / 2);
  }

  private lose(entry: LogEntry): void {
    this.lost++;
    this.gaps.add('lost', entry.tenantId);
  }

  private async tellGaps(): Promise<void> {
    const now = Date.now();
    if (!this.gaps.any || now - this.gapsToldAt < GAP_INTERVAL_MS) return;
    const { entries, total, giveBack } = this.gaps.take(now);
    this.gapsToldAt = now;
    this.logger.warn(`${total} entries are missing in the provisioning log; it tells where and why.`);
    try {
      await this.store.append(entries);
      this.written += entries.length;
    } catch {
      giveBack();
    }
  }

  private get pause(): number {
    const { flushMilliseconds } = this.settings;
    return Math.min(LONGEST_PAUSE_MS, flushMilliseconds * 2 ** Math.min(this.failures, 16));
  }

  /** An earlier time stands. */
  private wakeIn(milliseconds: number): void {
    const at = Date.now() + milliseconds;
    if (this.timer && this.wakesAt <= at) return;
    clearTimeout(this.timer);
    this.wakesAt = at;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, milliseconds).unref();
  }
}

/** Anybody can send these, as many as they like. */
function isUnauthenticated({ tenantId, token }: LogEntry): boolean {
  return tenantId === undefined || token !== undefined;
}

/** A code, since messages of databases may quote values. */
function reasonOf(error: unknown): string {
  const { code, name } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : (name ?? 'unknown');
}
