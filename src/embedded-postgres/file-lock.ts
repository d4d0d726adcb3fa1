import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error.js';
import { isAlive } from './process-state.js';

/** Nothing that is done under the lock takes so long; an older lock was left behind. */
const STALE_MS = 180_000;
const PATIENCE_MS = 200_000;

/** Runs `work` while no other process that uses the same lock file does. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (Date.now() < giveUpAt) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isStale(path)) await rm(path, { force: true });
    else await sleep(100);
  }
  throw new StartError(`Another process holds ${path}; delete the file if there is none.`);
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const age = Date.now() - mtimeMs;
    // Just created and not yet written: its owner is between two lines above.
    return age > STALE_MS || (text === '' ? age > 2000 : !isAlive(Number(text)));
  } catch {
    return false;
  }
}
