import { sameDocument } from '../../protocol/resource/same-value.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { CurrentResource, ResourceContent, ResourceHead } from '../../provisioning/resource-store.js';
import type { Executor, Transaction } from '../database.js';
import { uuidV7 } from '../../events/uuid-v7.js';
import { Kept } from '../dialects/kept.js';
import { project, sameProjection } from './projection.js';
import { isStorableId } from './resource-rows.js';
import type { ResourceTable } from './resource-table.js';
import type { StoreContext } from './store-context.js';

/** A row as it has been written. */
export interface WrittenRow {
  readonly head: ResourceHead;
  /** The document as text. */
  readonly json: string;
}

/** Columns of every resource table that an insert names before those of the type. */
export const INSERTED = ['tenant_id', 'id', 'version', 'created_at', 'modified_at', 'document', 'concealed'];
const CHANGED = ['version = version + 1', 'modified_at = $4', 'document = $5', 'concealed = $6'];
const VALUE_COLUMNS = [
  'resource_id text',
  'path text',
  'position integer',
  'type text',
  'value_key text',
  'unique_key text',
];

/** Writes of the rows of one resource: its own and its indexed values. */
export class ResourceRowWrites {
  private readonly inserts = new Kept<string>();
  private readonly updates = new Kept<string>();
  private valuesText: string | undefined;

  constructor(private readonly context: StoreContext) {}

  /** @param known head of a resource that was there before; by default it is a new one */
  async insert(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    content: ResourceContent,
    known?: Omit<ResourceHead, 'lastModified'>,
  ): Promise<WrittenRow> {
    const now = new Date().toISOString();
    const head: ResourceHead = {
      ...(known ?? { id: uuidV7(), version: 1, created: now }),
      lastModified: now,
    };
    await this.refuseTakenExternalId(tx, table, tenantId, head.id, undefined, content.document);
    const columns = await this.columnsOf(tx, table, tenantId, head.id, undefined, content);
    const json = JSON.stringify(content.document);
    const fixed = [
      tenantId,
      head.id,
      head.version,
      head.created,
      now,
      json,
      concealedText(content.concealed),
    ];
    const values = [...fixed, ...columns.values];
    await tx.write({ text: this.insertText(table, columns.names), values, prepare: true });
    await this.insertValues(tx, table, tenantId, head.id, content.document);
    return { head, json };
  }

  /** New content on condition that the version is still the one that was read; else the transaction has `RowChanged`. */
  async update(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    current: CurrentResource,
    content: ResourceContent,
  ): Promise<WrittenRow> {
    const now = new Date().toISOString();
    await this.refuseTakenExternalId(tx, table, tenantId, current.id, current.document, content.document);
    const columns = await this.columnsOf(tx, table, tenantId, current.id, current.document, content);
    const json = JSON.stringify(content.document);
    const first = [tenantId, current.id, current.version, now, json];
    const values = [...first, concealedText(content.concealed), ...columns.values];
    await tx.write({ text: this.updateText(table, columns.names), values, prepare: true, mustTouch: true });
    return { head: { ...headOf(current), version: current.version + 1, lastModified: now }, json };
  }

  /** Only a new version of a locked row: something that belongs to the resource but lies elsewhere has changed. */
  async bump(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    current: ResourceHead,
  ): Promise<ResourceHead> {
    const now = new Date().toISOString();
    await tx.write({
      text: `update ${table.table} set version = version + 1, modified_at = $3
        where tenant_id = $1 and id = $2${table.ofType('')}`,
      values: [tenantId, current.id, now],
      prepare: true,
    });
    return { ...headOf(current), version: current.version + 1, lastModified: now };
  }

  /** Whether new content changes the indexed values. */
  movesValues(table: ResourceTable, before: JsonObject, after: JsonObject): boolean {
    return !sameProjection(table.projected, before, after);
  }

  async replaceValues(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    id: string,
    document: JsonObject,
  ): Promise<void> {
    await this.deleteValues(tx, table, tenantId, id);
    await this.insertValues(tx, table, tenantId, id, document);
  }

  async deleteValues(tx: Transaction, table: ResourceTable, tenantId: string, id: string): Promise<void> {
    await tx.write({
      text: `delete from ${this.context.tables.values} where tenant_id = $1 and resource_type = $2 and resource_id = $3`,
      values: [tenantId, table.type.name, id],
      prepare: true,
    });
  }

  /**
   * The users must exist, and stay until the transaction ends.
   * @throws ScimError invalidValue when one does not
   */
  async lockReferences(tx: Transaction, tenantId: string, references: readonly string[]): Promise<void> {
    const ids = new Set(references);
    const known = await this.lockKnownReferences(tx, tenantId, references);
    if (known.size < ids.size) throw ScimError.invalidValue('manager.value is the id of no user.');
  }

  /** Those of the users that exist; they stay until the transaction ends. */
  async lockKnownReferences(
    tx: Transaction,
    tenantId: string,
    references: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const ids = [...new Set(references)];
    if (ids.length === 0) return new Set();
    const { users, database } = this.context;
    const known = await tx.run<{ id: string }>({
      text: `select r.id from ${users.table} r where r.tenant_id = $1 and ${database.dialect.isOneOf('r.id', '$2')}
        order by r.id${database.dialect.forReference}`,
      values: [tenantId, database.dialect.list(ids.filter(isStorableId))],
      prepare: true,
    });
    return new Set(known.map(({ id }) => id));
  }

  private insertValues(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    id: string,
    document: JsonObject,
  ): Promise<void> {
    return this.insertValuesOf(tx, table, tenantId, [{ id, document }]);
  }

  /** The indexed values of resources that have none yet. */
  async insertValuesOf(
    tx: Transaction,
    table: ResourceTable,
    tenantId: string,
    resources: readonly { readonly id: string; readonly document: JsonObject }[],
  ): Promise<void> {
    const values = resources.flatMap(({ id, document }) =>
      project(table.projected, document).map((value) => ({ ...value, resource_id: id })),
    );
    if (values.length === 0) return;
    const { tables, database } = this.context;
    this.valuesText ??= `insert into ${tables.values}
        (tenant_id, resource_type, resource_id, path, position, type, value_key, unique_key)
      select $1, $2, v.resource_id, v.path, v.position, v.type, v.value_key, v.unique_key
        from ${database.dialect.rows('$3', VALUE_COLUMNS, 'v')}`;
    await tx.write({
      text: this.valuesText,
      values: [tenantId, table.type.name, JSON.stringify(values, withoutNulls)],
      prepare: true,
    });
  }

  private insertText(table: ResourceTable, names: readonly string[]): string {
    return this.inserts.get(`${table.type.name} ${names.join()}`, () => {
      const all = [...INSERTED, ...names];
      const places = all.map((_, i) => `$${i + 1}`);
      return `insert into ${table.table} (${all.join(', ')}) values (${places.join(', ')})`;
    });
  }

  private updateText(table: ResourceTable, names: readonly string[]): string {
    return this.updates.get(`${table.type.name} ${names.join()}`, () => {
      const set = [...CHANGED, ...names.map((name, i) => `${name} = $${i + 7}`)];
      return `update ${table.table} set ${set.join(', ')}
        where tenant_id = $1 and id = $2${table.ofType('')} and version = $3`;
    });
  }

  private async columnsOf(
    executor: Executor,
    table: ResourceTable,
    tenantId: string,
    id: string,
    before: JsonObject | undefined,
    content: ResourceContent,
  ): Promise<{ names: string[]; values: unknown[] }> {
    const names = table.written.map(({ column }) => column);
    const values: unknown[] = table.written.map((column) => column.value(content.document));
    const name = content.document.displayName;
    if (table.kind !== 'group' || sameName(before?.displayName, name)) return { names, values };
    const key = content.uniqueName && typeof name === 'string' ? comparisonKey(name) : null;
    if (key !== null) await this.refuseTakenName(executor, table, tenantId, id, key);
    return { names: [...names, 'unique_name_key'], values: [...values, key] };
  }

  /** The unique index holds only groups of connections that want unique names; this looks at all others. */
  private async refuseTakenName(
    executor: Executor,
    table: ResourceTable,
    tenantId: string,
    id: string,
    key: string,
  ): Promise<void> {
    const { dialect } = this.context.database;
    const taken = await executor.run({
      text: `select r.id from ${table.table} r
        where r.tenant_id = $1 and ${dialect.codePoints('r.display_name_key')} = $2 and r.id <> $3 limit 1`,
      values: [tenantId, key, id],
      prepare: true,
    });
    if (taken.length > 0) throw ScimError.uniqueness('Another group has this displayName.');
  }

  /** The unique index holds only what was written since the option was switched on; this looks at all others. */
  private async refuseTakenExternalId(
    executor: Executor,
    { type, table }: ResourceTable,
    tenantId: string,
    id: string,
    before: JsonObject | undefined,
    { externalId }: JsonObject,
  ): Promise<void> {
    if (type.attribute('externalId')?.uniqueness === 'none') return;
    if (typeof externalId !== 'string' || externalId === before?.externalId) return;
    const taken = await executor.run({
      text: `select r.id from ${table} r
        where r.tenant_id = $1 and ${this.context.database.dialect.codePoints('r.external_id')} = $2 and r.id <> $3 limit 1`,
      values: [tenantId, externalId, id],
      prepare: true,
    });
    if (taken.length > 0) throw ScimError.uniqueness(`Another ${type.name} has this externalId.`);
  }
}

/** Databases do not agree on what the null of JSON is in a column; what is missing is null in all of them. */
function withoutNulls(_: string, value: unknown): unknown {
  return value ?? undefined;
}

/** Whether there is nothing to write but, at most, members. */
export function sameContent(current: CurrentResource, content: ResourceContent): boolean {
  return (
    sameDocument(current.document, content.document) && sameDocument(current.concealed, content.concealed)
  );
}

function headOf({ id, version, created, lastModified }: ResourceHead): ResourceHead {
  return { id, version, created, lastModified };
}

export function concealedText(concealed: JsonObject): string | null {
  return Object.keys(concealed).length === 0 ? null : JSON.stringify(concealed);
}

function sameName(before: unknown, after: unknown): boolean {
  return (
    typeof before === 'string' && typeof after === 'string' && comparisonKey(before) === comparisonKey(after)
  );
}
