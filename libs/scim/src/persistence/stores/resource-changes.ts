import type { ChangeOrigin } from '../../events/change-origin.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type {
  CurrentResource,
  ModifiedResource,
  ResourceContent,
} from '../../provisioning/resource-store.js';
import type { Executor } from '../database.js';
import { RowChanged } from '../database-transaction.js';
import { groupsColumn, membershipsOf, type RowWithGroups } from './groups-with-user.js';
import { MembershipWrites } from './membership-writes.js';
import { PendingMembers } from './pending-members.js';
import { ResourceRowWrites, sameContent, type WrittenRow } from './resource-row-writes.js';
import { currentColumns, isStorableId, toCurrent, type CurrentRow } from './resource-rows.js';
import type { ResourceTable } from './resource-table.js';
import { ResourceWrite } from './resource-write.js';
import type { StoreContext } from './store-context.js';

/** A user comes with its groups where the database can read both at once. */
type Read = CurrentResource & Pick<ModifiedResource, 'json' | 'groups'>;

type Change = (current: CurrentResource) => ResourceContent | undefined;

const OPTIMISTIC_ATTEMPTS = 3;

/** Creates and modifies resources. */
export class ResourceChanges {
  private readonly rows: ResourceRowWrites;
  private readonly memberships: MembershipWrites;
  private readonly pending: PendingMembers | undefined;

  constructor(private readonly context: StoreContext) {
    this.rows = new ResourceRowWrites(context);
    this.memberships = new MembershipWrites(context);
    this.pending = context.pendingMembers ? new PendingMembers(context) : undefined;
  }

  create(type: ResourceType, origin: ChangeOrigin, content: ResourceContent): Promise<ModifiedResource> {
    const table = this.context.table(type);
    return ResourceWrite.run(this.context, origin, async (write) => {
      const { tx, tenantId } = write;
      await this.pending?.takeTurn(tx, tenantId, table.kind === 'group');
      await this.rows.lockReferences(tx, tenantId, content.references ?? []);
      const { head, json } = await this.rows.insert(tx, table, tenantId, content);
      await this.attach(write, table, head.id, undefined, content);
      const { added } = await this.memberships.apply(tx, tenantId, head.id, content.members ?? []);
      write.created(table, head, content, added);
      return { head, changed: true, document: content.document, json, groups: this.known([]) };
    });
  }

  async modify(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    change: Change,
  ): Promise<ModifiedResource | undefined> {
    const { tenantId } = origin;
    if (!isStorableId(id)) return undefined;
    const table = this.context.table(type);
    // The version of a group is the lock on its members, so there is nothing to gain from trying without.
    if (table.kind === 'group') return this.modifyLocked(table, origin, id, change);
    for (let attempt = 0; attempt < OPTIMISTIC_ATTEMPTS; attempt++) {
      const current = await this.read(this.context.database, table, tenantId, id, '');
      if (!current) return undefined;
      const content = change(current);
      if (!content || sameContent(current, content)) return this.unchanged(current);
      try {
        const { head, json } = await this.writeUser(table, origin, current, content);
        return { head, changed: true, document: content.document, json, groups: this.known(current.groups) };
      } catch (error) {
        if (!(error instanceof RowChanged)) throw error;
      }
    }
    return this.modifyLocked(table, origin, id, change);
  }

  /** One statement, with the event, where this is enough. @throws RowChanged when another writer was faster */
  private writeUser(
    table: ResourceTable,
    origin: ChangeOrigin,
    current: CurrentResource,
    content: ResourceContent,
  ): Promise<WrittenRow> {
    const movesValues = this.rows.movesValues(table, current.document, content.document);
    const joins = this.pending !== undefined && gainsExternalId(current.document, content);
    return ResourceWrite.run(this.context, origin, async (write) => {
      const { tx, tenantId } = write;
      if (joins) await this.pending?.takeTurn(tx, tenantId, false);
      const written = await this.rows.update(tx, table, tenantId, current, content);
      await this.rows.lockReferences(tx, tenantId, content.references ?? []);
      if (movesValues) await this.rows.replaceValues(tx, table, tenantId, current.id, content.document);
      write.modified(table, current, written.head, content);
      await this.attach(write, table, current.id, current.document, content);
      return written;
    });
  }

  private modifyLocked(
    table: ResourceTable,
    origin: ChangeOrigin,
    id: string,
    change: Change,
  ): Promise<ModifiedResource | undefined> {
    return ResourceWrite.run(this.context, origin, async (write) => {
      const { tx, tenantId } = write;
      await this.pending?.takeTurn(tx, tenantId, table.kind === 'group');
      const current = await this.read(tx, table, tenantId, id, this.context.database.dialect.forUpdate);
      if (!current) return undefined;
      const content = change(current);
      if (!content) return this.unchanged(current);
      const written = sameContent(current, content)
        ? undefined
        : await this.writeLocked(write, table, current, content);
      const members = await this.memberships.apply(tx, tenantId, id, content.members ?? []);
      if (!written && members.added.length + members.removed.length === 0) return this.unchanged(current);
      const head = written?.head ?? (await this.rows.bump(tx, table, tenantId, current));
      const json = written?.json ?? current.json;
      write.modified(table, current, head, content, members);
      return { head, changed: true, document: content.document, json, groups: this.known(current.groups) };
    });
  }

  private async writeLocked(
    write: ResourceWrite,
    table: ResourceTable,
    current: CurrentResource,
    content: ResourceContent,
  ): Promise<WrittenRow> {
    const { tx, tenantId } = write;
    await this.rows.lockReferences(tx, tenantId, content.references ?? []);
    const written = await this.rows.update(tx, table, tenantId, current, content);
    if (this.rows.movesValues(table, current.document, content.document)) {
      await this.rows.replaceValues(tx, table, tenantId, current.id, content.document);
    }
    await this.attach(write, table, current.id, current.document, content);
    return written;
  }

  /** Groups may wait for a resource with the externalId that it just got. */
  private async attach(
    write: ResourceWrite,
    { type }: ResourceTable,
    id: string,
    before: JsonObject | undefined,
    content: ResourceContent,
  ): Promise<void> {
    if (!this.pending || (before && !gainsExternalId(before, content))) return;
    await this.pending.attach(write, { id, type: type.name, externalId: content.document.externalId });
  }

  private async read(
    executor: Executor,
    table: ResourceTable,
    tenantId: string,
    id: string,
    lock: string,
  ): Promise<Read | undefined> {
    // The answer to a change names the groups too.
    const columns = currentColumns(this.context.database.dialect) + groupsColumn(this.context, table);
    const [row] = await executor.run<CurrentRow & RowWithGroups>({
      text: `select ${columns} from ${table.table} r
        where r.tenant_id = $1 and r.id = $2${table.ofType('r.')}${lock}`,
      values: [tenantId, id],
      prepare: true,
    });
    return row && { ...toCurrent(row), json: row.document, groups: membershipsOf(row) };
  }

  /** With pendingMembers a write may itself put the user into groups. */
  private known(groups: Read['groups']): Read['groups'] {
    return this.pending ? undefined : groups;
  }

  private unchanged({ id, version, created, lastModified, document, json, groups }: Read): ModifiedResource {
    const head = { id, version, created, lastModified };
    return { head, changed: false, document, json, groups: this.known(groups) };
  }
}

function gainsExternalId(before: JsonObject, { document }: ResourceContent): boolean {
  return document.externalId !== undefined && document.externalId !== before.externalId;
}
