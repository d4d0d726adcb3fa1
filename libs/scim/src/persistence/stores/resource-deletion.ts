import type { ChangeOrigin } from '../../events/change-origin.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/schema-urns.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ResourceHead } from '../../provisioning/resource-store.js';
import type { Transaction } from '../database.js';
import { ResourceRowWrites } from './resource-row-writes.js';
import { HEAD_COLUMNS, isStorableId, toHead, type HeadRow } from './resource-rows.js';
import type { ResourceTable } from './resource-table.js';
import type { StoreContext } from './store-context.js';

const MANAGER = `${ENTERPRISE_USER_SCHEMA}:manager`;
const MANAGER_ID = `${MANAGER}.value`;

/** Deletes resources and whatever refers to them, so that no dangling reference is left (D-16). */
export class ResourceDeletion {
  private readonly rows: ResourceRowWrites;

  constructor(private readonly context: StoreContext) {
    this.rows = new ResourceRowWrites(context);
  }

  async delete(
    type: ResourceType,
    { tenantId }: ChangeOrigin,
    id: string,
    check: (head: ResourceHead) => void,
  ): Promise<boolean> {
    if (!isStorableId(id)) return false;
    const table = this.context.table(type);
    const { database } = this.context;
    return database.transaction(async (tx) => {
      const [row] = await tx.run<HeadRow>({
        text: `select ${HEAD_COLUMNS} from ${table.table} r where r.tenant_id = $1 and r.id = $2${table.ofType('r.')}${database.dialect.forDelete}`,
        values: [tenantId, id],
        prepare: true,
      });
      if (!row) return false;
      check(toHead(row));
      // Only users and groups are members.
      if (table.kind !== 'resource') await this.leaveGroups(tx, tenantId, id);
      if (table.kind === 'user') await this.releaseReports(tx, table, tenantId, id);
      await this.rows.deleteValues(tx, table, tenantId, id);
      await tx.run({
        text: `delete from ${table.table} where tenant_id = $1 and id = $2${table.ofType('')}`,
        values: [tenantId, id],
        prepare: true,
      });
      return true;
    });
  }

  /** Nobody can join with this id meanwhile: that would need a lock on the row that is being deleted. */
  private async leaveGroups(tx: Transaction, tenantId: string, id: string): Promise<void> {
    const { tables, groups, database } = this.context;
    const values = [tenantId, id];
    const inside = `r.tenant_id = $1 and r.id in (
      select m.group_id from ${tables.members} m where m.tenant_id = $1 and m.member_id = $2)`;
    const lock = `select r.id from ${groups.table} r where ${inside} order by r.id${database.dialect.forUpdate}`;
    const locked = await tx.run<{ id: string }>({ text: lock, values, prepare: true });
    if (locked.length > 0) {
      await tx.run({
        text: `update ${groups.table} set version = version + 1, modified_at = $3
          where tenant_id = $1 and ${database.dialect.isOneOf('id', '$2')}`,
        values: [tenantId, database.dialect.list(locked.map((group) => group.id)), new Date().toISOString()],
        prepare: true,
      });
    }
    // Two statements: an "or" over both columns would use neither index.
    for (const column of ['member_id', 'group_id']) {
      await tx.run({
        text: `delete from ${tables.members} where tenant_id = $1 and ${column} = $2`,
        values,
        prepare: true,
      });
    }
  }

  /** Users whose manager this was have none afterwards. */
  private async releaseReports(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    id: string,
  ): Promise<void> {
    if (!table.projected.some((attribute) => attribute.path === MANAGER_ID)) return;
    const { tables, database } = this.context;
    const type = table.type.name;
    const reports = await tx.run<{ id: string }>({
      text: `select r.id from ${table.table} r where r.tenant_id = $1 and r.id in (
          select v.resource_id from ${tables.values} v
          where v.tenant_id = $1 and v.path = $2 and v.value_key = $3 and v.resource_type = $4)
        order by r.id${database.dialect.forUpdate}`,
      values: [tenantId, MANAGER_ID, id, type],
      prepare: true,
    });
    if (reports.length === 0) return;
    const ids = database.dialect.list(reports.map((report) => report.id));
    await this.takeManagerAway(
      tx,
      table,
      tenantId,
      reports.map((report) => report.id),
    );
    await tx.run({
      text: `delete from ${tables.values} where tenant_id = $1 and path = $2 and resource_type = $3
        and ${database.dialect.isOneOf('resource_id', '$4')}`,
      values: [tenantId, MANAGER_ID, type, ids],
      prepare: true,
    });
  }

  /** The reports are locked. */
  private async takeManagerAway(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    reports: readonly string[],
  ): Promise<void> {
    const { dialect } = this.context.database;
    const document = dialect.withoutExtensionMember?.('document', [ENTERPRISE_USER_SCHEMA, 'manager']);
    if (document === undefined) return this.takeManagerAwayOneByOne(tx, table, tenantId, reports);
    const mapped = [...table.columns].filter(([path]) => path.startsWith(`${MANAGER}.`));
    const cleared = mapped.map(([, { column }]) => `, ${column} = null`).join('');
    await tx.run({
      text: `update ${table.table} set version = version + 1, modified_at = $3, document = ${document}${cleared}
        where tenant_id = $1 and ${dialect.isOneOf('id', '$2')}`,
      values: [tenantId, dialect.list(reports), new Date().toISOString()],
      prepare: true,
    });
  }

  private async takeManagerAwayOneByOne(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    reports: readonly string[],
  ): Promise<void> {
    const { dialect } = this.context.database;
    const rows = await tx.run<{ id: string; document: string }>({
      text: `select r.id, ${dialect.documentText('r.document')} as document from ${table.table} r
        where r.tenant_id = $1 and ${dialect.isOneOf('r.id', '$2')}`,
      values: [tenantId, dialect.list(reports)],
      prepare: true,
    });
    const now = new Date().toISOString();
    for (const row of rows) {
      const document = withoutManager(JSON.parse(row.document) as JsonObject);
      const set = table.written.map(({ column }, i) => `, ${column} = $${i + 5}`).join('');
      await tx.run({
        text: `update ${table.table} set version = version + 1, modified_at = $3, document = $4${set}
          where tenant_id = $1 and id = $2`,
        values: [
          tenantId,
          row.id,
          now,
          JSON.stringify(document),
          ...table.written.map(({ value }) => value(document)),
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
