import type { DeadEvent, EventSelection, OutboxStatus } from '../../events/outbox.js';
import type { Database } from '../database.js';
import { Parameters } from '../dialects/statement.js';
import { isUnsettled } from './outbox-settling.js';

interface DeadRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly stream: string;
  readonly sequence: string | number;
  readonly type: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly created_at: string;
  readonly dead_at: string;
  readonly settled_at: string;
}

const AGAIN =
  "settled_at = '', dead_at = null, available_at = null, locked_by = null, locked_until = null, " +
  'attempts = 0, last_error = null';

/** Seconds for one statement. */
const PATIENCE = 60;

/** What whoever operates the outbox asks of it. */
export class OutboxOperations {
  constructor(
    private readonly database: Database,
    private readonly table: string,
  ) {}

  async status(tenantId?: string): Promise<OutboxStatus> {
    const tenant = tenantId === undefined ? '' : ' and o.tenant_id = $1';
    const values = tenantId === undefined ? [] : [tenantId];
    const [waiting] = await this.database.run<{ total: string | number; oldest: string | null }>({
      text: `select count(*) as total, min(o.created_at) as oldest from ${this.table} o
        where o.settled_at = '' and o.dead_at is null${tenant}`,
      values,
    });
    const [dead] = await this.database.walk<{ total: string | number }>(
      { text: `select count(*) as total from ${this.table} o where o.dead_at is not null${tenant}`, values },
      PATIENCE,
    );
    const oldest = waiting?.oldest ?? undefined;
    return {
      undelivered: Number(waiting?.total ?? 0),
      oldestSeconds: oldest === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(oldest)) / 1000),
      dead: Number(dead?.total ?? 0),
    };
  }

  async dead(limit: number, tenantId?: string): Promise<DeadEvent[]> {
    const parameters = new Parameters();
    const tenant = tenantId === undefined ? '' : ` and o.tenant_id = ${parameters.add(tenantId)}`;
    const statement = {
      text: `select o.tenant_id, o.id, o.stream, o.sequence, o.type, o.attempts, o.last_error, o.created_at,
          o.dead_at, o.settled_at
        from ${this.table} o where o.dead_at is not null${tenant}
        order by o.dead_at, o.id limit ${parameters.add(limit)}`,
      values: parameters.values,
    };
    const rows = await this.database.walk<DeadRow>(statement, PATIENCE);
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      id: row.id,
      stream: row.stream,
      sequence: Number(row.sequence),
      type: row.type,
      attempts: row.attempts,
      error: row.last_error ?? '',
      createdAt: row.created_at,
      deadAt: row.dead_at,
      blocks: row.settled_at === '',
    }));
  }

  /** Those who took the event before its death keep it: only the others get it again. */
  retryDead(selection?: EventSelection): Promise<number> {
    return this.again('dead_at is not null', AGAIN, selection);
  }

  replay(selection: EventSelection): Promise<number> {
    return this.again("settled_at <> ''", `${AGAIN}, accepted_by = null`, selection);
  }

  async deleteDelivered(before: string, limit: number): Promise<number> {
    const statement = {
      text: `select o.tenant_id, o.id from ${this.table} o
        where o.settled_at <> '' and o.settled_at < $1 and o.dead_at is null order by o.settled_at, o.id limit $2`,
      values: [before, limit],
      prepare: true,
    };
    const rows = await this.database.walk<{ tenant_id: string; id: string }>(statement, PATIENCE);
    const tenants = new Map<string, string[]>();
    for (const { tenant_id, id } of rows) tenants.set(tenant_id, [...(tenants.get(tenant_id) ?? []), id]);
    const { dialect } = this.database;
    for (const [tenantId, ids] of tenants) {
      await this.database.run({
        text: `delete from ${this.table} where ${dialect.hasKey('$1', '$2')} and not ${isUnsettled('settled_at')}`,
        values: [tenantId, dialect.list(ids)],
        prepare: true,
      });
    }
    return rows.length;
  }

  private async again(state: string, set: string, selection?: EventSelection): Promise<number> {
    const parameters = new Parameters();
    const condition = (text: string, value: unknown): string =>
      value === undefined ? '' : ` and ${text} ${parameters.add(value)}`;
    const { tenantId, stream, id, fromSequence, from, until } = selection ?? ({} as Partial<EventSelection>);
    const chosen =
      state +
      condition('tenant_id =', tenantId) +
      condition('stream =', stream) +
      condition('id =', id) +
      condition('sequence >=', fromSequence) +
      condition('created_at >=', from) +
      condition('created_at <', until);
    return this.database.transaction(async (tx) => {
      const [found] = await tx.run<{ total: string | number }>({
        text: `select count(*) as total from ${this.table} where ${chosen}`,
        values: parameters.values,
      });
      await tx.run({ text: `update ${this.table} set ${set} where ${chosen}`, values: parameters.values });
      return Number(found?.total ?? 0);
    });
  }
}
