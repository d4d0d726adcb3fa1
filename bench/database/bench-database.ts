import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { openEmbeddedDatabase } from '../../src/embedded-postgres/embedded-database.js';
import { findPostmaster } from '../../src/embedded-postgres/postmaster.js';
import { pinProcess } from '../servers/processor-cores.js';

/** The PostgreSQL that everything is measured on. */
export interface BenchDatabase {
  readonly url: string;
  /** Ours, so that its settings may be changed; else it is that of DATABASE_URL. */
  readonly own: boolean;
  close(): Promise<void>;
}

const DIRECTORY = '.data/bench';

/**
 * What a server for production would have, and what keeps two runs alike: a commit does not wait for the disk, and the
 * WAL of a change does not depend on when the last checkpoint was.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: `${Math.max(256, Math.min(4096, Math.floor(totalmem() / 2 ** 20 / 6)))}MB`,
  effective_cache_size: `${Math.floor(totalmem() / 2 ** 20 / 2)}MB`,
  max_connections: '300',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  jit: 'off',
};

/** That of DATABASE_URL, else an embedded one that keeps its data in .data/bench. */
export async function openBenchDatabase(given = process.env.DATABASE_URL): Promise<BenchDatabase> {
  if (given) return { url: given, own: false, close: () => Promise.resolve() };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const directory = resolve(DIRECTORY);
  let database = await openEmbeddedDatabase(directory, say);
  if (await configure(database.url)) {
    await database.close();
    database = await openEmbeddedDatabase(directory, say);
  }
  const postmaster = await findPostmaster(resolve(directory, 'postgres'));
  if (postmaster) pinProcess(postmaster.pid, 'database');
  return { url: database.url, own: true, close: database.close };
}

/** Whether something was changed, so that the server has to start again. */
async function configure(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ setting: string }>('show max_connections');
    if ((rows[0] as unknown as Record<string, string>)['max_connections'] === SETTINGS['max_connections'])
      return false;
    for (const [name, value] of Object.entries(SETTINGS)) {
      await client.query(`alter system set ${name} = '${value}'`);
    }
    return true;
  } finally {
    await client.end();
  }
}
