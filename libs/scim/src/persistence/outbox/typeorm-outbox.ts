import type { DataSource } from 'typeorm';
import type { ChangeTransaction } from '../../events/change-guard.js';
import {
  type ClaimedRun,
  type ClaimRequest,
  type DeadEvent,
  type EventSelection,
  type FailedDelivery,
  type Look,
  Outbox,
  type OutboxStatus,
} from '../../events/outbox.js';
import type { ScimEvent } from '../../events/scim-event.js';
import { Database, type DatabaseSettings } from '../database.js';
import { appendEvents } from './append-events.js';
import { OutboxClaims } from './outbox-claims.js';
import { OutboxOperations } from './outbox-operations.js';
import { OutboxSettling } from './outbox-settling.js';
import { OutboxNotices } from './outbox-notices.js';
import { outboxTable } from './outbox-table.js';

export interface OutboxStoreSettings extends DatabaseSettings {
  /** Tells other processes at once, on PostgreSQL. @default false */
  readonly notify?: boolean;
}

/** The outbox in the table `scim_outbox` of the host's TypeORM DataSource. */
export class TypeOrmOutbox extends Outbox {
  private readonly database: Database;
  private readonly table: string;
  private readonly claims: OutboxClaims;
  private readonly settling: OutboxSettling;
  private readonly operations: OutboxOperations;
  private readonly notices: OutboxNotices | undefined;
  private readonly listeners: ((tenantId: string) => void)[] = [];

  /** @throws Error when the DataSource lacks the entity: spread `scimEntities()` into its entities */
  constructor(dataSource: DataSource, settings: OutboxStoreSettings = {}) {
    super();
    const database = new Database(dataSource, settings);
    this.database = database;
    this.table = outboxTable(dataSource);
    this.claims = new OutboxClaims(database, this.table);
    this.settling = new OutboxSettling(database, this.table);
    this.operations = new OutboxOperations(database, this.table);
    const notifies = settings.notify === true && database.dialect.name === 'postgres';
    this.notices = notifies ? new OutboxNotices(dataSource, (tenantId) => this.tell(tenantId)) : undefined;
  }

  override get capacity(): number {
    return Math.max(1, Math.floor(this.database.connections * 0.75));
  }

  override async append(events: readonly ScimEvent[], transaction: ChangeTransaction): Promise<void> {
    if (events.length === 0) return;
    await appendEvents(this.table, events, transaction, this.database.dialect);
    const tenants = new Set(events.map(({ tenantId }) => tenantId));
    for (const tenantId of tenants) {
      await this.notices?.send(tenantId, transaction);
      transaction.afterCommit(() => this.tell(tenantId));
    }
  }

  override onAppended(listener: (tenantId: string) => void): void {
    this.listeners.push(listener);
  }

  override async watch(): Promise<void> {
    await this.notices?.watch();
  }

  override async unwatch(): Promise<void> {
    await this.notices?.unwatch();
  }

  override waitingTenants(after: string, limit: number): Promise<readonly string[]> {
    return this.claims.waitingTenants(after, limit);
  }

  override look(tenantId: string, after: string, until?: string): Promise<Look> {
    return this.claims.look(tenantId, after, until);
  }

  override claim(request: ClaimRequest): Promise<readonly ClaimedRun[]> {
    return this.claims.claim(request);
  }

  override renew(
    owner: string,
    tenantId: string,
    ids: readonly string[],
    lease: number,
  ): Promise<readonly string[]> {
    return this.settling.renew(owner, tenantId, ids, lease);
  }

  override delivered(owner: string, tenantId: string, ids: readonly string[]): Promise<void> {
    return this.settling.delivered(owner, tenantId, ids);
  }

  override failed(owner: string, failure: FailedDelivery, rest: readonly string[]): Promise<void> {
    return this.settling.failed(owner, failure, rest);
  }

  override release(owner: string, tenantId: string, ids: readonly string[]): Promise<void> {
    return this.settling.release(owner, tenantId, ids);
  }

  override status(tenantId?: string): Promise<OutboxStatus> {
    return this.operations.status(tenantId);
  }

  override dead(limit: number, tenantId?: string): Promise<readonly DeadEvent[]> {
    return this.operations.dead(limit, tenantId);
  }

  override async retryDead(selection?: EventSelection): Promise<number> {
    const count = await this.operations.retryDead(selection);
    if (count > 0 && selection) this.tell(selection.tenantId);
    return count;
  }

  override async replay(selection: EventSelection): Promise<number> {
    const count = await this.operations.replay(selection);
    if (count > 0) this.tell(selection.tenantId);
    return count;
  }

  override deleteDelivered(before: string, limit: number): Promise<number> {
    return this.operations.deleteDelivered(before, limit);
  }

  private tell(tenantId: string): void {
    for (const listener of this.listeners) listener(tenantId);
  }
}
