import type { ChangeOrigin } from '../../events/change-origin.js';
import type { ChangedMember } from '../../events/resource-change.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/schema-urns.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ResourceHead } from '../../provisioning/resource-store.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import { DeletionBlocked } from '../../provisioning/deletion/deletion-blocked.js';
import { faultOf } from '../database-errors.js';
import { bumpGroups, type GroupRow, lockGroups } from './group-rows.js';
import { ResourceRowWrites } from './resource-row-writes.js';
import { isStorableId, storedColumns, toHead, type StoredRow } from './resource-rows.js';
import type { ResourceTable } from './resource-table.js';
import { namesIn, ResourceWrite } from './resource-write.js';
import type { StoreContext } from './store-context.js';
import { Tombstones } from './tombstones.js';

const MANAGER = `${ENTERPRISE_USER_SCHEMA}:manager`;
const MANAGER_ID = `${MANAGER}.value`;

/**
 * Deletes resources and whatever refers to them, so that no dangling reference is left (D-16). What was there is in the
 * tombstone.
 */
export class ResourceDeletion {
  private readonly rows: ResourceRowWrites;
  private readonly tombstones: Tombstones;

  constructor(private readonly context: StoreContext) {
    this.rows = new ResourceRowWrites(context);
    this.tombstones = new Tombstones(context);
  }

  /** @throws DeletionBlocked when a table of the host refers to the row */
  async delete(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    check: (head: ResourceHead) => void,
  ): Promise<boolean> {
    if (!isStorableId(id)) return false;
    try {
      return await this.deleteRows(this.context.table(type), origin, id, check);
    } catch (error) {
      const referenced = faultOf(error, this.context.database.dialect)?.kind === 'referenced';
      throw referenced ? new DeletionBlocked(error) : error;
    }
  }

  private deleteRows(
    table: ResourceTable,
    origin: ChangeOrigin,
    id: string,
    check: (head: ResourceHead) => void,
  ): Promise<boolean> {
    const { dialect } = this.context.database;
    return ResourceWrite.run(this.context, origin, async (write) => {
      const { tx, tenantId } = write;
      const [row] = await tx.run<StoredRow>({
        text: `select ${storedColumns(dialect)} from ${table.table} r
          where r.tenant_id = $1 and r.id = $2${table.ofType('r.')}${dialect.forDelete}`,
        values: [tenantId, id],
        prepare: true,
      });
      if (!row) return false;
      check(toHead(row));
      const kept = await this.tombstones.keeps(tx, tenantId, id);
      // Users are locked before groups: a manager and a report that go at once meet in the groups that both are in.
      if (table.kind === 'user') await this.releaseReports(write, table, id);
      // Only users and groups are members.
      const left = table.kind === 'resource' ? [] : await this.lockGroupsOf(write, id);
      const removed = table.kind === 'group' ? await this.membersOf(write, id) : [];
      await this.tombstones.leave(tx, table, origin, id, kept);
      if (left.length > 0) await this.leaveGroups(write, table, id, left, kept);
      if (removed.length > 0) await this.dropMembers(write, id, kept);
      await this.rows.deleteValues(tx, table, tenantId, id);
      await tx.write({
        text: `delete from ${table.table} where tenant_id = $1 and id = $2${table.ofType('')}`,
        values: [tenantId, id],
        prepare: true,
      });
      noteDeletion(write, table, row, removed);
      return true;
    });
  }

  /** Nobody can join with this id meanwhile: that would need a lock on the row that is being deleted. */
  private lockGroupsOf(write: ResourceWrite, id: string): Promise<GroupRow[]> {
    const inside = `r.id in (
      select m.group_id from ${this.context.tables.members} m where m.tenant_id = $1 and m.member_id = $2)`;
    return lockGroups(this.context, write, inside, id);
  }

  private async leaveGroups(
    write: ResourceWrite,
    { type }: ResourceTable,
    id: string,
    groups: readonly GroupRow[],
    kept: boolean,
  ): Promise<void> {
    if (kept) await this.tombstones.keepMemberships(write.tx, write.tenantId, id, 'member_id');
    await bumpGroups(this.context, write, groups, { added: [], removed: [{ id, type: type.name }] });
    await write.tx.write({
      text: `delete from ${this.context.tables.members} where tenant_id = $1 and member_id = $2`,
      values: [write.tenantId, id],
      prepare: true,
    });
  }

  /** Of a group that is being deleted. */
  private membersOf({ tx, tenantId }: ResourceWrite, id: string): Promise<ChangedMember[]> {
    return tx.run<ChangedMember>({
      text: `select m.member_id as id, m.member_type as type from ${this.context.tables.members} m
        where m.tenant_id = $1 and m.group_id = $2 order by m.member_id`,
      values: [tenantId, id],
      prepare: true,
    });
  }

  private async dropMembers({ tx, tenantId }: ResourceWrite, id: string, kept: boolean): Promise<void> {
    if (kept) await this.tombstones.keepMemberships(tx, tenantId, id, 'group_id');
    await tx.write({
      text: `delete from ${this.context.tables.members} where tenant_id = $1 and group_id = $2`,
      values: [tenantId, id],
      prepare: true,
    });
  }

  /** Users whose manager this was have none afterwards; whoever was its own manager goes as it is. */
  private async releaseReports(write: ResourceWrite, table: ResourceTable, id: string): Promise<void> {
    if (!table.projected.some((attribute) => attribute.path === MANAGER_ID)) return;
    const { tx, tenantId } = write;
    const { tables, database } = this.context;
    const { dialect } = database;
    const type = table.type.name;
    const manager = dialect.jsonText({ root: 'r.document', keys: [ENTERPRISE_USER_SCHEMA, 'manager'] });
    const reports = await tx.run<ReportRow>({
      text: `select r.id, r.version, r.external_id, r.user_name, ${manager} as manager
        from ${table.table} r where r.tenant_id = $1 and r.id in (
          select v.resource_id from ${tables.values} v
          where v.tenant_id = $1 and v.path = $2 and v.value_key = $3 and v.resource_type = $4 and v.resource_id <> $3)
        order by r.id${dialect.forUpdate}`,
      values: [tenantId, MANAGER_ID, id, type],
      prepare: true,
    });
    if (reports.length === 0) return;
    const time = new Date().toISOString();
    const ids = reports.map((report) => report.id);
    await this.takeManagerAway(write, table, ids, time);
    await tx.run({
      text: `delete from ${tables.values} where tenant_id = $1 and path = $2 and resource_type = $3
        and ${dialect.isOneOf('resource_id', '$4')}`,
      values: [tenantId, MANAGER_ID, type, dialect.list(ids)],
      prepare: true,
    });
    for (const report of reports) noteRelease(write, type, report, time);
  }

  /** The reports are locked. */
  private async takeManagerAway(
    write: ResourceWrite,
    table: ResourceTable,
    reports: readonly string[],
    time: string,
  ): Promise<void> {
    const { tx, tenantId } = write;
    const { dialect } = this.context.database;
    const document = dialect.withoutExtensionMember?.('document', [ENTERPRISE_USER_SCHEMA, 'manager']);
    if (document === undefined) return this.takeManagerAwayOneByOne(write, table, reports, time);
    const mapped = [...table.columns].filter(([path]) => path.startsWith(`${MANAGER}.`));
    const cleared = mapped.map(([, { column }]) => `, ${column} = null`).join('');
    await tx.run({
      text: `update ${table.table} set version = version + 1, modified_at = $3, document = ${document}${cleared}
        where tenant_id = $1 and ${dialect.isOneOf('id', '$2')}`,
      values: [tenantId, dialect.list(reports), time],
      prepare: true,
    });
  }

  private async takeManagerAwayOneByOne(
    { tx, tenantId }: ResourceWrite,
    table: ResourceTable,
    reports: readonly string[],
    time: string,
  ): Promise<void> {
    const { dialect } = this.context.database;
    const rows = await tx.run<{ id: string; document: string }>({
      text: `select r.id, ${dialect.documentText('r.document')} as document from ${table.table} r
        where r.tenant_id = $1 and ${dialect.isOneOf('r.id', '$2')}`,
      values: [tenantId, dialect.list(reports)],
      prepare: true,
    });
    for (const row of rows) {
      const document = withoutManager(JSON.parse(row.document) as JsonObject);
      const set = table.written.map(({ column }, i) => `, ${column} = $${i + 5}`).join('');
      await tx.run({
        text: `update ${table.table} set version = version + 1, modified_at = $3, document = $4${set}
          where tenant_id = $1 and id = $2`,
        values: [
          tenantId,
          row.id,
          time,
          JSON.stringify(document),
          ...table.written.map((column) => column.value(document)),
        ],
        prepare: true,
      });
    }
  }
}

/** Without the manager; when nothing else is left of the extension, without the extension and its URN. */
function withoutManager({ [ENTERPRISE_USER_SCHEMA]: extension, ...document }: JsonObject): JsonObject {
  const { manager: _, ...rest } = extension as JsonObject;
  if (Object.keys(rest).length > 0) return { ...document, [ENTERPRISE_USER_SCHEMA]: rest };
  const schemas = Array.isArray(document.schemas) ? document.schemas : [];
  return { ...document, schemas: schemas.filter((urn) => urn !== ENTERPRISE_USER_SCHEMA) };
}

/** A user whose manager is being deleted; the rest of its document is not read. */
interface ReportRow {
  readonly id: string;
  readonly version: number;
  readonly external_id: string | null;
  readonly user_name: string;
  /** JSON text. */
  readonly manager: string | null;
}

/** The deletion counts as a version: what it tells comes after everything else that is told of the resource. */
function noteDeletion(
  write: ResourceWrite,
  { type, kind }: ResourceTable,
  row: StoredRow,
  removed: readonly ChangedMember[],
): void {
  const before = JSON.parse(row.document) as JsonObject;
  write.note({
    kind: 'deleted',
    resourceType: type.name,
    ...namesIn(kind, before),
    id: row.id,
    version: row.version + 1,
    time: new Date().toISOString(),
    before,
    ...(removed.length > 0 ? { members: { added: [], removed } } : {}),
  });
}

function noteRelease(write: ResourceWrite, resourceType: string, report: ReportRow, time: string): void {
  const { id, version, external_id, user_name, manager } = report;
  const before = { [ENTERPRISE_USER_SCHEMA]: { manager: JSON.parse(manager ?? '{}') as JsonObject } };
  write.note({
    kind: 'modified',
    resourceType,
    id,
    externalId: external_id ?? undefined,
    name: user_name,
    version: version + 1,
    time,
    before,
    after: {},
  });
}
