import type { MembersChange } from '../../events/resource-change.js';
import type { ResourceWrite } from './resource-write.js';
import type { StoreContext } from './store-context.js';

/** Row of a group that changes because of one of its members; its document is not read. */
export interface GroupRow {
  readonly id: string;
  readonly version: number;
  readonly external_id: string | null;
  readonly display_name: string | null;
}

/**
 * Locks groups in the order of their ids.
 * @param condition on the group `r`; `$1` is the tenant, `$2` is `value`
 */
export function lockGroups(
  { groups, database }: StoreContext,
  { tx, tenantId }: ResourceWrite,
  condition: string,
  value: unknown,
): Promise<GroupRow[]> {
  return tx.run<GroupRow>({
    text: `select r.id, r.version, r.external_id, r.display_name from ${groups.table} r
      where r.tenant_id = $1 and ${condition} order by r.id${database.dialect.forUpdate}`,
    values: [tenantId, value],
    prepare: true,
  });
}

/** A new version of each of these locked groups, whose members have changed in the same way. */
export async function bumpGroups(
  { groups, database }: StoreContext,
  write: ResourceWrite,
  rows: readonly GroupRow[],
  members: MembersChange,
): Promise<void> {
  if (rows.length === 0) return;
  const time = new Date().toISOString();
  await write.tx.write({
    text: `update ${groups.table} set version = version + 1, modified_at = $3
      where tenant_id = $1 and ${database.dialect.isOneOf('id', '$2')}`,
    values: [write.tenantId, database.dialect.list(rows.map(({ id }) => id)), time],
    prepare: true,
  });
  for (const { id, version, external_id, display_name } of rows) {
    write.note({
      kind: 'modified',
      resourceType: groups.type.name,
      id,
      externalId: external_id ?? undefined,
      name: display_name ?? undefined,
      version: version + 1,
      time,
      members,
    });
  }
}
