import type { ChangeOrigin } from '../../events/change-origin.js';
import type { Transaction } from '../database.js';
import { takeTurn } from '../turns.js';
import type { ResourceTable } from './resource-table.js';
import type { StoreContext } from './store-context.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Subject of a hold on everything of a tenant. */
export const WHOLE_TENANT = '*';

/** Leaves a tombstone in the place of a resource that is being deleted. */
export class Tombstones {
  constructor(private readonly context: StoreContext) {}

  /** Whether the data of a resource is kept: without retention only what a legal hold covers. */
  async keeps(tx: Transaction, tenantId: string, id: string): Promise<boolean> {
    return this.context.retentionDays > 0 || (await this.isHeld(tx, tenantId, id));
  }

  /**
   * Before the row goes. The data moves inside the database; never-returned attributes stay behind.
   * @param kept whether the data is kept; without, it is noted of a user that it was there, so that its purge is announced
   */
  async leave(
    tx: Transaction,
    table: ResourceTable,
    { tenantId, connectionId }: ChangeOrigin,
    id: string,
    kept: boolean,
  ): Promise<void> {
    if (!kept && table.kind !== 'user') return;
    const { tables, retentionDays, database } = this.context;
    const now = Date.now();
    const name = NAMES[table.kind];
    const content = ['external_id', name.column, name.key, 'document']
      .map((column) => (kept && column !== null ? `r.${column}` : 'null'))
      .join(', ');
    const parameter = (place: number): string => database.dialect.typed(`$${place}`, 'text');
    await tx.write({
      text: `insert into ${tables.tombstones}
          (tenant_id, id, resource_type, version, created_at, connection_id, deleted_at, purge_after,
            external_id, name, name_key, document)
        select r.tenant_id, r.id, ${parameter(3)}, r.version + 1, r.created_at, ${parameter(4)}, ${parameter(5)},
          ${parameter(6)}, ${content}
        from ${table.table} r where r.tenant_id = $1 and r.id = $2${table.ofType('r.')}`,
      values: [
        tenantId,
        id,
        table.type.name,
        connectionId,
        instant(now),
        instant(now + retentionDays * DAY_MS),
      ],
      prepare: true,
    });
  }

  /**
   * When the groups are locked, and before the memberships go.
   * @param side what the resource is: a member of groups, or the group
   */
  async keepMemberships(
    tx: Transaction,
    tenantId: string,
    id: string,
    side: 'member_id' | 'group_id',
  ): Promise<void> {
    const { tables } = this.context;
    await tx.write({
      text: `insert into ${tables.tombstoneMembers} (tenant_id, tombstone_id, group_id, member_id, member_type)
        select m.tenant_id, m.${side}, m.group_id, m.member_id, m.member_type from ${tables.members} m
        where m.tenant_id = $1 and m.${side} = $2`,
      values: [tenantId, id],
      prepare: true,
    });
  }

  private async isHeld(tx: Transaction, tenantId: string, id: string): Promise<boolean> {
    const { tables } = this.context;
    await this.takeTurn(tx, tenantId, false);
    const holds = await tx.run({
      text: `select h.subject_id from ${tables.holds} h where h.tenant_id = $1 and h.subject_id in ($2, $3)`,
      values: [tenantId, id, WHOLE_TENANT],
      prepare: true,
    });
    return holds.length > 0;
  }

  /** Data goes and holds come one after the other: neither would see the other before its commit. */
  takeTurn(tx: Transaction, tenantId: string, alone: boolean): Promise<void> {
    return takeTurn(this.context.database, tx, `scim hold ${tenantId}`, alone);
  }
}

/** Columns under which a deleted resource can be found by name. */
const NAMES = {
  user: { column: 'user_name', key: 'user_name_key' },
  group: { column: 'display_name', key: 'display_name_key' },
  resource: { column: null, key: null },
} as const;

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
