import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './embedded-postgres/process-state.js';

interface RunningHost {
  readonly pid: number;
  readonly baseUrl: string;
}

const fileIn = (dataDirectory: string): string => join(dataDirectory, 'running-host.json');

/** Leaves a note where the host can be reached, for commands that run beside it. */
export function announceHost(dataDirectory: string, baseUrl: string): void {
  const note: RunningHost = { pid: process.pid, baseUrl };
  writeFileSync(fileIn(dataDirectory), JSON.stringify(note), { mode: 0o600 });
}

/** Takes the note away, unless it is another process's by now. */
export function withdrawHost(dataDirectory: string): void {
  if (readNote(dataDirectory)?.pid === process.pid) rmSync(fileIn(dataDirectory), { force: true });
}

/** Base URL of the host that runs on this data directory; undefined when none does. */
export function runningBaseUrl(dataDirectory: string): string | undefined {
  const note = readNote(dataDirectory);
  return note && isAlive(note.pid) ? note.baseUrl : undefined;
}

function readNote(dataDirectory: string): RunningHost | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(dataDirectory), 'utf8')) as RunningHost;
  } catch {
    return undefined;
  }
}
