import { readEvent } from '../../events/event-registry.js';
import type { Claim, ClaimedEvent, ClaimedRun, ClaimRequest } from '../../events/outbox.js';
import type { JsonValue } from '../../protocol/schema/json.js';
import type { Database, Transaction } from '../database.js';

interface EventRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly attempts: number;
  readonly accepted_by: string | null;
  readonly dead_at: string | null;
  readonly payload: string;
}

interface HeadRow {
  readonly id: string;
  readonly stream: string;
  readonly due: boolean | number;
}

/** Streams that one claim looks at to find some that are due. */
const SCAN = 200;

/** Finds heads of streams and gives them to a relay. */
export class OutboxClaims {
  constructor(
    private readonly database: Database,
    private readonly table: string,
  ) {}

  /** One step of an index for each tenant, however many events wait. */
  async waitingTenants(after: string, limit: number): Promise<string[]> {
    const next = (than: string): string =>
      `(select min(o.tenant_id) from ${this.table} o where o.settled_at = '' and o.tenant_id > ${than})`;
    const rows = await this.database.run<{ tenant_id: string }>({
      text: `with recursive waiting(tenant_id, place) as (
          select ${next('$1')}, 1
          union all
          select ${next('w.tenant_id')}, w.place + 1 from waiting w
          where w.tenant_id is not null and w.place < $2
        )
        select w.tenant_id from waiting w where w.tenant_id is not null`,
      values: [after, limit],
      prepare: true,
    });
    return rows.map(({ tenant_id }) => tenant_id);
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    const heads = await this.heads(request);
    const due = heads.filter(({ due: isDue }) => Boolean(isDue)).slice(0, request.streams);
    const last =
      due.length === request.streams ? due.at(-1) : heads.length === SCAN ? heads.at(-1) : undefined;
    const next = last?.stream ?? '';
    if (due.length === 0) return { runs: [], next };
    const ids = due.map(({ id }) => id);
    const runs = await this.database.transaction(async (tx) => {
      const locked = await this.lockHeads(tx, request, ids);
      if (locked.length === 0) return [];
      const held = new Set(locked);
      const streams = due.filter(({ id }) => held.has(id)).map(({ stream }) => stream);
      const found = runsOf(await this.events(tx, request, streams), held);
      if (found.length > 0) await this.take(tx, request, found);
      return found;
    });
    return { runs: runs.map((run) => toRun(run)), next };
  }

  /** One step of an index for each stream that waits. */
  private heads({ tenantId, after = '' }: ClaimRequest): Promise<HeadRow[]> {
    const { dialect } = this.database;
    const next = (than: string): string =>
      `(select min(o.stream) from ${this.table} o where o.settled_at = '' and o.tenant_id = $1 and o.stream > ${than})`;
    return this.database.run<HeadRow>({
      text: `with recursive waiting(stream, place) as (
          select ${next('$2')}, 1
          union all
          select ${next('w.stream')}, w.place + 1 from waiting w where w.stream is not null and w.place < $3
        )
        select h.id, h.stream, case when ${this.isDue('h', dialect.now('$4'))} then 1 else 0 end as due
        from waiting w join ${this.table} h
          on h.settled_at = '' and h.tenant_id = $1 and h.stream = w.stream and h.sequence = (
            select min(o.sequence) from ${this.table} o
            where o.settled_at = '' and o.tenant_id = $1 and o.stream = w.stream)
        order by w.place`,
      values: [tenantId, after, SCAN, 0],
      prepare: true,
    });
  }

  private async lockHeads(
    tx: Transaction,
    { tenantId }: ClaimRequest,
    ids: readonly string[],
  ): Promise<string[]> {
    const { dialect } = this.database;
    const rows = await tx.run<{ id: string }>({
      text: `select h.id from ${this.table} h where h.tenant_id = $1 and ${dialect.isOneOf('h.id', '$2')}
        and h.settled_at = '' and ${this.isDue('h', dialect.now('$3'))}${dialect.skipLocked}`,
      values: [tenantId, dialect.list(ids), 0],
      prepare: true,
    });
    return rows.map(({ id }) => id);
  }

  /**
   * What is in the streams from their heads on: whoever holds a head holds its stream. Each stream is asked for by
   * itself, so that no plan can look at all that waits, whatever the database believes of the table.
   */
  private events(
    tx: Transaction,
    { tenantId, events }: ClaimRequest,
    streams: readonly string[],
  ): Promise<EventRow[]> {
    const { dialect } = this.database;
    const payload = dialect.documentText('o.payload');
    const parts = streams.map(
      (_, i) => `select * from (
          select o.tenant_id, o.id, o.stream, o.sequence, o.type, o.attempts, o.accepted_by, o.dead_at, ${payload} as payload
          from ${this.table} o where o.settled_at = '' and o.tenant_id = $1 and o.stream = $${i + 3}
          order by o.sequence limit $2) as s${i}`,
    );
    return tx.run<EventRow>({
      text: `${parts.join(' union all ')} order by stream, sequence`,
      values: [tenantId, events, ...streams],
      prepare: true,
    });
  }

  private async take(
    tx: Transaction,
    { tenantId, owner, lease }: ClaimRequest,
    runs: readonly (readonly EventRow[])[],
  ): Promise<void> {
    const { dialect } = this.database;
    const heads = runs.map(([head]) => head!.id);
    const ids = runs.flat().map(({ id }) => id);
    const started = `case when ${dialect.isOneOf('id', '$5')} then 1 else 0 end`;
    await tx.run({
      text: `update ${this.table} set locked_by = $2, locked_until = ${dialect.now('$3')}, attempts = attempts + ${started}
        where tenant_id = $1 and ${dialect.isOneOf('id', '$4')}`,
      values: [tenantId, owner, lease, dialect.list(ids), dialect.list(heads)],
      prepare: true,
    });
  }

  private isDue(alias: string, now: string): string {
    const past = (column: string): string => `(${alias}.${column} is null or ${alias}.${column} <= ${now})`;
    return `${alias}.dead_at is null and ${past('available_at')} and ${past('locked_until')}`;
  }
}

/**
 * The events of each stream from its head on, up to one that was given up and blocks it. A stream that begins with
 * another event than the locked one was changed by hand meanwhile; it is due again at once.
 */
function runsOf(rows: readonly EventRow[], heads: ReadonlySet<string>): EventRow[][] {
  const streams = new Map<string, EventRow[]>();
  const closed = new Set<string>();
  for (const row of rows) {
    const run = streams.get(row.stream) ?? [];
    streams.set(row.stream, run);
    const begins = run.length > 0 || heads.has(row.id);
    if (row.dead_at !== null || !begins) closed.add(row.stream);
    if (!closed.has(row.stream)) run.push(row);
  }
  return [...streams.values()].filter((run) => run.length > 0);
}

function toRun(rows: readonly EventRow[]): ClaimedRun {
  const { tenant_id, stream } = rows[0]!;
  return { tenantId: tenant_id, stream, events: rows.map(toClaimed) };
}

function toClaimed(row: EventRow): ClaimedEvent {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    type: row.type,
    event: readEvent(JSON.parse(row.payload) as JsonValue),
    // That of the head is counted by the claim, so that an event which ends the process is counted too.
    attempt: Number(row.attempts) + 1,
    acceptedBy: row.accepted_by === null ? [] : (JSON.parse(row.accepted_by) as string[]),
  };
}
