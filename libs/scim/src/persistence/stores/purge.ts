import { sequenceOf } from '../../events/scim-event.js';
import { UserPurgeDue } from '../../events/user-purge-due.js';
import type { Transaction } from '../database.js';
import type { StoreContext } from './store-context.js';
import { Tombstones, WHOLE_TENANT } from './tombstones.js';

interface DueRow {
  tenant_id: string;
  id: string;
  resource_type: string;
  external_id: string | null;
  name: string | null;
  connection_id: string | null;
  version: number;
}

/** The two steps in which deleted data goes. */
export class Purge {
  private readonly tombstones: Tombstones;

  constructor(private readonly context: StoreContext) {
    this.tombstones = new Tombstones(context);
  }

  /** Whoever comes second waits for the rows and finds them announced. */
  announceDue(limit: number): Promise<number> {
    const { database, tables } = this.context;
    const now = new Date().toISOString();
    return database.transaction(async (tx) => {
      const due = await tx.run<DueRow>({
        text: `select t.tenant_id, t.id, t.resource_type, t.external_id, t.name, t.connection_id,
            t.version from ${tables.tombstones} t
          where t.purge_after <= $1 and t.announced_at is null and ${this.notHeld('t')}
          order by t.purge_after, t.id limit $2${database.dialect.forUpdate}`,
        values: [now, limit],
        prepare: true,
      });
      let announced = 0;
      for (const [tenantId, rows] of byTenant(due).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        const free = await this.stillFree(tx, tenantId, rows);
        if (free.length > 0) await this.announce(tx, tenantId, free, now);
        announced += free.length;
      }
      return announced;
    });
  }

  /** Without those that somebody has put on hold while the rows were waited for; holds wait from here on. */
  private async stillFree(tx: Transaction, tenantId: string, rows: readonly DueRow[]): Promise<DueRow[]> {
    const { dialect } = this.context.database;
    await this.tombstones.takeTurn(tx, tenantId, false);
    const found = await tx.run<{ id: string }>({
      text: `select t.id from ${this.context.tables.tombstones} t
        where t.tenant_id = $1 and ${dialect.isOneOf('t.id', '$2')} and ${this.notHeld('t')}${dialect.forUpdate}`,
      values: [tenantId, dialect.list(rows.map(({ id }) => id))],
      prepare: true,
    });
    const free = new Set(found.map(({ id }) => id));
    return rows.filter(({ id }) => free.has(id));
  }

  async removeAnnounced(limit: number): Promise<number> {
    const { database, tables } = this.context;
    const rows = await database.run<DueRow>({
      text: `select t.tenant_id, t.id from ${tables.tombstones} t
        where t.purge_after <= $1 and t.announced_at is not null and ${this.notHeld('t')}
          and not exists (select 1 from ${tables.outbox} o where o.tenant_id = t.tenant_id and o.id = t.event_id
            and (o.settled_at = '' or o.dead_at is not null))
        order by t.purge_after, t.id limit $2`,
      values: [new Date().toISOString(), limit],
      prepare: true,
    });
    let removed = 0;
    for (const [tenantId, found] of byTenant(rows)) {
      const ids = found.map(({ id }) => id);
      removed += await database.transaction((tx) => this.remove(tx, tenantId, ids));
    }
    return removed;
  }

  private async announce(
    tx: Transaction,
    tenantId: string,
    rows: readonly DueRow[],
    now: string,
  ): Promise<void> {
    const { database, tables } = this.context;
    const events = rows.filter(({ resource_type }) => resource_type === 'User').map((row) => due(row, now));
    const { dialect } = database;
    const announced = dialect.rows('$4', ['resource text', 'event text'], 'k');
    await tx.run({
      text: `update ${tables.tombstones} set announced_at = $3,
          event_id = (select k.event from ${announced} where k.resource = id)
        where tenant_id = $1 and ${dialect.isOneOf('id', '$2')}`,
      values: [
        tenantId,
        dialect.list(rows.map(({ id }) => id)),
        now,
        JSON.stringify(events.map(({ id, resourceId }) => ({ resource: resourceId, event: id }))),
      ],
      prepare: true,
    });
    await this.context.outbox.append(events, tx);
  }

  /** Memberships go with the tombstone. */
  private async remove(tx: Transaction, tenantId: string, ids: readonly string[]): Promise<number> {
    const { database, tables } = this.context;
    await this.tombstones.takeTurn(tx, tenantId, false);
    const values = [tenantId, database.dialect.list(ids)];
    const rows = await tx.run<{ id: string }>({
      text: `select t.id from ${tables.tombstones} t
        where t.tenant_id = $1 and ${database.dialect.isOneOf('t.id', '$2')} and ${this.notHeld('t')}
        order by t.id${database.dialect.forDelete}`,
      values,
      prepare: true,
    });
    await tx.run({
      text: `delete from ${tables.tombstones} where tenant_id = $1 and ${database.dialect.isOneOf('id', '$2')}`,
      values: [tenantId, database.dialect.list(rows.map(({ id }) => id))],
      prepare: true,
    });
    return rows.length;
  }

  private notHeld(alias: string): string {
    return `not exists (select 1 from ${this.context.tables.holds} h
      where h.tenant_id = ${alias}.tenant_id and h.subject_id in (${alias}.id, '${WHOLE_TENANT}'))`;
  }
}

/** The deletion was a version, and the end of the retention is the next one: so it comes after all that was told before. */
function due(row: DueRow, time: string): UserPurgeDue {
  const version = row.version + 1;
  return new UserPurgeDue({
    tenantId: row.tenant_id,
    connectionId: row.connection_id,
    resourceType: row.resource_type,
    resourceId: row.id,
    externalId: row.external_id ?? undefined,
    name: row.name ?? undefined,
    version,
    sequence: sequenceOf(version),
    time,
    by: 'purge',
  });
}

function byTenant(rows: readonly DueRow[]): [string, DueRow[]][] {
  const tenants = new Map<string, DueRow[]>();
  for (const row of rows) tenants.set(row.tenant_id, [...(tenants.get(row.tenant_id) ?? []), row]);
  return [...tenants];
}
