import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { LOG_SETTINGS, type LogSettings } from './log-settings.js';
import { pruneLog } from './prune-log.js';
import { ProvisioningLogStore } from './provisioning-log-store.js';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The first time soon after the start; spread, so that instances that start together do not do it together. */
const FIRST_MS = 60_000;

/** Deletes entries that are older than `log.retentionDays`, about once an hour, in the background. */
@Injectable()
export class LogRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ScimLog');
  private readonly stop = new AbortController();
  private running: Promise<unknown> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: ProvisioningLogStore,
    @Inject(LOG_SETTINGS) private readonly settings: LogSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.enabled) this.next(FIRST_MS * (1 + Math.random()));
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private next(milliseconds: number): void {
    this.timer = setTimeout(() => {
      this.running = this.prune().finally(() => {
        if (!this.stop.signal.aborted) this.next(HOUR_MS * (0.9 + Math.random() * 0.2));
      });
    }, milliseconds).unref();
  }

  private async prune(): Promise<void> {
    const olderThan = Date.now() - this.settings.retentionDays * DAY_MS;
    try {
      const pruned = await pruneLog(this.store, olderThan, { signal: this.stop.signal });
      if (pruned > 0) this.logger.log(`${pruned} old entries of the provisioning log were deleted.`);
    } catch {
      // The database says why in other places; the next round tries again.
      this.logger.warn('Old entries of the provisioning log could not be deleted; they will be in an hour.');
    }
  }
}
