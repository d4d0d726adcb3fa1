import type { ChangedMember, MembersChange } from '../../events/resource-change.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { TypedFilter } from '../../protocol/filter/typed-filter.js';
import type { MembershipStep } from '../../protocol/patch/membership.js';
import { refuseSelfMembership } from '../../protocol/resource/read-members.js';
import type { Transaction } from '../database.js';
import { Parameters } from '../dialects/statement.js';
import { FilterCompiler } from '../filter-sql/filter-compiler.js';
import { PendingMembers } from './pending-members.js';
import { isStorableId } from './resource-rows.js';
import type { StoreContext } from './store-context.js';

/** Members as a request names them. */
interface Members {
  readonly known: { id: string; type: string }[];
  /** Ids of nobody; only with `pendingMembers`. */
  readonly missing: readonly string[];
}

/**
 * Applies changes to the members of a group whose row the transaction has locked. Set-based: the cost follows the
 * size of the change, not of the group.
 */
export class MembershipWrites {
  private readonly pending: PendingMembers | undefined;

  constructor(private readonly context: StoreContext) {
    this.pending = context.pendingMembers ? new PendingMembers(context) : undefined;
  }

  /** Who joined and who left in the end. @throws ScimError invalidValue for an unknown member or the group itself */
  async apply(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    steps: readonly MembershipStep[],
  ): Promise<MembersChange> {
    const added = new Map<string, ChangedMember>();
    const removed = new Map<string, ChangedMember>();
    for (const step of steps) {
      const change = await this.step(tx, tenantId, groupId, step);
      // Whoever left in one step and came back in another has done neither.
      for (const member of change.removed) if (!added.delete(member.id)) removed.set(member.id, member);
      for (const member of change.added) if (!removed.delete(member.id)) added.set(member.id, member);
    }
    return { added: [...added.values()], removed: [...removed.values()] };
  }

  private async step(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    step: MembershipStep,
  ): Promise<MembersChange> {
    switch (step.kind) {
      case 'change': {
        const leaving = await this.leaving(tx, tenantId, groupId, step.remove);
        const removed = await this.remove(tx, tenantId, groupId, leaving);
        const ids = idsOf(step.add);
        const present = await this.present(tx, tenantId, groupId, ids);
        const joining = await this.members(tx, tenantId, without(ids, present));
        return { removed, added: await this.insert(tx, tenantId, groupId, joining) };
      }
      case 'replace': {
        const ids = idsOf(step.members);
        // Only who joins is looked up and locked: who stays is held by the lock on the group, which a deletion needs.
        const present = await this.present(tx, tenantId, groupId, ids);
        const joining = await this.members(tx, tenantId, without(ids, present));
        // By the id that a provider uses, one may be named who is a member; else whoever joins is none yet.
        const staying = this.pending ? [...present, ...joining.known.map(({ id }) => id)] : [...present];
        const removed = await this.removeOthers(tx, tenantId, groupId, staying, joining.missing);
        return { removed, added: await this.insert(tx, tenantId, groupId, joining) };
      }
      case 'removeWhere': {
        await this.pending?.forgetWhere(tx, tenantId, groupId, step.filter);
        return { removed: await this.removeWhere(tx, tenantId, groupId, step.filter), added: [] };
      }
    }
  }

  /**
   * Who is meant. Unknown ids are refused, or with `pendingMembers` waited for.
   * @throws ScimError invalidValue for an unknown member
   */
  private async members(tx: Transaction, tenantId: string, ids: readonly string[]): Promise<Members> {
    if (ids.length === 0) return { known: [], missing: [] };
    const known = await this.lockKnown(tx, tenantId, ids);
    if (known.length === ids.length) return { known, missing: [] };
    if (!this.pending) {
      throw ScimError.invalidValue('members names at least one id that belongs to no user or group.');
    }
    const found = new Set(known.map(({ id }) => id));
    const unknown = ids.filter((id) => !found.has(id));
    const named = await this.pending.named(tx, tenantId, unknown);
    const first = new Map<string, string>();
    const shared = new Set<string>();
    for (const { id, value } of named) {
      if (!first.has(value)) first.set(value, id);
      else if (first.get(value) !== id) shared.add(value);
    }
    for (const { id, type, value } of named) {
      // Whoever shares an externalId with others is not meant for sure, and a group gives access.
      const several = shared.has(value);
      if (!several && !found.has(id)) known.push({ id, type });
      if (!several) found.add(value).add(id);
    }
    return { known, missing: unknown.filter((value) => !found.has(value)) };
  }

  /** Ids that leave the group, with those of resources that the provider names by its own ids. */
  private async leaving(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    if (!this.pending || ids.length === 0) return ids;
    await this.pending.forget(tx, tenantId, groupId, ids);
    return [...ids, ...(await this.pending.named(tx, tenantId, ids)).map(({ id }) => id)];
  }

  private async insert(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    { known, missing }: Members,
  ): Promise<readonly ChangedMember[]> {
    refuseSelfMembership(groupId, known);
    await this.pending?.keep(tx, tenantId, groupId, missing);
    const joining = await this.absent(tx, tenantId, groupId, known);
    if (joining.length === 0) return [];
    const { tables } = this.context;
    const { dialect } = this.context.database;
    await tx.write({
      text: `insert into ${tables.members} (tenant_id, group_id, member_id, member_type)
        select $1, $2, k.id, k.type from ${dialect.rows('$3', ['id text', 'type text'], 'k')}`,
      values: [tenantId, groupId, JSON.stringify(joining)],
      prepare: true,
    });
    return joining;
  }

  /** Those who are no members yet. By the id that a provider uses, one may have been named who is. */
  private async absent(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    known: Members['known'],
  ): Promise<Members['known']> {
    if (!this.pending) return known;
    const ids = known.map(({ id }) => id);
    const present = await this.present(tx, tenantId, groupId, ids);
    return known.filter(({ id }) => !present.has(id));
  }

  /** Which of the ids are members. The lock on the group keeps this true. */
  private async present(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    ids: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const storable = ids.filter(isStorableId);
    if (storable.length === 0) return new Set();
    const { tables, database } = this.context;
    const rows = await tx.run<{ id: string }>({
      text: `select m.member_id as id from ${tables.members} m
        where m.tenant_id = $1 and m.group_id = $2 and ${database.dialect.isOneOf('m.member_id', '$3')}`,
      values: [tenantId, groupId, database.dialect.list(storable)],
      prepare: true,
    });
    return new Set(rows.map(({ id }) => id));
  }

  /** Makes members of new groups. All of them are known and locked. */
  async addToNew(
    tx: Transaction,
    tenantId: string,
    memberships: readonly { group_id: string; id: string; type: string }[],
  ): Promise<void> {
    if (memberships.length === 0) return;
    const { dialect } = this.context.database;
    const columns = ['group_id text', 'id text', 'type text'];
    await tx.write({
      text: `insert into ${this.context.tables.members} (tenant_id, group_id, member_id, member_type)
        select $1, k.group_id, k.id, k.type from ${dialect.rows('$2', columns, 'k')} where true
        ${dialect.orSkip(this.context.tables.members)}`,
      values: [tenantId, JSON.stringify(memberships)],
      prepare: true,
    });
  }

  /** The users and groups among the ids; they stay until the transaction ends. */
  async lockKnown(
    tx: Transaction,
    tenantId: string,
    ids: readonly string[],
  ): Promise<{ id: string; type: string }[]> {
    const { users, groups, database } = this.context;
    const list = database.dialect.list(ids.filter(isStorableId));
    const known: { id: string; type: string }[] = [];
    for (const { table, type } of [users, groups]) {
      if (known.length === ids.length) break;
      const rows = await tx.run<{ id: string }>({
        text: `select r.id from ${table} r where r.tenant_id = $1 and ${database.dialect.isOneOf('r.id', '$2')}
          order by r.id${database.dialect.forReference}`,
        values: [tenantId, list],
        prepare: true,
      });
      known.push(...rows.map(({ id }) => ({ id, type: type.name })));
    }
    return known;
  }

  private async remove(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    ids: readonly string[],
  ): Promise<readonly ChangedMember[]> {
    if (ids.length === 0) return [];
    const parameters = new Parameters();
    const { dialect } = this.context.database;
    return this.removeThose(tx, tenantId, groupId, parameters, () => {
      return dialect.isOneOf('m.member_id', parameters.add(dialect.list(ids.filter(isStorableId))));
    });
  }

  private async removeOthers(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    staying: readonly string[],
    missing: readonly string[],
  ): Promise<readonly ChangedMember[]> {
    const parameters = new Parameters();
    const { dialect } = this.context.database;
    await this.pending?.forgetOthers(tx, tenantId, groupId, missing);
    return this.removeThose(tx, tenantId, groupId, parameters, () => {
      const kept = parameters.add(dialect.list(staying));
      return `not (${dialect.isOneOf('m.member_id', kept)})`;
    });
  }

  private async removeWhere(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    filter: TypedFilter,
  ): Promise<readonly ChangedMember[]> {
    const { database, tables, groups } = this.context;
    const parameters = new Parameters();
    return this.removeThose(tx, tenantId, groupId, parameters, (tenant) => {
      const compiler = new FilterCompiler(database.dialect, parameters, tables, groups, tenant);
      return compiler.compileMember(filter, 'm');
    });
  }

  /** @param condition on the members as `m`; is given the placeholder of the tenant */
  private async removeThose(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    parameters: Parameters,
    condition: (tenant: string) => string,
  ): Promise<readonly ChangedMember[]> {
    const { database, tables } = this.context;
    const tenant = parameters.add(tenantId);
    const group = parameters.add(groupId);
    const { returns } = database.dialect;
    const columns = 'member_id as id, member_type as type';
    const those = `m.tenant_id = ${tenant} and m.group_id = ${group} and (${condition(tenant)})`;
    const rows = await tx.run<ChangedMember>({
      text: returns
        ? `delete from ${tables.members} as m where ${those} returning ${columns}`
        : `select ${columns} from ${tables.members} m where ${those}`,
      values: parameters.values,
    });
    const leaving = rows.map(({ id, type }) => ({ id, type }));
    // By code points, on every database.
    leaving.sort((a, b) => (a.id < b.id ? -1 : 1));
    if (returns || leaving.length === 0) return leaving;
    await tx.run({
      text: `delete from ${tables.members} where tenant_id = $1 and group_id = $2
        and ${database.dialect.isOneOf('member_id', '$3')}`,
      values: [tenantId, groupId, database.dialect.list(leaving.map(({ id }) => id))],
      prepare: true,
    });
    return leaving;
  }
}

function without(ids: readonly string[], others: ReadonlySet<string>): string[] {
  return ids.filter((id) => !others.has(id));
}

function idsOf(references: readonly { readonly id: string }[]): string[] {
  return [...new Set(references.map(({ id }) => id))];
}
