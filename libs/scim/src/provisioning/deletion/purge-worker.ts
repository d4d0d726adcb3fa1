import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DeletionStore } from './deletion-store.js';
import { RETENTION_SETTINGS, type RetentionSettings } from './retention-settings.js';

/**
 * Purges what was deleted when its retention time is over, in small batches. Every instance of the application may run
 * one: each resource is announced once and removed once.
 */
@Injectable()
export class PurgeWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Scim');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private started = false;
  private stopped = false;

  constructor(
    private readonly store: DeletionStore,
    @Inject(RETENTION_SETTINGS) private readonly settings: RetentionSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.purge) return;
    this.started = true;
    // Not at once: there is enough to do at start, and instances that start together would look at the same rows.
    this.wait(Math.min(this.settings.purgeIntervalSeconds, 60) * (0.5 + Math.random() / 2));
  }

  /** Ends after the batch that is under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Does not wait for the next run. Nothing happens where the worker is off: another instance will do it. */
  nudge(): void {
    if (!this.started || this.stopped) return;
    if (this.running) this.again = true;
    else this.wait(0);
  }

  /** All that is due and all that may go, now. Gives how many were announced and removed. */
  async run(): Promise<{ announced: number; removed: number }> {
    const announced = await this.batches((limit) => this.store.announceDue(limit));
    const removed = await this.batches((limit) => this.store.removeAnnounced(limit));
    return { announced, removed };
  }

  private async batches(work: (limit: number) => Promise<number>): Promise<number> {
    const { purgeBatch } = this.settings;
    let total = 0;
    for (;;) {
      if (this.stopped) return total;
      const done = await work(purgeBatch);
      total += done;
      if (done < purgeBatch) return total;
    }
  }

  private wait(seconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), seconds * 1000);
    // A process that has nothing else to do may end.
    this.timer.unref();
  }

  private turn(): void {
    this.running ??= this.guarded().finally(() => {
      this.running = undefined;
      if (!this.stopped) this.wait(this.again ? 0 : this.settings.purgeIntervalSeconds);
      this.again = false;
    });
  }

  /** A database that is away now will be there at the next run. */
  private async guarded(): Promise<void> {
    try {
      const { announced, removed } = await this.run();
      if (announced + removed > 0) this.logger.log(`Purge: ${announced} announced, ${removed} removed`);
    } catch (error) {
      this.logger.error('The purge failed', error instanceof Error ? error.stack : undefined);
    }
  }
}
