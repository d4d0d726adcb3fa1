import type { FailedDelivery } from '../../events/outbox.js';
import type { Database, Executor } from '../database.js';

const RELEASED = 'locked_by = null, locked_until = null';

/** In a form for which no plan takes the index of all that waits. */
export function isUnsettled(settledAt: string): string {
  return `(nullif(${settledAt}, '') is null)`;
}

/** Notes what became of claimed events. Whoever lost a claim changes nothing: every statement asks for the owner. */
export class OutboxSettling {
  constructor(
    private readonly database: Database,
    private readonly table: string,
  ) {}

  async renew(owner: string, tenantId: string, ids: readonly string[], lease: number): Promise<string[]> {
    const { dialect } = this.database;
    const held = this.heldBy('$1', '$2', '$3');
    const values = [tenantId, owner, dialect.list(ids)];
    await this.database.run({
      text: `update ${this.table} set locked_until = ${dialect.now('$4')} where ${held}`,
      values: [...values, lease],
      prepare: true,
    });
    const rows = await this.database.run<{ id: string }>({
      text: `select id from ${this.table} where ${held}`,
      values,
      prepare: true,
    });
    return rows.map(({ id }) => id);
  }

  async delivered(owner: string, tenantId: string, ids: readonly string[]): Promise<void> {
    const { dialect } = this.database;
    await this.database.run({
      text: `update ${this.table} set settled_at = ${dialect.now('$4')}, dead_at = null, ${RELEASED}
        where ${this.heldBy('$1', '$2', '$3')}`,
      values: [tenantId, owner, dialect.list(ids), 0],
      prepare: true,
    });
  }

  async failed(
    owner: string,
    { event, error, acceptedBy, next }: FailedDelivery,
    rest: readonly string[],
  ): Promise<void> {
    const { dialect } = this.database;
    const ids = [event.tenantId, owner, dialect.list([event.id])];
    const noted = [event.attempt, error, acceptedBy.length > 0 ? JSON.stringify(acceptedBy) : null];
    const fate =
      typeof next === 'number'
        ? `available_at = ${dialect.now('$7')}`
        : `dead_at = ${dialect.now('$7')}${next === 'skip' ? `, settled_at = ${dialect.now('$7')}` : ''}`;
    await this.database.transaction(async (tx) => {
      await tx.run({
        text: `update ${this.table} set attempts = $4, last_error = $5, accepted_by = $6, ${fate}, ${RELEASED}
          where ${this.heldBy('$1', '$2', '$3')}`,
        values: [...ids, ...noted, typeof next === 'number' ? next : 0],
        prepare: true,
      });
      if (rest.length > 0) await this.releaseOn(tx, owner, event.tenantId, rest);
    });
  }

  release(owner: string, tenantId: string, ids: readonly string[]): Promise<void> {
    return this.releaseOn(this.database, owner, tenantId, ids);
  }

  private async releaseOn(
    executor: Executor,
    owner: string,
    tenantId: string,
    ids: readonly string[],
  ): Promise<void> {
    await executor.run({
      text: `update ${this.table} set ${RELEASED} where ${this.heldBy('$1', '$2', '$3')}`,
      values: [tenantId, owner, this.database.dialect.list(ids)],
      prepare: true,
    });
  }

  private heldBy(tenant: string, owner: string, ids: string): string {
    return `${this.database.dialect.hasKey(tenant, ids)} and locked_by = ${owner} and ${isUnsettled('settled_at')}`;
  }
}
