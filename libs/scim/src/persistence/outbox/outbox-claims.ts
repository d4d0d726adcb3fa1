import { readEvent } from '../../events/event-registry.js';
import type { ClaimedEvent, ClaimedRun, ClaimRequest, Look } from '../../events/outbox.js';
import type { JsonValue } from '../../protocol/schema/json.js';
import type { Database, Transaction } from '../database.js';
import { isUnsettled } from './outbox-settling.js';

interface EventRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly stream: string;
  readonly sequence: string | number;
  readonly type: string;
  readonly attempts: number;
  readonly accepted_by: string | null;
  readonly dead_at: string | null;
  readonly payload: string;
}

interface WaitingRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly stream: string;
  readonly due: boolean | number;
}

/** Events that one look walks over: that many streams, or fewer where several events of a stream wait. */
const LOOK = 200;

/** A statement that takes longer, seconds, is stopped where the database can do that. */
const PATIENCE = 5;

/** The index of what waits. */
const TENANTS = ['o.settled_at', 'o.tenant_id'];
const STREAMS = [...TENANTS, 'o.stream'];
const SEQUENCE = ['o.sequence'];

/**
 * Finds heads of streams and gives them to a relay. A burst comes before the database has counted it, so no statement
 * may leave its plan to what the database believes of the table: each walks along the index of what waits, or asks for
 * keys.
 */
export class OutboxClaims {
  constructor(
    private readonly database: Database,
    private readonly table: string,
  ) {}

  /** One step of an index for each tenant, however many events wait. */
  async waitingTenants(after: string, limit: number): Promise<string[]> {
    const { dialect } = this.database;
    const next = (than: string): string =>
      `(select o.tenant_id from ${this.waiting}
        where o.settled_at = '' and ${dialect.walk(TENANTS, 'behind', ["''", than], [])} limit 1)`;
    const rows = await this.database.walk<{ tenant_id: string }>(
      {
        text: `with recursive waiting(tenant_id, place) as (
          select ${next('$1')}, 1
          union all
          select ${next('w.tenant_id')}, w.place + 1 from waiting w
          where w.tenant_id is not null and w.place < $2
        )
        select w.tenant_id from waiting w where w.tenant_id is not null`,
        values: [after, limit],
        prepare: true,
      },
      PATIENCE,
    );
    return rows.map(({ tenant_id }) => tenant_id);
  }

  /** The first of the waiting events of each stream is its head; the streams are walked through in order. */
  async look(tenantId: string, after: string, until?: string): Promise<Look> {
    const { dialect } = this.database;
    const rows = await this.database.walk<WaitingRow>(
      {
        text: `select w.id, w.stream, w.due from (
          select o.tenant_id, o.id, o.stream, case when ${this.isDue('o', dialect.now('$3'))} then 1 else 0 end as due
          from ${this.waiting}
          where o.settled_at = '' and ${dialect.walk(STREAMS, 'behind', ["''", '$1', '$2'], SEQUENCE)} limit $4) as w
        where w.tenant_id = $1${until === undefined ? '' : ' and w.stream <= $5'}`,
        values: [tenantId, after, 0, LOOK, ...(until === undefined ? [] : [until])],
        prepare: true,
      },
      PATIENCE,
    );
    const heads = rows
      .filter(({ stream }, i) => stream !== rows[i - 1]?.stream)
      .filter(({ due }) => Boolean(due))
      .map(({ id, stream }) => ({ id, stream }));
    if (rows.length < LOOK) return { heads, next: '', until: '' };
    return { heads, next: rows.at(-1)!.stream, until: until ?? (await this.lastStream(tenantId)) };
  }

  private async lastStream(tenantId: string): Promise<string> {
    const last = this.database.dialect.walk(TENANTS, 'last', ["''", '$1'], ['o.stream', ...SEQUENCE]);
    const statement = {
      text: `select w.stream from (
          select o.tenant_id, o.stream from ${this.waiting} where o.settled_at = '' and ${last} limit 1) as w
        where w.tenant_id = $1`,
      values: [tenantId],
      prepare: true,
    };
    const [row] = await this.database.walk<{ stream: string }>(statement, PATIENCE);
    return row?.stream ?? '';
  }

  async claim(request: ClaimRequest): Promise<ClaimedRun[]> {
    if (request.heads.length === 0) return [];
    const runs = await this.database.transaction(async (tx) => {
      const walking = this.database.dialect.walkingSql?.('$1');
      if (walking) await tx.run({ text: walking, values: [PATIENCE * 1000], prepare: true });
      const held = new Set(await this.lockHeads(tx, request));
      if (held.size === 0) return [];
      const streams = request.heads.filter(({ id }) => held.has(id)).map(({ stream }) => stream);
      const found = runsOf(await this.events(tx, request, streams), held);
      if (found.length > 0) await this.take(tx, request, found);
      return found;
    });
    return runs.map((run) => toRun(run));
  }

  private async lockHeads(tx: Transaction, { tenantId, heads }: ClaimRequest): Promise<string[]> {
    const { dialect } = this.database;
    const rows = await tx.run<{ id: string }>({
      text: `select h.id from ${this.table} h where ${dialect.hasKey('$1', '$2')}
        and ${isUnsettled('h.settled_at')} and ${this.isDue('h', dialect.now('$3'))}${dialect.skipLocked}`,
      values: [tenantId, dialect.list(heads.map(({ id }) => id)), 0],
      prepare: true,
    });
    return rows.map(({ id }) => id);
  }

  /** What is in the streams from their heads on: whoever holds a head holds its stream. */
  private events(
    tx: Transaction,
    { tenantId, events }: ClaimRequest,
    streams: readonly string[],
  ): Promise<EventRow[]> {
    const { dialect } = this.database;
    const payload = dialect.documentText('s.payload');
    const parts = streams.map((_, i) => {
      const stream = `$${i + 3}`;
      return `select s.tenant_id, s.id, s.stream, s.sequence, s.type, s.attempts, s.accepted_by, s.dead_at, ${payload} as payload
        from (select o.* from ${this.waiting}
          where o.settled_at = '' and ${dialect.walk(STREAMS, 'at', ["''", '$1', stream], SEQUENCE)} limit $2) as s
        where s.tenant_id = $1 and s.stream = ${stream}`;
    });
    return tx.run<EventRow>({
      text: parts.join(' union all '),
      values: [tenantId, events, ...streams],
      prepare: true,
    });
  }

  private get waiting(): string {
    return `${this.table} o${this.database.dialect.byIndex('ix_scim_outbox_waiting')}`;
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
        where ${dialect.hasKey('$1', '$4')}`,
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
  for (const row of rows.toSorted((a, b) => Number(a.sequence) - Number(b.sequence))) {
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
