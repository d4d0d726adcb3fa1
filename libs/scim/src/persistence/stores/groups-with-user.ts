import type { GroupMembership } from '../../provisioning/resource-store.js';
import type { ResourceTable } from './resource-table.js';
import type { StoreContext } from './store-context.js';

/** A row read with that column. */
export interface RowWithGroups {
  /** JSON: a list of group id, name, directness. Null: in no group; undefined: not asked for. */
  readonly groups?: string | null;
}

/**
 * A column for statements that read one user `r` of the tenant `$1`, with all groups that it is in: one statement
 * instead of two, where the database can say a list in one column and plans the statement once, on PostgreSQL.
 * Elsewhere, and for other types than users, nothing is added and `groupsOf` is to be asked.
 */
export function groupsColumn({ database, tables, groups }: StoreContext, { kind }: ResourceTable): string {
  if (kind !== 'user' || database.dialect.name !== 'postgres') return '';
  const { dialect } = database;
  const above = dialect.lookUp(tables.members, 'm', 'm.tenant_id = $1 and m.member_id = t.group_id', [
    'group_id',
  ]);
  const named = dialect.lookUp(groups.table, 'g', 'g.tenant_id = $1 and g.id = t.group_id', ['display_name']);
  // "union" drops what was seen before, so circles end.
  return `, (with recursive reached(group_id) as (
        select m.group_id from ${tables.members} m where m.tenant_id = $1 and m.member_id = r.id
        union
        select m.group_id from reached t ${above}
      )
      select json_agg(json_build_array(t.group_id, g.display_name, exists (
            select 1 from ${tables.members} d where d.tenant_id = $1 and d.group_id = t.group_id and d.member_id = r.id))
          order by t.group_id)::text
        from reached t ${named}) as groups`;
}

/** The memberships of a row; undefined when they were not read. */
export function membershipsOf({ groups }: RowWithGroups): readonly GroupMembership[] | undefined {
  if (groups === undefined) return undefined;
  if (groups === null) return [];
  const rows = JSON.parse(groups) as [groupId: string, display: string | null, direct: boolean][];
  return rows.map(([groupId, display, direct]) => ({ groupId, display: display ?? '', direct }));
}
