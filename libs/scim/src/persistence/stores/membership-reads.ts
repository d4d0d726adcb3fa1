import type { GroupMembership, Member } from '../../provisioning/resource-store.js';
import { isStorableId } from './resource-rows.js';
import type { StoreContext } from './store-context.js';

/** Reads of members and of the groups of users. */
export class MembershipReads {
  constructor(private readonly context: StoreContext) {}

  async members(tenantId: string, groupIds: readonly string[]): Promise<Map<string, Member[]>> {
    const { database, tables } = this.context;
    const found = new Map<string, Member[]>();
    if (groupIds.length === 0) return found;
    const rows = await database.run<{ group_id: string; member_id: string; member_type: string }>({
      text: `select m.group_id, m.member_id, m.member_type from ${tables.members} m
        where m.tenant_id = $1 and ${database.dialect.isOneOf('m.group_id', '$2')} order by m.group_id, m.member_id`,
      values: [tenantId, this.list(groupIds)],
      prepare: true,
    });
    for (const { group_id, member_id, member_type } of rows) {
      const members = found.get(group_id) ?? [];
      members.push({ id: member_id, type: member_type });
      found.set(group_id, members);
    }
    return found;
  }

  async *memberBatches(
    tenantId: string,
    groupId: string,
    batchSize: number,
  ): AsyncGenerator<readonly Member[]> {
    if (!isStorableId(groupId)) return;
    const { database, tables } = this.context;
    for (let after = ''; ;) {
      const rows = await database.run<Member>({
        text: `select m.member_id as id, m.member_type as type from ${tables.members} m
          where m.tenant_id = $1 and m.group_id = $2 and m.member_id > $3 order by m.member_id limit $4`,
        values: [tenantId, groupId, after, batchSize],
        prepare: true,
      });
      const last = rows.at(-1);
      if (last) yield rows;
      if (!last || rows.length < batchSize) return;
      after = last.id;
    }
  }

  async groupsOf(tenantId: string, userIds: readonly string[]): Promise<Map<string, GroupMembership[]>> {
    const { database, tables, groups } = this.context;
    const found = new Map<string, GroupMembership[]>();
    if (userIds.length === 0) return found;
    const { dialect } = database;
    const above = dialect.lookUp(tables.members, 'm', 'm.tenant_id = $1 and m.member_id = r.group_id', [
      'group_id',
    ]);
    const named = dialect.lookUp(groups.table, 'g', 'g.tenant_id = $1 and g.id = r.group_id', [
      'display_name',
    ]);
    const rows = await database.run<{
      user_id: string;
      group_id: string;
      display: string | null;
      direct: number | string;
    }>({
      // "union" drops what was seen before, so circles end: each group comes up once as direct and once as not.
      text: `with recursive reached(user_id, group_id, direct) as (
          select m.member_id, m.group_id, 1 from ${tables.members} m
            where m.tenant_id = $1 and ${dialect.isOneOf('m.member_id', '$2')}
          union
          select r.user_id, m.group_id, 0 from reached r ${above}
        )
        select r.user_id, r.group_id, g.display_name as display, max(r.direct) as direct
          from reached r ${named}
          group by r.user_id, r.group_id, g.display_name order by r.user_id, r.group_id`,
      values: [tenantId, this.list(userIds)],
      prepare: true,
    });
    for (const { user_id, group_id, display, direct } of rows) {
      const memberships = found.get(user_id) ?? [];
      memberships.push({ groupId: group_id, display: display ?? '', direct: Number(direct) === 1 });
      found.set(user_id, memberships);
    }
    return found;
  }

  async displayNames(tenantId: string, userIds: readonly string[]): Promise<Map<string, string>> {
    const { database, users } = this.context;
    if (userIds.length === 0) return new Map();
    const { dialect } = database;
    const rows = await database.run<{ id: string; display: string | null }>({
      text: `select r.id, ${dialect.jsonText({ root: 'r.document', keys: ['displayName'] })} as display
        from ${users.table} r where r.tenant_id = $1 and ${dialect.isOneOf('r.id', '$2')}`,
      values: [tenantId, this.list(userIds)],
      prepare: true,
    });
    return new Map(rows.flatMap(({ id, display }) => (display ? [[id, display] as const] : [])));
  }

  private list(ids: readonly string[]): unknown {
    return this.context.database.dialect.list(ids.filter(isStorableId));
  }
}
