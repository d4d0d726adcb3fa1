import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive } from './process-state.js';

/**
 * The processes that use the database now, in a file: the last one that leaves stops it. So a command that started
 * the database can end while a host goes on using it.
 */
export class DatabaseUsers {
  constructor(private readonly path: string) {}

  join(): void {
    this.write([...this.others(), process.pid]);
  }

  /** True when nobody else is left. */
  leave(): boolean {
    const others = this.others();
    this.write(others);
    return others.length === 0;
  }

  private others(): number[] {
    try {
      const pids = readFileSync(this.path, 'utf8').split('\n').map(Number);
      return pids.filter((pid) => pid !== process.pid && isAlive(pid));
    } catch {
      return [];
    }
  }

  private write(pids: readonly number[]): void {
    if (pids.length === 0) rmSync(this.path, { force: true });
    else writeFileSync(this.path, pids.join('\n'), { mode: 0o600 });
  }
}
