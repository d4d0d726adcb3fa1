import type { NamedStatement } from './control-database.js';
import { RESOURCE_COLUMNS } from './resource-text.js';

const statement = (name: string, text: string): NamedStatement => ({ name: `control_${name}`, text });
const FROM_USERS = `select ${RESOURCE_COLUMNS} from scim_user r where r.tenant_id = $1`;
const BY_EMAIL = `r.id in (select v.resource_id from scim_attribute_value v where v.tenant_id = $1
  and v.path = 'emails.value' and v.value_key = $2 and v.resource_type = 'User')`;
const DEPARTMENT = `(r.document #>> '{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",department}')`;

export const USER_ALONE = statement('user_alone', `${FROM_USERS} and r.id = $2`);

/** The groups of the user `r`, through other groups too. */
const GROUPS_COLUMN = `(with recursive reached(group_id) as (
      select m.group_id from scim_group_member m where m.tenant_id = $1 and m.member_id = r.id
      union
      select m.group_id from reached t cross join lateral (select m.group_id from scim_group_member m
        where m.tenant_id = $1 and m.member_id = t.group_id offset 0) m
    )
    select json_agg(json_build_array(t.group_id, g.display_name, exists (
          select 1 from scim_group_member d where d.tenant_id = $1 and d.group_id = t.group_id and d.member_id = r.id))
        order by t.group_id)::text
      from reached t cross join lateral (select g.display_name from scim_group g
        where g.tenant_id = $1 and g.id = t.group_id offset 0) g) as groups`;

const withGroups = (columns: string): string =>
  `select ${columns}, ${GROUPS_COLUMN} from scim_user r where r.tenant_id = $1 and r.id = $2`;

export const USER_BY_ID = statement('user_by_id', withGroups(RESOURCE_COLUMNS));
export const USER_FOR_CHANGE = statement(
  'user_for_change',
  withGroups(`${RESOURCE_COLUMNS}, r.concealed::text as concealed`),
);

const USERS_WITH_GROUPS = `select ${RESOURCE_COLUMNS}, ${GROUPS_COLUMN} from scim_user r where r.tenant_id = $1`;

/** Look-ups by one value; `$2` is its comparison key. */
export const LOOK_UPS = {
  userName: statement(
    'by_user_name',
    `${USERS_WITH_GROUPS} and r.user_name_key collate "C" = $2 order by r.id limit 100`,
  ),
  externalId: statement(
    'by_external_id',
    `${USERS_WITH_GROUPS} and r.external_id collate "C" = $2 order by r.id limit 100`,
  ),
  email: statement('by_email', `${FROM_USERS} and ${BY_EMAIL} order by r.id limit 100`),
  workEmail: statement(
    'by_work_email',
    `${FROM_USERS} and ${BY_EMAIL} and exists (select 1 from jsonb_array_elements(r.document #> '{emails}') e
      where scim_comparison_key(e ->> 'type') = 'work' and scim_comparison_key(e ->> 'value') = $2)
      order by r.id limit 100`,
  ),
};

export const BY_DEPARTMENT = statement(
  'by_department',
  `${FROM_USERS} and scim_comparison_key(${DEPARTMENT}) = $2 order by r.id limit $3`,
);
export const COUNT_DEPARTMENT = statement(
  'count_department',
  `select count(*)::int as total from scim_user r where r.tenant_id = $1 and scim_comparison_key(${DEPARTMENT}) = $2`,
);
export const COUNT_USERS = statement(
  'count_users',
  `select sum(c.total)::int as total from scim_resource_count c where c.tenant_id = $1 and c.resource_type = 'User'`,
);
export const FIRST_PAGE = statement('first_page', `${FROM_USERS} order by r.id limit $2`);
export const DEEP_PAGE = statement(
  'deep_page',
  `select ${RESOURCE_COLUMNS} from (select r.id from scim_user r where r.tenant_id = $1 order by r.id limit $2 offset $3) p
    join scim_user r on r.tenant_id = $1 and r.id = p.id order by r.id`,
);
export const PAGE_AFTER = statement('page_after', `${FROM_USERS} and r.id > $2 order by r.id limit $3`);
export const SORTED_PAGE = statement(
  'sorted_page',
  `${FROM_USERS} order by r.user_name_key collate "C" asc nulls last, r.id limit $2`,
);

/** Groups of users, through other groups too. */
export const GROUPS_OF = statement(
  'groups_of',
  `with recursive reached(user_id, group_id, direct) as (
      select m.member_id, m.group_id, 1 from scim_group_member m where m.tenant_id = $1 and m.member_id = any($2::text[])
      union
      select r.user_id, m.group_id, 0 from reached r cross join lateral (select m.group_id from scim_group_member m
        where m.tenant_id = $1 and m.member_id = r.group_id offset 0) m
    )
    select r.user_id, r.group_id, g.display_name as display, max(r.direct) as direct
      from reached r cross join lateral (select g.display_name from scim_group g
        where g.tenant_id = $1 and g.id = r.group_id offset 0) g
      group by r.user_id, r.group_id, g.display_name order by r.user_id, r.group_id`,
);

export const INSERT_USER = statement(
  'insert_user',
  `insert into scim_user (tenant_id, id, version, created_at, modified_at, document, external_id, user_name, user_name_key, active, cost_centre)
    values ($1, $2, 1, $3, $3, $4, $5, $6, $7, $8, null)`,
);
export const INSERT_VALUES = statement(
  'insert_values',
  `insert into scim_attribute_value (tenant_id, resource_type, resource_id, path, position, type, value_key)
    select $1, 'User', v.resource_id, 'emails.value', v.position, v.type, v.value_key
      from jsonb_to_recordset($2::jsonb) as v(resource_id text, position integer, type text, value_key text)`,
);
export const INSERT_USERS = statement(
  'insert_users',
  `insert into scim_user (tenant_id, id, version, created_at, modified_at, document, external_id, user_name, user_name_key, active)
    select $1, u.id, 1, $2, $2, u.document, u.external_id, u.user_name, u.user_name_key, u.active
      from jsonb_to_recordset($3::jsonb) as u(id text, document jsonb, external_id text, user_name text, user_name_key text, active boolean)`,
);
export const UPDATE_USER = statement(
  'update_user',
  `update scim_user set version = version + 1, modified_at = $4, document = $5, concealed = null,
      external_id = $6, user_name = $7, user_name_key = $8, active = $9
    where tenant_id = $1 and id = $2 and version = $3 returning version`,
);
export const DELETE_VALUES = statement(
  'delete_values',
  `delete from scim_attribute_value where tenant_id = $1 and resource_type = 'User' and resource_id = $2`,
);

/** The event of a change. */
export const INSERT_EVENT = statement(
  'insert_event',
  `insert into scim_outbox (tenant_id, id, stream, sequence, type, created_at, attempts, settled_at, payload)
    values ($1, $2, $3, $4, $5, $6, 0, '', $7)`,
);
export const INSERT_EVENTS = statement(
  'insert_events',
  `insert into scim_outbox (tenant_id, id, stream, sequence, type, created_at, attempts, settled_at, payload)
    select $1, e.id, e.stream, e.sequence, e.type, $2, 0, '', e.payload
      from jsonb_to_recordset($3::jsonb) as e(id text, stream text, sequence bigint, type text, payload jsonb)`,
);
