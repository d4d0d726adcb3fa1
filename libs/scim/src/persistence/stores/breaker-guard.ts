import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ChangeGuard, type ChangeTransaction } from '../../events/change-guard.js';
import { ConnectionTripped } from '../../events/connection-tripped.js';
import { endsAccess } from '../../events/events-of.js';
import type { Outbox } from '../../events/outbox.js';
import type { ResourceChange } from '../../events/resource-change.js';
import { sequenceOf } from '../../events/scim-event.js';
import type { BreakerSettings } from '../../provisioning/breaker/breaker-settings.js';
import { BreakerTripped } from '../../provisioning/breaker/breaker-tripped.js';
import { BreakerWindow } from '../../provisioning/breaker/breaker-window.js';
import { Database, type DatabaseSettings } from '../database.js';
import { ScimUser } from '../entities/scim-user.entity.js';
import { tableNames } from '../filter-sql/table-names.js';
import { type BreakerRow, BreakerRows, lossesOf } from './breaker-rows.js';

/** What one write takes away. */
interface Loss {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Users who had access before and have none after. */
  readonly users: number;
}

/**
 * Counts in the transaction of a change how many users lose access by it, and refuses it when they become too many. The
 * row of the connection is locked until the end, so that requests at the same time are counted one after the other. Its
 * cost does not depend on the tenant: users are counted once in a window.
 */
export class BreakerGuard extends ChangeGuard {
  private readonly logger = new Logger('Scim');
  private readonly database: Database;
  private readonly rows: BreakerRows;
  private readonly users: string;

  /** @param user the class of the DataSource that stands for `scim_user` */
  constructor(
    dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly settings: BreakerSettings & DatabaseSettings,
    user: new () => object = ScimUser,
  ) {
    super();
    this.database = new Database(dataSource, settings);
    this.rows = new BreakerRows(tableNames(dataSource).breakers, this.database.dialect);
    this.users = dataSource
      .getMetadata(user)
      .tablePath.split('.')
      .map((part) => `"${part}"`)
      .join('.');
  }

  override concerns(changes: readonly ResourceChange[]): boolean {
    return this.settings.enabled && lossOf(changes) !== undefined;
  }

  /** @throws BreakerTripped */
  override async check(changes: readonly ResourceChange[], tx: ChangeTransaction): Promise<void> {
    const loss = lossOf(changes);
    if (!loss) return;
    const { tenantId, connectionId } = loss;
    const row = await this.rows.lock(tx, tenantId, connectionId);
    const now = Date.now();
    if (row.tripped_at !== null) throw this.refusal();
    if (row.suspended_until !== null && Date.parse(row.suspended_until) > now) return;
    if (loss.users === 0) return;
    const window = BreakerWindow.at(now, lossesOf(row), this.settings);
    const counted = await this.counted(tx, row, window.lost + loss.users, now);
    if (window.isExceededBy(loss.users, counted.active_users)) {
      const affected = window.lost + loss.users;
      tx.afterEnd(() => this.trip(loss, affected, counted));
      throw this.refusal();
    }
    await this.rows.write(tx, { ...counted, losses: JSON.stringify(window.with(loss.users)) });
  }

  /** @param lost users who lose access in the window, with those of this change: they were active when it began */
  private async counted(
    tx: ChangeTransaction,
    row: BreakerRow,
    lost: number,
    now: number,
  ): Promise<BreakerRow> {
    const { counted_at } = row;
    const age = counted_at === null ? Infinity : now - Date.parse(counted_at);
    // Nobody is stopped below the minimum, whatever the share is: no need to count.
    if (lost <= this.settings.minimum) return row;
    if (age >= 0 && age < this.settings.windowSeconds * 1000) return row;
    const [found] = await tx.run<{ total: string | number }>({
      text: `select count(*) as total from ${this.users} r
        where r.tenant_id = $1 and (r.active is null or r.active = ${this.database.dialect.typed('$2', 'boolean')})`,
      values: [row.tenant_id, true],
      prepare: true,
    });
    const active_users = Number(found?.total ?? 0) + lost;
    return { ...row, active_users, counted_at: new Date(now).toISOString() };
  }

  /** In a transaction of its own: that of the change is undone. Once, however many are refused at the same time. */
  private async trip({ tenantId, connectionId }: Loss, affected: number, counted: BreakerRow): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        const row = await this.rows.lock(tx, tenantId, connectionId);
        if (row.tripped_at !== null) return;
        const time = new Date().toISOString();
        const version = row.version + 1;
        const { active_users, counted_at } = counted;
        await this.rows.write(tx, { ...row, version, active_users, counted_at, tripped_at: time });
        const head = {
          tenantId,
          connectionId,
          resourceType: 'Connection',
          resourceId: connectionId,
          version,
          sequence: sequenceOf(version),
          time,
          by: 'scim' as const,
        };
        await this.outbox.append([new ConnectionTripped(head, { affected, active: active_users })], tx);
      });
      this.logger.warn(`The connection ${connectionId} was stopped: it takes access from too many users`);
    } catch (error) {
      // The next such request comes to the same end, and tries again.
      this.logger.error('A stopped connection could not be noted', error instanceof Error ? error.stack : '');
    }
  }

  private refusal(): BreakerTripped {
    return new BreakerTripped(this.settings.retryAfterSeconds);
  }
}

/**
 * What a connection takes away by changes of one write; undefined where it neither deactivates nor deletes users. All
 * changes of a write have the same origin.
 */
function lossOf(changes: readonly ResourceChange[]): Loss | undefined {
  const ending = changes.filter(endsAccess);
  const [first] = ending;
  if (!first) return undefined;
  const { tenantId, connectionId, by } = first.origin;
  if (by !== 'scim' || connectionId === null) return undefined;
  return { tenantId, connectionId, users: ending.filter(hadAccess).length };
}

/** A user without `active` counts as active (RFC 7643 §4.1.1). */
function hadAccess({ before }: ResourceChange): boolean {
  return before?.['active'] !== false;
}
