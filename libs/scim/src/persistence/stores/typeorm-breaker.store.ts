import type { DataSource } from 'typeorm';
import { ConnectionReleased } from '../../events/connection-released.js';
import type { Outbox } from '../../events/outbox.js';
import { sequenceOf } from '../../events/scim-event.js';
import { type BreakerState, BreakerStore } from '../../provisioning/breaker/breaker-store.js';
import { type BreakerRules, BreakerWindow } from '../../provisioning/breaker/breaker-window.js';
import { Database, type DatabaseSettings } from '../database.js';
import { tableNames } from '../filter-sql/table-names.js';
import { BREAKER_COLUMNS, type BreakerRow, BreakerRows, lossesOf } from './breaker-rows.js';

/** Breakers in `scim_breaker`, as the guard of the changes leaves them. */
export class TypeOrmBreakerStore extends BreakerStore {
  private readonly database: Database;
  private readonly rows: BreakerRows;
  private readonly table: string;

  constructor(
    dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly settings: BreakerRules & DatabaseSettings,
  ) {
    super();
    this.database = new Database(dataSource, settings);
    this.table = tableNames(dataSource).breakers;
    this.rows = new BreakerRows(this.table, this.database.dialect);
  }

  override async list(tenantId: string): Promise<readonly BreakerState[]> {
    const rows = await this.database.run<BreakerRow>({
      text: `select ${BREAKER_COLUMNS} from ${this.table} b where b.tenant_id = $1 order by b.connection_id`,
      values: [tenantId],
    });
    return rows.map((row) => this.toState(row));
  }

  override release(
    tenantId: string,
    connectionId: string,
    suspendedUntil: string | undefined,
  ): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const row = suspendedUntil
        ? await this.rows.lock(tx, tenantId, connectionId)
        : await this.rows.locked(tx, tenantId, connectionId);
      const suspended = row?.suspended_until !== null && Date.parse(row?.suspended_until ?? '') > Date.now();
      if (!row || (row.tripped_at === null && !suspended && suspendedUntil === undefined)) return false;
      const version = row.version + 1;
      await this.rows.write(tx, {
        ...row,
        version,
        losses: '[]',
        counted_at: null,
        tripped_at: null,
        suspended_until: suspendedUntil ?? null,
      });
      if (row.tripped_at === null) return true;
      const head = {
        tenantId,
        connectionId,
        resourceType: 'Connection',
        resourceId: connectionId,
        version,
        sequence: sequenceOf(version),
        time: new Date().toISOString(),
        by: 'host' as const,
      };
      await this.outbox.append([new ConnectionReleased(head)], tx);
      return true;
    });
  }

  private toState(row: BreakerRow): BreakerState {
    const now = Date.now();
    const { tripped_at, suspended_until } = row;
    return {
      tenantId: row.tenant_id,
      connectionId: row.connection_id,
      lost: BreakerWindow.at(now, lossesOf(row), this.settings).lost,
      active: row.active_users,
      ...(tripped_at === null ? {} : { trippedAt: tripped_at }),
      ...(suspended_until === null || Date.parse(suspended_until) <= now
        ? {}
        : { suspendedUntil: suspended_until }),
    };
  }
}
