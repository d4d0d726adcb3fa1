import type { Client } from 'pg';
import { median } from '../measure/median.js';

/**
 * WAL that a piece of work writes, as the median of several times; undefined where the last checkpoint decides it
 * (full_page_writes is on).
 */
export async function walBytesOf(
  database: Client,
  work: () => Promise<unknown>,
  times: number,
): Promise<number | undefined> {
  const { rows } = await database.query<{ full_page_writes: string }>('show full_page_writes');
  if (rows[0]?.full_page_writes !== 'off') return undefined;
  const written: number[] = [];
  for (let n = 0; n < times; n++) {
    const before = await position(database);
    await work();
    written.push((await position(database)) - before);
  }
  return median(written);
}

async function position(database: Client): Promise<number> {
  const { rows } = await database.query<{ bytes: string }>(
    "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes",
  );
  return Number(rows[0]?.bytes);
}
