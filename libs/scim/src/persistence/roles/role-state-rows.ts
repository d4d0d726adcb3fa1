import type { GrantedRole, RoleState } from '../../roles/role-store.js';
import type { RoleContext } from './role-tables.js';

interface StateRow {
  readonly user_id: string;
  readonly version: number;
  readonly granted: string;
}

/** What users were told of their roles, in the database. */
export class RoleStateRows {
  constructor(private readonly context: RoleContext) {}

  async lock(tenantId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, RoleState>> {
    const { executor, tables, dialect } = this.context;
    // Two recalculations that meet take the rows in the same order.
    const rows = await executor.run<StateRow>({
      text: `select s.user_id, s.version, s.granted from ${tables.states} s
        where s.tenant_id = $1 and ${dialect.isOneOf('s.user_id', '$2')} order by s.user_id${dialect.forUpdate}`,
      values: [tenantId, dialect.list(userIds)],
      prepare: true,
    });
    return new Map(
      rows.map(({ user_id, version, granted }) => [
        user_id,
        { userId: user_id, version, granted: JSON.parse(granted) as GrantedRole[] },
      ]),
    );
  }

  /** One statement for all users who have the same roles for the same reasons. */
  async write(tenantId: string, states: readonly RoleState[], at: string): Promise<void> {
    if (states.length === 0) return;
    const { executor, tables, dialect } = this.context;
    await executor.run({
      text: `delete from ${tables.states} where tenant_id = $1 and ${dialect.isOneOf('user_id', '$2')}`,
      values: [tenantId, dialect.list(states.map(({ userId }) => userId))],
      prepare: true,
    });
    for (const [granted, same] of alike(states)) {
      const rows = same.map(({ userId, version }) => ({ user_id: userId, version }));
      await executor.run({
        text: `insert into ${tables.states} (tenant_id, user_id, version, granted, changed_at)
          select $1, k.user_id, k.version, ${dialect.typed('$3', 'text')}, ${dialect.typed('$4', 'text')}
          from ${dialect.rows('$2', ['user_id text', 'version integer'], 'k')} where true`,
        values: [tenantId, JSON.stringify(rows), granted, at],
        prepare: true,
      });
    }
  }
}

function alike(states: readonly RoleState[]): Map<string, RoleState[]> {
  const groups = new Map<string, RoleState[]>();
  for (const state of states) {
    const granted = JSON.stringify(state.granted);
    const same = groups.get(granted);
    if (same) same.push(state);
    else groups.set(granted, [state]);
  }
  return groups;
}
