import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mayBePostgres } from './process-state.js';

/** A PostgreSQL server that runs on a data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The server that runs on the directory, from its `postmaster.pid`; undefined when none does. */
export async function findPostmaster(directory: string): Promise<Postmaster | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  // Lines: 1 process id, 4 port, 8 state (PostgreSQL: storage/pidfile.h).
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!mayBePostgres(pid)) return undefined;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7] === 'ready' };
}
