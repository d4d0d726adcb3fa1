import type { DataSource } from 'typeorm';
import type { ChangeOrigin } from '../../events/change-origin.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import {
  type DeletedQuery,
  type DeletedResource,
  DeletionStore,
  type ExpediteOutcome,
  type LegalHold,
  type RestoreOutcome,
  type RestoreSettings,
} from '../../provisioning/deletion/deletion-store.js';
import { Parameters } from '../dialects/statement.js';
import { TypeOrmOutbox } from '../outbox/typeorm-outbox.js';
import { Purge } from './purge.js';
import { isStorableId } from './resource-rows.js';
import { Restoration } from './restoration.js';
import { StoreContext } from './store-context.js';
import { Tombstones, WHOLE_TENANT } from './tombstones.js';
import type { ResourceStoreInput } from './typeorm-resource.store.js';

interface TombstoneRow {
  tenant_id: string;
  id: string;
  resource_type: string;
  name: string | null;
  external_id: string | null;
  connection_id: string | null;
  deleted_at: string;
  purge_after: string;
  announced_at: string | null;
  held: number | string;
}

/** Deleted resources in `scim_tombstone`, legal holds in `scim_legal_hold`. */
export class TypeOrmDeletionStore extends DeletionStore {
  private readonly tombstones: Tombstones;
  private readonly restoration: Restoration;
  private readonly purge: Purge;

  private constructor(private readonly context: StoreContext) {
    super();
    this.tombstones = new Tombstones(context);
    this.restoration = new Restoration(context);
    this.purge = new Purge(context);
  }

  /** Takes the same as `TypeOrmResourceStore.open`. @throws Error as that does */
  static open(
    dataSource: DataSource,
    { registry, entities = {}, settings = {}, outbox, commitHandlers }: ResourceStoreInput,
  ): TypeOrmDeletionStore {
    const events = outbox ?? new TypeOrmOutbox(dataSource, settings);
    const context = new StoreContext(dataSource, registry, entities, settings, events, commitHandlers);
    return new TypeOrmDeletionStore(context);
  }

  override async find(tenantId: string, id: string): Promise<DeletedResource | undefined> {
    if (!isStorableId(id)) return undefined;
    const [row] = await this.context.database.run<TombstoneRow>({
      text: `${this.select()} and t.id = $2`,
      values: [tenantId, id],
      prepare: true,
    });
    return row && toDeleted(row);
  }

  override async list(tenantId: string, query: DeletedQuery): Promise<readonly DeletedResource[]> {
    const { dialect } = this.context.database;
    const { resourceType, name, externalId, after, limit } = query;
    const parameters = new Parameters();
    parameters.add(tenantId);
    const conditions: string[] = [];
    const where = (sql: string, operator: string, value: string | undefined): void => {
      if (value !== undefined) conditions.push(` and ${sql} ${operator} ${parameters.add(value)}`);
    };
    where('t.resource_type', '=', resourceType);
    where(dialect.codePoints('t.name_key'), '=', name === undefined ? undefined : comparisonKey(name));
    where(dialect.codePoints('t.external_id'), '=', externalId);
    where('t.id', '>', after);
    const text = `${this.select()}${conditions.join('')} order by t.id limit ${parameters.add(limit)}`;
    const rows = await this.context.database.run<TombstoneRow>({ text, values: parameters.values });
    return rows.map(toDeleted);
  }

  override async holds(tenantId: string): Promise<readonly LegalHold[]> {
    const rows = await this.context.database.run<{
      subject_id: string;
      reason: string | null;
      held_at: string;
    }>({
      text: `select h.subject_id, h.reason, h.held_at from ${this.context.tables.holds} h
        where h.tenant_id = $1 order by h.held_at, h.subject_id`,
      values: [tenantId],
    });
    return rows.map(({ subject_id, reason, held_at }) => ({
      ...(subject_id === WHOLE_TENANT ? {} : { id: subject_id }),
      ...(reason === null ? {} : { reason }),
      heldAt: held_at,
    }));
  }

  override hold(tenantId: string, id: string | undefined, hold: Omit<LegalHold, 'id'>): Promise<void> {
    const { database, tables } = this.context;
    const subject = id ?? WHOLE_TENANT;
    return database.transaction(async (tx) => {
      // Two that set the same hold come one after the other, and a purge that is under way ends first.
      await this.tombstones.takeTurn(tx, tenantId, true);
      const [known] = await tx.run({
        text: `select h.subject_id from ${tables.holds} h where h.tenant_id = $1 and h.subject_id = $2`,
        values: [tenantId, subject],
      });
      await tx.run({
        text: known
          ? `update ${tables.holds} set reason = $3 where tenant_id = $1 and subject_id = $2`
          : `insert into ${tables.holds} (tenant_id, subject_id, reason, held_at) values ($1, $2, $3, $4)`,
        values: [tenantId, subject, hold.reason ?? null, ...(known ? [] : [hold.heldAt])],
      });
    });
  }

  override release(tenantId: string, id: string | undefined): Promise<boolean> {
    const { database, tables } = this.context;
    const values = [tenantId, id ?? WHOLE_TENANT];
    return database.transaction(async (tx) => {
      await this.tombstones.takeTurn(tx, tenantId, true);
      const [known] = await tx.run({
        text: `select h.subject_id from ${tables.holds} h where h.tenant_id = $1 and h.subject_id = $2`,
        values,
      });
      if (!known) return false;
      await tx.run({ text: `delete from ${tables.holds} where tenant_id = $1 and subject_id = $2`, values });
      return true;
    });
  }

  override restore(origin: ChangeOrigin, id: string, settings: RestoreSettings): Promise<RestoreOutcome> {
    return this.restoration.restore(origin, id, settings);
  }

  override async expedite(tenantId: string, id: string): Promise<ExpediteOutcome> {
    const found = await this.find(tenantId, id);
    if (!found) return 'unknown';
    if (found.held) return 'held';
    await this.context.database.run({
      text: `update ${this.context.tables.tombstones} set purge_after = $3
        where tenant_id = $1 and id = $2 and announced_at is null and purge_after > $3`,
      values: [tenantId, id, new Date().toISOString()],
    });
    return 'due';
  }

  override announceDue(limit: number): Promise<number> {
    return this.purge.announceDue(limit);
  }

  override removeAnnounced(limit: number): Promise<number> {
    return this.purge.removeAnnounced(limit);
  }

  /** Of one tenant, `$1`. */
  private select(): string {
    const { tables } = this.context;
    return `select t.tenant_id, t.id, t.resource_type, t.name, t.external_id, t.connection_id, t.deleted_at,
        t.purge_after, t.announced_at, (select count(*) from ${tables.holds} h
          where h.tenant_id = t.tenant_id and h.subject_id in (t.id, '${WHOLE_TENANT}')) as held
      from ${tables.tombstones} t where t.tenant_id = $1`;
  }
}

function toDeleted(row: TombstoneRow): DeletedResource {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    resourceType: row.resource_type,
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    ...(row.connection_id === null ? {} : { connectionId: row.connection_id }),
    deletedAt: row.deleted_at,
    purgeAfter: row.purge_after,
    ...(row.announced_at === null ? {} : { announcedAt: row.announced_at }),
    held: Number(row.held) > 0,
  };
}
