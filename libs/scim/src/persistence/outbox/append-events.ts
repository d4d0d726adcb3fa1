import type { ChangeTransaction } from '../../events/change-guard.js';
import type { ScimEvent } from '../../events/scim-event.js';
import { Parameters } from '../dialects/statement.js';

const COLUMNS = 'tenant_id, id, stream, sequence, type, created_at, attempts, settled_at, payload';

/** Rows of one insert: far below what any database takes in parameters, and bounded in bytes. */
const ROWS = 500;
/** Texts of so few rows are kept prepared. */
const PREPARED_ROWS = 3;

/** Inserts events in one statement, or in a few where there are very many. */
export async function appendEvents(
  table: string,
  events: readonly ScimEvent[],
  tx: ChangeTransaction,
): Promise<void> {
  for (let start = 0; start < events.length; start += ROWS) {
    const part = events.slice(start, start + ROWS);
    const parameters = new Parameters();
    const rows = part.map((event) => {
      const { tenantId, id, stream, sequence, type, time } = event;
      const values = [tenantId, id, stream, sequence, type, time, 0, '', JSON.stringify(event)];
      return `(${values.map((value) => parameters.add(value)).join(', ')})`;
    });
    await tx.run({
      text: `insert into ${table} (${COLUMNS}) values ${rows.join(', ')}`,
      values: parameters.values,
      prepare: part.length <= PREPARED_ROWS,
    });
  }
}
