import type { Dialect } from '../dialects/dialect.js';
import type { AttributeColumn, ResourceTable } from '../stores/resource-table.js';
import { ColumnsScope, type SqlScope } from './filter-scope-sql.js';
import type { TableNames } from './table-names.js';

const text = (column: string, keyColumn?: string, nullable = false): AttributeColumn => ({
  column,
  keyColumn,
  form: 'text',
  nullable,
  indexed: true,
  unique: false,
});

/** Sub-attributes of Group.members in scim_group_member; ids are lower case, so they are their own key. */
const MEMBER_COLUMNS: ReadonlyMap<string, AttributeColumn> = new Map([
  ['value', text('"member_id"', '"member_id"')],
  ['type', { ...text('"member_type"'), ascii: true }],
]);

/** Sub-attributes of User.groups in scim_group. */
const GROUP_COLUMNS: ReadonlyMap<string, AttributeColumn> = new Map([
  ['value', text('"id"', '"id"')],
  ['display', text('"display_name"', '"display_name_key"', true)],
]);

/** A row of scim_group_member, as an element of Group.members. */
export function memberScope(dialect: Dialect, alias: string): SqlScope {
  return new ColumnsScope(dialect, alias, MEMBER_COLUMNS);
}

/** A row of scim_group, as an element of User.groups. */
export function userGroupScope(dialect: Dialect, alias: string): SqlScope {
  return new ColumnsScope(dialect, alias, GROUP_COLUMNS);
}

/** Ids of the groups of a tenant that have a member which satisfies the condition on `m`. */
export function groupsWithMember(tables: TableNames, tenant: string, condition: string): string {
  return `select m.group_id from ${tables.members} m where m.tenant_id = ${tenant} and (${condition})`;
}

/**
 * Ids of the users that are, directly or through other groups, in a group which satisfies the condition on `g`.
 * From the groups down, so that it is worked out once and not for every user; `union` ends circles.
 */
export function usersInGroup(
  tables: TableNames,
  groups: ResourceTable,
  tenant: string,
  condition: string,
): string {
  return `with recursive inside(id) as (
      select m.member_id from ${groups.table} g
        join ${tables.members} m on m.tenant_id = ${tenant} and m.group_id = g.id
        where g.tenant_id = ${tenant} and (${condition})
      union
      select m.member_id from inside i join ${tables.members} m on m.tenant_id = ${tenant} and m.group_id = i.id
    ) select id from inside`;
}
