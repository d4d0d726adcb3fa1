import type { NamedStatement } from './control-database.js';
import { RESOURCE_COLUMNS } from './resource-text.js';

const statement = (name: string, text: string): NamedStatement => ({ name: `control_${name}`, text });
const GROUP = 'from scim_group r where r.tenant_id = $1 and r.id = $2';

export const GROUP_BY_ID = statement('group_by_id', `select ${RESOURCE_COLUMNS} ${GROUP}`);
export const LOCK_GROUP = statement(
  'lock_group',
  `select ${RESOURCE_COLUMNS}, r.concealed::text as concealed ${GROUP} for no key update`,
);
export const MEMBERS_AFTER = statement(
  'members_after',
  `select m.member_id as id, m.member_type as type from scim_group_member m
    where m.tenant_id = $1 and m.group_id = $2 and m.member_id > $3 order by m.member_id limit $4`,
);
export const LOCK_USERS = statement(
  'lock_users',
  `select r.id from scim_user r where r.tenant_id = $1 and r.id = any($2::text[]) order by r.id for key share`,
);
export const PRESENT_MEMBERS = statement(
  'present_members',
  `select m.member_id as id, m.member_type as type from scim_group_member m
    where m.tenant_id = $1 and m.group_id = $2 and m.member_id = any($3::text[]) order by m.member_id`,
);
export const ADD_MEMBERS = statement(
  'add_members',
  `insert into scim_group_member (tenant_id, group_id, member_id, member_type)
    select $1, $2, k.id, 'User' from unnest($3::text[]) as k(id) on conflict do nothing`,
);
export const REMOVE_MEMBERS = statement(
  'remove_members',
  `delete from scim_group_member where tenant_id = $1 and group_id = $2 and member_id = any($3::text[])`,
);
export const BUMP_GROUP = statement(
  'bump_group',
  'update scim_group set version = version + 1, modified_at = $3 where tenant_id = $1 and id = $2',
);

/** What a deletion of a user does to groups and reports. */
export const LOCK_USER = statement(
  'lock_user',
  'select r.id, r.version from scim_user r where r.tenant_id = $1 and r.id = $2 for update',
);
export const LOCK_GROUPS_OF = statement(
  'lock_groups_of',
  `select r.id from scim_group r where r.tenant_id = $1 and r.id in (
    select m.group_id from scim_group_member m where m.tenant_id = $1 and m.member_id = $2) order by r.id for no key update`,
);
export const LOCK_REPORTS = statement(
  'lock_reports',
  `select r.id from scim_user r where r.tenant_id = $1 and r.id in (select v.resource_id from scim_attribute_value v
      where v.tenant_id = $1 and v.value_key = $2 and v.resource_type = 'User'
        and v.path = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value')
    order by r.id for no key update`,
);
export const DELETE_USER = statement('delete_user', 'delete from scim_user where tenant_id = $1 and id = $2');
