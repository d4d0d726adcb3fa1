import { ScimError } from '../../protocol/error/scim-error.js';
import { evaluateElement } from '../../protocol/filter/evaluate-filter.js';
import type { TypedFilter } from '../../protocol/filter/typed-filter.js';
import type { Transaction } from '../database.js';
import { takeTurn } from '../turns.js';
import { bumpGroups, lockGroups } from './group-rows.js';
import type { ResourceWrite } from './resource-write.js';
import type { StoreContext } from './store-context.js';

/** Longest value that is kept; an externalId beyond it can still be a member once it is there. */
const VALUE_LENGTH = 255;

/** A resource that a value of a member means. */
export interface NamedMember {
  /** As the client sent it. */
  readonly value: string;
  readonly id: string;
  readonly type: string;
}

/**
 * Members that a group was given before they were there (option `pendingMembers`). An identity provider that does so
 * names them by ids of its own, which become their externalId, so such a value means the resource with that
 * externalId, before and after it was created.
 */
export class PendingMembers {
  constructor(private readonly context: StoreContext) {}

  /**
   * Resources come and groups change at the same time: neither would see the other before its commit, and a member
   * would wait for ever. So changes of groups pass alone, and what comes passes together with its like.
   *
   * @param alone for a group that changes, before its row is locked
   */
  async takeTurn(tx: Transaction, tenantId: string, alone: boolean): Promise<void> {
    await takeTurn(this.context.database, tx, `scim pending ${tenantId}`, alone);
  }

  /** The resources that have one of these externalIds; several where it is not unique. They stay until the end. */
  async named(tx: Transaction, tenantId: string, values: readonly string[]): Promise<NamedMember[]> {
    if (values.length === 0) return [];
    const { users, groups, database } = this.context;
    const { dialect } = database;
    const found: NamedMember[] = [];
    for (const { table, type } of [users, groups]) {
      const rows = await tx.run<{ id: string; value: string }>({
        text: `select r.id, r.external_id as value from ${table} r where r.tenant_id = $1
          and ${dialect.isOneOf(dialect.codePoints('r.external_id'), '$2')} order by r.id${dialect.forReference}`,
        values: [tenantId, dialect.list(values.filter(isText))],
        prepare: true,
      });
      found.push(...rows.map(({ id, value }) => ({ id, value, type: type.name })));
    }
    return found;
  }

  /** @throws ScimError invalidValue for a value that cannot be kept */
  async keep(tx: Transaction, tenantId: string, groupId: string, values: readonly string[]): Promise<void> {
    if (values.length === 0) return;
    if (!values.every((value) => value.length <= VALUE_LENGTH && isText(value))) {
      throw ScimError.invalidValue('members names at least one id that belongs to no user or group.');
    }
    const { database, tables } = this.context;
    await tx.run({
      text: `insert into ${tables.pending} (tenant_id, group_id, value)
        select $1, $2, k.value from ${database.dialect.rows('$3', ['value text'], 'k')} where true
        ${database.dialect.orSkip(tables.pending)}`,
      values: [tenantId, groupId, JSON.stringify(values.map((value) => ({ value })))],
      prepare: true,
    });
  }

  /** The group does not wait for these any more. */
  async forget(tx: Transaction, tenantId: string, groupId: string, values: readonly string[]): Promise<void> {
    if (values.length > 0) await this.deleteWhere(tx, tenantId, groupId, values, false);
  }

  /** The group waits for none but these. */
  async forgetOthers(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    values: readonly string[],
  ): Promise<void> {
    await this.deleteWhere(tx, tenantId, groupId, values, true);
  }

  /** Whoever the filter could mean once they are there is not waited for: taking access away comes first. */
  async forgetWhere(tx: Transaction, tenantId: string, groupId: string, filter: TypedFilter): Promise<void> {
    const rows = await tx.run<{ value: string }>({
      text: `select p.value from ${this.context.tables.pending} p where p.tenant_id = $1 and p.group_id = $2`,
      values: [tenantId, groupId],
      prepare: true,
    });
    const meant = rows.filter(({ value }) =>
      ['User', 'Group'].some((type) => evaluateElement(filter, { value, type })),
    );
    await this.forget(
      tx,
      tenantId,
      groupId,
      meant.map(({ value }) => value),
    );
  }

  /** Makes a resource a member of every group that waits for it; those groups get a new version. */
  async attach(
    write: ResourceWrite,
    member: { readonly id: string; readonly type: string; readonly externalId: unknown },
  ): Promise<void> {
    const { tx, tenantId } = write;
    const { database, tables } = this.context;
    const { dialect } = database;
    const names = [member.id, ...(typeof member.externalId === 'string' ? [member.externalId] : [])];
    const list = dialect.list(names);
    const waiting = await tx.run<{ group_id: string }>({
      text: `select p.group_id from ${tables.pending} p
        where p.tenant_id = $1 and ${dialect.isOneOf('p.value', '$2')} and p.group_id <> $3`,
      values: [tenantId, list, member.id],
      prepare: true,
    });
    if (waiting.length === 0) return;
    const among = { text: dialect.isOneOf('r.id', '$2'), ids: waiting.map(({ group_id }) => group_id) };
    const locked = await lockGroups(this.context, write, among.text, dialect.list(among.ids));
    // Again under the lock: a request may have taken the member back meanwhile.
    const taken = await tx.run<{ group_id: string }>({
      text: `select p.group_id from ${tables.pending} p where p.tenant_id = $1 and ${dialect.isOneOf('p.value', '$2')}
        and ${dialect.isOneOf('p.group_id', '$3')}`,
      values: [tenantId, list, dialect.list(locked.map(({ id }) => id))],
      prepare: true,
    });
    if (taken.length === 0) return;
    const ids = [...new Set(taken.map(({ group_id }) => group_id))];
    await tx.run({
      text: `delete from ${tables.pending} where tenant_id = $1 and ${dialect.isOneOf('value', '$2')}
        and ${dialect.isOneOf('group_id', '$3')}`,
      values: [tenantId, list, dialect.list(ids)],
      prepare: true,
    });
    const present = await tx.run<{ group_id: string }>({
      text: `select m.group_id from ${tables.members} m
        where m.tenant_id = $1 and m.member_id = $2 and ${dialect.isOneOf('m.group_id', '$3')}`,
      values: [tenantId, member.id, dialect.list(ids)],
      prepare: true,
    });
    const there = new Set(present.map(({ group_id }) => group_id));
    const joined = locked.filter(({ id }) => ids.includes(id) && !there.has(id));
    if (joined.length === 0) return;
    await tx.run({
      text: `insert into ${tables.members} (tenant_id, group_id, member_id, member_type)
        select $1, k.id, $2, $3 from ${dialect.rows('$4', ['id text'], 'k')}`,
      values: [tenantId, member.id, member.type, JSON.stringify(joined.map(({ id }) => ({ id })))],
      prepare: true,
    });
    const { id, type } = member;
    await bumpGroups(this.context, write, joined, { added: [{ id, type }], removed: [] });
  }

  private async deleteWhere(
    tx: Transaction,
    tenantId: string,
    groupId: string,
    values: readonly string[],
    others: boolean,
  ): Promise<void> {
    const { database, tables } = this.context;
    const chosen = database.dialect.isOneOf('value', '$3');
    await tx.run({
      text: `delete from ${tables.pending} where tenant_id = $1 and group_id = $2
        and ${others ? `not (${chosen})` : chosen}`,
      values: [tenantId, groupId, database.dialect.list(values.filter(isText))],
      prepare: true,
    });
  }
}

/** No database holds the character NUL, so nobody has such an id. */
function isText(value: string): boolean {
  return !value.includes('\0');
}
