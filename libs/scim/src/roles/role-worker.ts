import { randomUUID } from 'node:crypto';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { addRoleJob } from './role-job.js';
import { fingerprintOf, optionMappings, type RoleMapping } from './role-mapping.js';
import { ROLE_BATCH, RoleRecalculation } from './role-recalculation.js';
import { RuleBook } from './role-rules.js';
import { ROLE_SETTINGS, type RoleSettings } from './role-settings.js';
import { type RoleJob, RoleStore } from './role-store.js';

/** Another process may take over a job whose worker was not heard of for so long. */
const LEASE_MS = 30_000;
/** How often it looks for work that nobody told it of. */
const LOOK_MS = 5_000;
/** How long finished jobs can be looked at. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Works off recalculations, one at a time, in batches. Each batch commits together with the place that it came to, so a
 * job goes on there after a crash, in whichever process takes it over.
 */
@Injectable()
export class RoleWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ScimRoles');
  private readonly owner = randomUUID();
  private readonly options: readonly RoleMapping[];
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private again = false;
  private started = false;

  constructor(
    private readonly store: RoleStore,
    private readonly recalculation: RoleRecalculation,
    @Inject(ROLE_SETTINGS) private readonly settings: RoleSettings,
  ) {
    this.options = optionMappings(settings.roles.mappings);
  }

  onApplicationBootstrap(): void {
    if (this.settings.outbox?.relay === false) return;
    this.started = true;
    this.timer = setInterval(() => this.wake(), LOOK_MS);
    this.timer.unref();
    this.run(() => this.followOptions());
  }

  /** Ends after the batch that is being worked on. */
  async onModuleDestroy(): Promise<void> {
    this.started = false;
    clearInterval(this.timer);
    await this.working;
  }

  /** Looks for work now. */
  wake(): void {
    if (this.working) this.again = true;
    else if (this.started) this.run(() => this.workOff());
  }

  private run(work: () => Promise<void>): void {
    this.working = work()
      .catch((error: unknown) => {
        // What was not done is still there; the next look tries again.
        this.logger.warn(`Roles are not recalculated at the moment: ${kindOf(error)}.`);
        this.again = false;
      })
      .then(() => {
        this.working = undefined;
        if (this.again) {
          this.again = false;
          this.wake();
        }
      });
  }

  private async workOff(): Promise<void> {
    while (this.started) {
      const job = await this.store.claimJob(this.owner, isoTime(), isoTime(LEASE_MS));
      if (!job) return;
      await this.workOn(job);
    }
  }

  private async workOn(begun: RoleJob): Promise<void> {
    const { tenantId, scope } = begun;
    let job = begun;
    if (job.position === '') {
      await this.begin(tenantId);
      job = { ...job, total: await this.store.jobSize(tenantId, scope) };
    }
    while (this.started) {
      const page = await this.store.jobPage(tenantId, scope, job.position, ROLE_BATCH);
      let kept = false;
      const before: RoleJob = job;
      let after = before;
      await this.recalculation
        .run(tenantId, page.userIds, { connectionId: null, by: 'host' }, async (store, changed) => {
          after = progressed(before, page, changed);
          kept = await store.keepJob(this.owner, after, isoTime(LEASE_MS));
          // Whoever took over does it.
          if (!kept) throw new LostJob();
        })
        .catch((error: unknown) => {
          if (!(error instanceof LostJob)) throw error;
        });
      job = after;
      if (!kept || job.finishedAt !== undefined) break;
    }
    if (job.finishedAt === undefined) await this.store.releaseJob(this.owner, job);
    else await this.store.deleteFinishedJobs(tenantId, isoTime(-KEEP_MS));
  }

  /** Mappings of the options are held against the groups of a tenant once, before anybody is told of them. */
  private async begin(tenantId: string): Promise<void> {
    const book = new RuleBook(this.options);
    if ((await book.stored(tenantId, this.store)).unbegun.length === 0) return;
    await this.store.transaction(async (store) => {
      await store.takeTurn(tenantId, 'bindings', true);
      await book.begin(tenantId, store);
    });
  }

  /** Tenants whose roles were worked out with other mappings in the options than there are now. */
  private async followOptions(): Promise<void> {
    const book = new RuleBook(this.options);
    for (let tenantId = await this.store.nextTenant(''); tenantId !== undefined && this.started;) {
      const current = tenantId;
      const wanted = fingerprintOf(book.optionsFor(current));
      const known = (await this.store.fingerprint(current)) ?? fingerprintOf([]);
      if (known !== wanted) {
        await this.store.transaction(async (store) => {
          await store.takeTurn(current, 'bindings', true);
          await book.begin(current, store);
          await addRoleJob(store, current, { kind: 'tenant' });
          await store.setFingerprint(current, wanted);
        });
      }
      tenantId = await this.store.nextTenant(current);
    }
    await this.workOff();
  }
}

/** The lease ran out, and another process has the job. */
class LostJob extends Error {
  override readonly name = 'LostJob';
}

function progressed(
  job: RoleJob,
  page: { userIds: readonly string[]; next: string | undefined },
  changed: number,
): RoleJob {
  const done = job.done + page.userIds.length;
  return {
    ...job,
    position: page.next ?? job.position,
    done,
    // Who joined meanwhile counts as well.
    total: Math.max(job.total, done),
    changed: job.changed + changed,
    finishedAt: page.next === undefined ? isoTime() : undefined,
  };
}

function isoTime(later = 0): string {
  return new Date(Date.now() + later).toISOString();
}

/** Never the text of an error: it may quote data. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
