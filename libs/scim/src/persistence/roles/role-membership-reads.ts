import { GroupGraph } from '../../roles/effective-roles.js';
import type { HolderDifference, RoleHolder, RoleUser } from '../../roles/role-store.js';
import { Parameters } from '../dialects/statement.js';
import type { RoleContext } from './role-tables.js';

interface HolderRow {
  readonly id: string;
  readonly user_name: string;
}

/** A user without `active` is active (RFC 7643 §4.1.1). */
const ACTIVE = '(u.active is null or u.active = true)';
/** Longer texts are no ids of ours, and some cannot be stored. */
const isId = (text: string): boolean => text.length <= 64 && !text.includes('\0');

/** Who is in which groups, as roles ask for it. All of it reads what is true now. */
export class RoleMembershipReads {
  constructor(private readonly context: RoleContext) {}

  async graphAbove(tenantId: string, userIds: readonly string[]): Promise<GroupGraph> {
    const { executor, tables, dialect } = this.context;
    const graph = new GroupGraph();
    const named = dialect.lookUp(tables.groups, 'g', 'g.tenant_id = $1 and g.id = m.group_id', [
      'display_name',
    ]);
    const direct = await executor.run<{ user_id: string; group_id: string; display_name: string | null }>({
      text: `select m.member_id as user_id, m.group_id, g.display_name from ${tables.members} m
        join ${tables.users} u on u.tenant_id = $1 and u.id = m.member_id and ${ACTIVE}
        ${named}
        where m.tenant_id = $1 and ${dialect.isOneOf('m.member_id', '$2')}`,
      values: [tenantId, dialect.list(userIds.filter(isId))],
      prepare: true,
    });
    const groups = new Set<string>();
    for (const { user_id, group_id, display_name } of direct) {
      graph.addGroup(group_id, display_name);
      graph.addMembership(user_id, group_id);
      groups.add(group_id);
    }
    if (groups.size > 0) await this.addAbove(graph, tenantId, [...groups]);
    return graph;
  }

  /** "union" drops what was seen before, so circles end. */
  private async addAbove(graph: GroupGraph, tenantId: string, groupIds: readonly string[]): Promise<void> {
    const { executor, tables, dialect } = this.context;
    const within = 'm.tenant_id = $1 and m.member_id = a.group_id';
    const above = dialect.lookUp(tables.members, 'm', within, ['member_id', 'group_id']);
    const named = dialect.lookUp(tables.groups, 'g', 'g.tenant_id = $1 and g.id = a.group_id', [
      'display_name',
    ]);
    const edges = await executor.run<{ member_id: string; group_id: string; display_name: string | null }>({
      text: `with recursive above(member_id, group_id) as (
          select m.member_id, m.group_id from ${tables.members} m
            where m.tenant_id = $1 and ${dialect.isOneOf('m.member_id', '$2')}
          union
          select m.member_id, m.group_id from above a ${above}
        )
        select a.member_id, a.group_id, g.display_name from above a ${named}`,
      values: [tenantId, dialect.list(groupIds)],
      prepare: true,
    });
    for (const { member_id, group_id, display_name } of edges) {
      graph.addGroup(group_id, display_name);
      graph.addMembership(member_id, group_id);
    }
  }

  async groupsAbove(tenantId: string, groupIds: readonly string[]): Promise<readonly string[]> {
    const { executor, tables, dialect } = this.context;
    const known = groupIds.filter(isId);
    const rows = await executor.run<{ id: string }>({
      text: `with recursive above(id) as (
          select m.group_id from ${tables.members} m
            where m.tenant_id = $1 and ${dialect.isOneOf('m.member_id', '$2')}
          union
          select m.group_id from above a join ${tables.members} m on m.tenant_id = $1 and m.member_id = a.id
        ) select id from above`,
      values: [tenantId, dialect.list(known)],
      prepare: true,
    });
    return [...new Set([...known, ...rows.map(({ id }) => id)])];
  }

  async groupNames(tenantId: string, groupIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { executor, tables, dialect } = this.context;
    if (groupIds.length === 0) return new Map();
    const rows = await executor.run<{ id: string; display_name: string | null }>({
      text: `select g.id, g.display_name from ${tables.groups} g
        where g.tenant_id = $1 and ${dialect.isOneOf('g.id', '$2')}`,
      values: [tenantId, dialect.list(groupIds.filter(isId))],
    });
    return new Map(rows.map(({ id, display_name }) => [id, display_name ?? '']));
  }

  async holders(
    tenantId: string,
    groupIds: readonly string[],
    after: string,
    limit: number,
  ): Promise<readonly RoleHolder[]> {
    const { executor, tables } = this.context;
    const parameters = new Parameters();
    const tenant = parameters.add(tenantId);
    const inside = this.inside('i', tenant, groupIds, parameters);
    const rows = await executor.run<HolderRow>({
      text: `with recursive ${inside}
        select u.id, u.user_name from ${tables.users} u
          where u.tenant_id = ${tenant} and u.id > ${parameters.add(after)} and ${ACTIVE}
            and u.id in (${this.membersOf('i', tenant)})
          order by u.id limit ${parameters.add(limit)}`,
      values: parameters.values,
    });
    return rows.map(toHolder);
  }

  async countDifference(tenantId: string, difference: HolderDifference): Promise<number> {
    const { text, values } = this.difference(tenantId, difference, 'count(*) as total');
    const [row] = await this.context.executor.run<{ total: number | string }>({ text, values });
    return Number(row?.total ?? 0);
  }

  async sampleDifference(
    tenantId: string,
    difference: HolderDifference,
    limit: number,
  ): Promise<readonly RoleHolder[]> {
    const { text, values } = this.difference(tenantId, difference, 'u.id, u.user_name');
    const limited = { text: `${text} order by u.id limit $${values.length + 1}`, values: [...values, limit] };
    return (await this.context.executor.run<HolderRow>(limited)).map(toHolder);
  }

  async findUser(
    tenantId: string,
    id: string,
    userNameKey: string,
  ): Promise<(RoleHolder & { active: boolean }) | undefined> {
    const { executor, tables, dialect } = this.context;
    const columns = `u.id, u.user_name, case when ${ACTIVE} then 1 else 0 end as is_active`;
    const rows = await executor.run<HolderRow & { is_active: number }>({
      text: `select ${columns} from ${tables.users} u where u.tenant_id = $1 and u.id = $2
        union select ${columns} from ${tables.users} u
          where u.tenant_id = $1 and ${dialect.codePoints('u.user_name_key')} = $3`,
      values: [tenantId, isId(id) ? id : '', userNameKey],
    });
    // An id wins over a userName that looks like it.
    const row = rows.find((one) => one.id === id) ?? rows[0];
    return row && { ...toHolder(row), active: Number(row.is_active) === 1 };
  }

  async users(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, RoleUser>> {
    const { executor, tables, dialect } = this.context;
    const rows = await executor.run<HolderRow & { external_id: string | null }>({
      text: `select u.id, u.user_name, u.external_id from ${tables.users} u
        where u.tenant_id = $1 and ${dialect.isOneOf('u.id', '$2')}`,
      values: [tenantId, dialect.list(userIds)],
      prepare: true,
    });
    return new Map(
      rows.map(({ id, user_name, external_id }) => [
        id,
        { id, userName: user_name, externalId: external_id ?? undefined },
      ]),
    );
  }

  async anyActive(
    tenantId: string,
    userIds: readonly string[],
    groupIds: readonly string[],
  ): Promise<boolean> {
    const { executor, tables, dialect } = this.context;
    if (userIds.length > 0) {
      const rows = await executor.run({
        text: `select u.id from ${tables.users} u
          where u.tenant_id = $1 and ${dialect.isOneOf('u.id', '$2')} and ${ACTIVE} limit 1`,
        values: [tenantId, dialect.list(userIds.filter(isId))],
      });
      if (rows.length > 0) return true;
    }
    return groupIds.length > 0 && (await this.holders(tenantId, groupIds, '', 1)).length > 0;
  }

  private difference(
    tenantId: string,
    { groups, without }: HolderDifference,
    select: string,
  ): { text: string; values: unknown[] } {
    const parameters = new Parameters();
    const tenant = parameters.add(tenantId);
    const parts = [this.inside('i', tenant, groups, parameters)];
    if (without.length > 0) parts.push(this.inside('o', tenant, without, parameters));
    const others = without.length > 0 ? ` and not (u.id in (${this.membersOf('o', tenant)}))` : '';
    const text = `with recursive ${parts.join(', ')}
      select ${select} from ${this.context.tables.users} u
        where u.tenant_id = ${tenant} and ${ACTIVE} and u.id in (${this.membersOf('i', tenant)})${others}`;
    return { text, values: parameters.values };
  }

  /** A part of `with recursive`: the groups and all groups inside them. */
  private inside(name: string, tenant: string, groupIds: readonly string[], parameters: Parameters): string {
    const { tables, dialect } = this.context;
    const list = parameters.add(dialect.list(groupIds.filter(isId)));
    return `${name}(id) as (
        select g.id from ${tables.groups} g where g.tenant_id = ${tenant} and ${dialect.isOneOf('g.id', list)}
        union
        select m.member_id from ${name} x
          join ${tables.members} m on m.tenant_id = ${tenant} and m.group_id = x.id and m.member_type = 'Group'
      )`;
  }

  private membersOf(name: string, tenant: string): string {
    return `select m.member_id from ${name} y
      join ${this.context.tables.members} m on m.tenant_id = ${tenant} and m.group_id = y.id`;
  }
}

function toHolder({ id, user_name }: HolderRow): RoleHolder {
  return { userId: id, userName: user_name };
}
