import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error.js';
import type { DatabaseAccount } from './database-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { findPostmaster, type Postmaster } from './postmaster.js';
import { isAlive } from './process-state.js';

/** Superuser of the server. */
export const SUPERUSER = 'scim';

const START_MS = 60_000;
const STOP_MS = 30_000;

/** Files of one server. */
export interface ServerFiles {
  /** Data directory of PostgreSQL. */
  readonly cluster: string;
  readonly password: string;
  readonly log: string;
}

/** Makes the data directory. Aborted half-way it leaves nothing that looks finished: it is renamed at the end. */
export async function createCluster(
  files: ServerFiles,
  binaries: PostgresBinaries,
  account: DatabaseAccount | undefined,
): Promise<void> {
  const unfinished = `${files.cluster}.new`;
  const passwordFile = join(unfinished, 'password');
  const password = randomBytes(24).toString('hex');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) await giveTo(account, [unfinished, passwordFile]);
  const data = join(unfinished, 'data');
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
  await runInitdb(binaries.initdb, [`--pgdata=${data}`, ...locale, ...access], account);
  await writeFile(files.password, password, { mode: 0o600 });
  await chmod(files.password, 0o600);
  await rename(data, files.cluster);
  await rm(unfinished, { recursive: true, force: true });
}

/**
 * Starts the server on a free port of the loopback interface.
 * @throws StartError with the place of the log
 */
export async function startServer(
  files: ServerFiles,
  binaries: PostgresBinaries,
  account: DatabaseAccount | undefined,
): Promise<Postmaster> {
  await rm(join(files.cluster, 'postmaster.pid'), { force: true });
  const port = await freePort();
  const log = openSync(files.log, 'a', 0o600);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'log_destination=stderr'];
  const args = ['-D', files.cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const child = spawn(binaries.postgres, args, {
    ...ids(account),
    env: plainEnvironment(),
    stdio: ['ignore', log, log],
    // A process group of its own: Ctrl-C in the terminal must reach the host first, which then stops the server.
    detached: true,
  });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once('exit', () => (ended = true)).once('error', () => (ended = true));
  for (const giveUpAt = Date.now() + START_MS; !ended && Date.now() < giveUpAt; await sleep(25)) {
    const postmaster = await findPostmaster(files.cluster);
    if (postmaster?.ready) return postmaster;
  }
  if (child.pid !== undefined && !ended) process.kill(child.pid, 'SIGQUIT');
  throw new StartError(
    `The database does not start; ${files.log} says why. A PostgreSQL of yours works with DATABASE_URL.`,
  );
}

/** Stops the server: open transactions are rolled back, everything committed is safe. */
export async function stopServer(cluster: string): Promise<void> {
  const postmaster = await findPostmaster(cluster);
  if (!postmaster) return;
  process.kill(postmaster.pid, 'SIGINT');
  for (const giveUpAt = Date.now() + STOP_MS; isAlive(postmaster.pid) && Date.now() < giveUpAt;)
    await sleep(20);
}

/** The password of the superuser. */
export async function readPassword(files: ServerFiles): Promise<string> {
  try {
    return (await readFile(files.password, 'utf8')).trim();
  } catch (error) {
    throw new StartError(
      `${files.password} cannot be read; it holds the password of the database beside it.`,
      {
        cause: error,
      },
    );
  }
}

function runInitdb(initdb: string, args: string[], account: DatabaseAccount | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(initdb, args, { ...ids(account), env: plainEnvironment() }, (error, _stdout, stderr) => {
      if (!error) return resolve();
      const [reason = error.message] = stderr
        .split('\n')
        .filter((line) => /error|fatal|could not|not /i.test(line));
      const sentence = `The database cannot be created (${reason.trim()}); set DATABASE_URL to use a PostgreSQL of yours.`;
      reject(new StartError(sentence, { cause: error }));
    });
  });
}

async function giveTo({ name, uid, gid }: DatabaseAccount, paths: readonly string[]): Promise<void> {
  try {
    for (const path of paths) await chown(path, uid, gid);
  } catch (error) {
    throw new StartError(
      `The data folder cannot be given to "${name}", which PostgreSQL runs as: start as an ordinary user, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

function ids(account: DatabaseAccount | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** Nothing of ours is the server's business, and its messages are to be in one language. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TMPDIR } = process.env;
  return { PATH, LC_ALL: 'C', ...(SystemRoot && { SystemRoot }), ...(TMPDIR && { TMPDIR }) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}
