import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** What gets a core of its own: servers must not compete with what loads them. */
export type Role = 'server' | 'load' | 'database';

const hasTaskset = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** Cores of a role; with two of them the load and the database share one, as both idle while the server works. */
function coresOf(role: Role): string {
  const count = cpus().length;
  if (role === 'server') return '0';
  if (role === 'load' || count < 3) return '1';
  return `2-${count - 1}`;
}

/** Whether processes are pinned to cores: on Linux with `taskset` and two cores or more. */
export const pins = hasTaskset && cpus().length > 1;

/** Command and arguments that start Node on the cores of a role. */
export function pinnedNode(role: Role, args: readonly string[]): [command: string, args: string[]] {
  if (!pins) return [process.execPath, [...args]];
  return ['taskset', ['-c', coresOf(role), process.execPath, ...args]];
}

/** Moves a running process, and what it will start, to the cores of a role. */
export function pinProcess(pid: number, role: Role): void {
  if (pins) spawnSync('taskset', ['-acp', coresOf(role), String(pid)], { stdio: 'ignore' });
}
