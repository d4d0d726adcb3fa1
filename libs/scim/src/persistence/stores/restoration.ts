import type { ChangeOrigin } from '../../events/change-origin.js';
import type { ChangedMember } from '../../events/resource-change.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/schema-urns.js';
import { isJsonObject, type JsonObject } from '../../protocol/schema/json.js';
import type { RestoreOutcome, RestoreSettings } from '../../provisioning/deletion/deletion-store.js';
import type { Transaction } from '../database.js';
import { bumpGroups, lockGroups } from './group-rows.js';
import { MembershipWrites } from './membership-writes.js';
import { PendingMembers } from './pending-members.js';
import { ResourceRowWrites } from './resource-row-writes.js';
import { isStorableId } from './resource-rows.js';
import type { ResourceTable } from './resource-table.js';
import { ResourceWrite } from './resource-write.js';
import type { StoreContext } from './store-context.js';

interface RetainedRow {
  resource_type: string;
  version: number;
  created_at: string;
  document: string | null;
  announced_at: string | null;
}

interface Membership {
  group_id: string;
  member_id: string;
  member_type: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Brings deleted resources back. */
export class Restoration {
  private readonly rows: ResourceRowWrites;
  private readonly memberships: MembershipWrites;
  private readonly pending: PendingMembers | undefined;

  constructor(private readonly context: StoreContext) {
    this.rows = new ResourceRowWrites(context);
    this.memberships = new MembershipWrites(context);
    this.pending = context.pendingMembers ? new PendingMembers(context) : undefined;
  }

  /** The version goes on counting, so that no entity tag ever stands for two contents. @throws ScimError uniqueness */
  restore(origin: ChangeOrigin, id: string, settings: RestoreSettings): Promise<RestoreOutcome> {
    return ResourceWrite.run(this.context, origin, async (write) => {
      const { tx, tenantId } = write;
      await this.pending?.takeTurn(tx, tenantId, false);
      const retained = await this.lock(tx, tenantId, id);
      if (!retained) return { kind: 'unknown' };
      if (retained.document === null || retained.announced_at !== null) return { kind: 'purged' };
      const table = this.context.tableNamed(retained.resource_type);
      if (!table) return { kind: 'purged' };
      const document = await this.document(tx, table, tenantId, retained.document, settings);
      const content = { document, concealed: {}, uniqueName: table.kind === 'group' };
      const known = { id, version: retained.version + 1, created: retained.created_at };
      const { head } = await this.rows.insert(tx, table, tenantId, content, known);
      const kept = settings.memberships ? await this.kept(tx, tenantId, id) : [];
      const members = await this.takeBack(tx, tenantId, id, kept);
      write.created(table, head, content, members);
      const groups = await this.rejoin(write, table, id, kept);
      const { externalId } = document;
      await this.pending?.attach(write, { id, type: table.type.name, externalId });
      await tx.run({
        text: `delete from ${this.context.tables.tombstones} where tenant_id = $1 and id = $2`,
        values: [tenantId, id],
        prepare: true,
      });
      return { kind: 'restored', head, memberships: members.length + groups };
    });
  }

  private async lock(tx: Transaction, tenantId: string, id: string): Promise<RetainedRow | undefined> {
    if (!isStorableId(id)) return undefined;
    const { tables, database } = this.context;
    const [row] = await tx.run<RetainedRow>({
      text: `select t.resource_type, t.version, t.created_at, t.announced_at,
          ${database.dialect.documentText('t.document')} as document
        from ${tables.tombstones} t where t.tenant_id = $1 and t.id = $2${database.dialect.forDelete}`,
      values: [tenantId, id],
      prepare: true,
    });
    return row;
  }

  private async document(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    text: string,
    { active, name }: RestoreSettings,
  ): Promise<JsonObject> {
    const document = JSON.parse(text) as JsonObject;
    switch (table.kind) {
      case 'resource':
        return document;
      case 'group':
        return name === undefined ? document : { ...document, displayName: name };
      case 'user': {
        const named = name === undefined ? document : { ...document, userName: name };
        return this.withoutLostManager(tx, tenantId, { ...named, active });
      }
    }
  }

  /** A manager who was deleted meanwhile is nobody's manager any more (D-16). */
  private async withoutLostManager(
    tx: Transaction,
    tenantId: string,
    document: JsonObject,
  ): Promise<JsonObject> {
    const extension = document[ENTERPRISE_USER_SCHEMA];
    if (!isJsonObject(extension) || !isJsonObject(extension['manager'])) return document;
    const { value } = extension['manager'];
    if (typeof value !== 'string' || !UUID.test(value)) return document;
    if ((await this.rows.lockKnownReferences(tx, tenantId, [value])).has(value)) return document;
    const { manager: _, ...rest } = extension;
    if (Object.keys(rest).length > 0) return { ...document, [ENTERPRISE_USER_SCHEMA]: rest };
    const { [ENTERPRISE_USER_SCHEMA]: __, ...others } = document;
    const schemas = Array.isArray(others['schemas']) ? others['schemas'] : [];
    return { ...others, schemas: schemas.filter((urn) => urn !== ENTERPRISE_USER_SCHEMA) };
  }

  private kept(tx: Transaction, tenantId: string, id: string): Promise<Membership[]> {
    return tx.run<Membership>({
      text: `select m.group_id, m.member_id, m.member_type from ${this.context.tables.tombstoneMembers} m
        where m.tenant_id = $1 and m.tombstone_id = $2 order by m.group_id, m.member_id`,
      values: [tenantId, id],
      prepare: true,
    });
  }

  /** Members of a group that was deleted, as far as they are still there. */
  private async takeBack(
    tx: Transaction,
    tenantId: string,
    id: string,
    kept: readonly Membership[],
  ): Promise<readonly ChangedMember[]> {
    const ids = kept.filter(({ group_id }) => group_id === id).map(({ member_id }) => member_id);
    if (ids.length === 0) return [];
    const members = await this.memberships.lockKnown(tx, tenantId, ids);
    const rows = members.map((member) => ({ group_id: id, ...member }));
    await this.memberships.addToNew(tx, tenantId, rows);
    return members;
  }

  /** The groups that it was in, as far as they are still there. Gives how many. */
  private async rejoin(
    write: ResourceWrite,
    { type }: ResourceTable,
    id: string,
    kept: readonly Membership[],
  ): Promise<number> {
    const { dialect } = this.context.database;
    const ids = kept.filter(({ member_id }) => member_id === id).map(({ group_id }) => group_id);
    if (ids.length === 0) return 0;
    const groups = await lockGroups(this.context, write, dialect.isOneOf('r.id', '$2'), dialect.list(ids));
    const member = { id, type: type.name };
    const rows = groups.map((group) => ({ group_id: group.id, ...member }));
    await this.memberships.addToNew(write.tx, write.tenantId, rows);
    await bumpGroups(this.context, write, groups, { added: [member], removed: [] });
    return groups.length;
  }
}
