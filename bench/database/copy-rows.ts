import type { Client } from 'pg';
import { from } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A value of a column. */
export type Cell = string | number | boolean | null;

const BATCH = 500;

/** Loads rows with COPY. `onRows` hears of every batch that was handed over. */
export async function copyRows(
  client: Client,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
  onRows: (count: number) => void = () => undefined,
): Promise<void> {
  const target = client.query(from(`copy ${table} (${columns.join(', ')}) from stdin`));
  await pipeline(Readable.from(texts(rows, onRows)), target);
}

function* texts(rows: Iterable<readonly Cell[]>, onRows: (count: number) => void): Generator<string> {
  let text = '';
  let count = 0;
  for (const row of rows) {
    text += `${row.map(cellText).join('\t')}\n`;
    if (++count < BATCH) continue;
    yield text;
    onRows(count);
    text = '';
    count = 0;
  }
  if (count > 0) yield text;
  onRows(count);
}

/** Text format of COPY. */
function cellText(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  if (typeof cell === 'number') return String(cell);
  return /[\\\t\n\r]/.test(cell)
    ? cell.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    : cell;
}
