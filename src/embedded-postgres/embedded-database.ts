import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.js';
import { checkReachable, type DatabaseAccount, databaseAccount } from './database-account.js';
import { DatabaseUsers } from './database-users.js';
import { withFileLock } from './file-lock.js';
import { postgresBinaries } from './postgres-binaries.js';
import {
  createCluster,
  readPassword,
  type ServerFiles,
  startServer,
  stopServer,
  SUPERUSER,
} from './postgres-server.js';
import { findPostmaster, type Postmaster } from './postmaster.js';

const DATABASE = 'scim';
const STARTING_MS = 60_000;

/** A PostgreSQL that this process uses and, if nobody else does, ends. */
export interface EmbeddedDatabase {
  readonly url: string;
  /** Stops the server unless another process uses it. To call it again does nothing. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the database in `dataDirectory`: creates it the first time, starts it when it does not run, connects to it
 * when another process of ours runs it already. The data stays.
 *
 * @param say gets a line when something takes long
 * @throws StartError
 */
export async function openEmbeddedDatabase(
  dataDirectory: string,
  say: (line: string) => void,
): Promise<EmbeddedDatabase> {
  const account = databaseAccount();
  await prepareDirectory(dataDirectory, account);
  const files: ServerFiles = {
    cluster: join(dataDirectory, 'postgres'),
    password: join(dataDirectory, 'postgres-password'),
    log: join(dataDirectory, 'postgres.log'),
  };
  const lock = join(dataDirectory, 'database.lock');
  const users = new DatabaseUsers(join(dataDirectory, 'database-users'));
  const { url, pid } = await withFileLock(lock, async () => {
    const running = (await runningServer(files.cluster)) ?? (await start(files, account, say));
    const address = `postgres://${SUPERUSER}:${await readPassword(files)}@127.0.0.1:${running.port}/`;
    await ensureDatabase(address);
    users.join();
    return { url: address + DATABASE, pid: running.pid };
  });
  return { url, close: closer(files.cluster, lock, users, pid) };
}

async function prepareDirectory(dataDirectory: string, account: DatabaseAccount | undefined): Promise<void> {
  try {
    const created = await mkdir(dataDirectory, { recursive: true });
    if (account && created) await chmod(dataDirectory, 0o711);
  } catch (error) {
    throw new StartError(`The folder ${dataDirectory} cannot be made; set SCIM_DATA_DIR or DATABASE_URL.`, {
      cause: error,
    });
  }
  if (account) checkReachable(dataDirectory, account);
}

/** A server that is just starting (its starter was killed, say) is waited for. */
async function runningServer(cluster: string): Promise<Postmaster | undefined> {
  for (const giveUpAt = Date.now() + STARTING_MS; Date.now() < giveUpAt; await sleep(50)) {
    const postmaster = await findPostmaster(cluster);
    if (!postmaster || postmaster.ready) return postmaster;
  }
  throw new StartError(
    `The database in ${cluster} neither starts nor ends; end its process "postgres" and try again.`,
  );
}

async function start(
  files: ServerFiles,
  account: DatabaseAccount | undefined,
  say: (line: string) => void,
): Promise<Postmaster> {
  const binaries = await postgresBinaries();
  if (account) checkReachable(dirname(binaries.postgres), account);
  if (!existsSync(join(files.cluster, 'PG_VERSION'))) {
    say('Preparing the database (first start only)…');
    await createCluster(files, binaries, account);
  }
  return startServer(files, binaries, account);
}

async function ensureDatabase(address: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${address}postgres` });
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (error) {
    throw new StartError('The database in the data folder refuses the connection.', { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The process may also end without `close`: then there is time for a signal only. */
function closer(cluster: string, lock: string, users: DatabaseUsers, pid: number): () => Promise<void> {
  const onExit = (): void => {
    if (users.leave()) process.kill(pid, 'SIGINT');
  };
  process.once('exit', onExit);
  let closing: Promise<void> | undefined;
  return () =>
    (closing ??= withFileLock(lock, async () => {
      if (users.leave()) await stopServer(cluster);
      process.removeListener('exit', onExit);
    }));
}
