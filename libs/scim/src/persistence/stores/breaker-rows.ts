import type { SliceLosses } from '../../provisioning/breaker/breaker-window.js';
import type { ChangeTransaction } from '../../events/change-guard.js';
import type { Dialect } from '../dialects/dialect.js';

export interface BreakerRow {
  tenant_id: string;
  connection_id: string;
  version: number;
  losses: string;
  active_users: number;
  counted_at: string | null;
  tripped_at: string | null;
  suspended_until: string | null;
}

export const BREAKER_COLUMNS =
  'b.tenant_id, b.connection_id, b.version, b.losses, b.active_users, b.counted_at, b.tripped_at, b.suspended_until';

/** The rows of `scim_breaker` inside a transaction that changes them. */
export class BreakerRows {
  constructor(
    private readonly table: string,
    private readonly dialect: Dialect,
  ) {}

  /** Locks the row of a connection; whoever comes next waits for the end of the transaction. Made when it is missing. */
  async lock(tx: ChangeTransaction, tenantId: string, connectionId: string): Promise<BreakerRow> {
    const known = await this.locked(tx, tenantId, connectionId);
    if (known) return known;
    // Of two that make it the second waits, and finds that of the first.
    await tx.run({
      text: `insert into ${this.table} (tenant_id, connection_id, version, losses, active_users)
        values ($1, $2, 0, '[]', 0)${this.dialect.orSkip(this.table)}`,
      values: [tenantId, connectionId],
    });
    const made = await this.locked(tx, tenantId, connectionId);
    if (!made) throw new Error('A breaker that was made is not there.');
    return made;
  }

  async locked(
    tx: ChangeTransaction,
    tenantId: string,
    connectionId: string,
  ): Promise<BreakerRow | undefined> {
    const [row] = await tx.run<BreakerRow>({
      text: `select ${BREAKER_COLUMNS} from ${this.table} b
        where b.tenant_id = $1 and b.connection_id = $2${this.dialect.forUpdate}`,
      values: [tenantId, connectionId],
      prepare: true,
    });
    return row;
  }

  async write(tx: ChangeTransaction, row: BreakerRow): Promise<void> {
    await tx.run({
      text: `update ${this.table} set version = $3, losses = $4, active_users = $5, counted_at = $6, tripped_at = $7,
          suspended_until = $8 where tenant_id = $1 and connection_id = $2`,
      values: [
        row.tenant_id,
        row.connection_id,
        row.version,
        row.losses,
        row.active_users,
        row.counted_at,
        row.tripped_at,
        row.suspended_until,
      ],
      prepare: true,
    });
  }
}

export function lossesOf({ losses }: BreakerRow): readonly SliceLosses[] {
  return JSON.parse(losses) as SliceLosses[];
}
