import type { ChangeTransaction } from '../../events/change-guard.js';
import type { ScimEvent } from '../../events/scim-event.js';
import type { Dialect } from '../dialects/dialect.js';
import { Kept } from '../dialects/kept.js';
import type { Write } from '../dialects/statement.js';

const COLUMNS = 'tenant_id, id, stream, sequence, type, created_at, attempts, settled_at, payload';

/** Rows of one insert: far below what any database takes in parameters. */
const ROWS = 500;
/** Characters of JSON in one insert: a deleted group tells of all its members, and MariaDB takes 16 MiB by default. */
const CHARACTERS = 2_000_000;
/** So few rows are parameters of a statement that is kept prepared; of many each would cost as much as its row. */
const FEW_ROWS = 3;

/** Inserts events in one statement, or in a few where there are very many. */
export async function appendEvents(
  table: string,
  events: readonly ScimEvent[],
  tx: ChangeTransaction,
  dialect: Dialect,
): Promise<void> {
  for (const part of parts(events)) {
    const rows = part.length > FEW_ROWS ? dialect.rowsOf?.(table, '$1') : undefined;
    await tx.write(rows === undefined ? eachValue(table, part) : oneText(table, part, rows));
  }
}

function eachValue(table: string, part: readonly Appended[]): Write {
  const values = part.flatMap(({ event, payload }) => {
    const { tenantId, id, stream, sequence, type, time } = event;
    return [tenantId, id, stream, sequence, type, time, 0, '', payload];
  });
  const prepare = part.length <= FEW_ROWS;
  const make = (): string => valuesText(table, part.length);
  return { text: prepare ? fewTexts.get(`${part.length} ${table}`, make) : make(), values, prepare };
}

/** Each write of a resource has one. */
const fewTexts = new Kept<string>();

function valuesText(table: string, count: number): string {
  const width = COLUMNS.split(', ').length;
  const row = (place: number): string =>
    `(${Array.from({ length: width }, (_, i) => `$${place * width + i + 1}`).join(', ')})`;
  return `insert into ${table} (${COLUMNS}) values ${Array.from({ length: count }, (_, i) => row(i)).join(', ')}`;
}

function oneText(table: string, part: readonly Appended[], rows: string): Write {
  const texts = part.map(({ event, payload }) => {
    const { tenantId, id, stream, sequence, type, time } = event;
    const head = {
      tenant_id: tenantId,
      id,
      stream,
      sequence,
      type,
      created_at: time,
      attempts: 0,
      settled_at: '',
    };
    return `${JSON.stringify(head).slice(0, -1)},"payload":${payload}}`;
  });
  return {
    text: `insert into ${table} (${COLUMNS}) select ${COLUMNS} from ${rows}`,
    values: [`[${texts.join(',')}]`],
    prepare: true,
  };
}

interface Appended {
  readonly event: ScimEvent;
  readonly payload: string;
}

/** Made one after the other, so that the JSON of many events is not in memory at once. */
function* parts(events: readonly ScimEvent[]): Generator<readonly Appended[]> {
  let part: Appended[] = [];
  let size = 0;
  for (const event of events) {
    const payload = JSON.stringify(event);
    if (part.length === ROWS || (part.length > 0 && size + payload.length > CHARACTERS)) {
      yield part;
      part = [];
      size = 0;
    }
    part.push({ event, payload });
    size += payload.length;
  }
  if (part.length > 0) yield part;
}
