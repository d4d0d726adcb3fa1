import { readFileSync } from 'node:fs';

/** Whether a process with this id runs, also one of another account. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether a process with this id runs that may be PostgreSQL. After a restart of the machine or container another
 * program may have the id; where the system tells the command line, that is noticed.
 */
export function mayBePostgres(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return true;
  }
}
