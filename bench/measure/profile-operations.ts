import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Operation } from '../operations/operation.js';
import { type Bench, oneRun } from './comparison.js';
import type { Variant } from './variant.js';

const REQUESTS = 3000;
/** Share of the requests that warm the server up first. */
const WARM = 0.2;

/** Writes a CPU profile of each operation on a server: `<folder>/<operation>.cpuprofile`, for the tools of a browser. */
export async function profileOperations(
  bench: Bench,
  operations: readonly Operation[],
  variant: Variant,
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const operation of operations) {
    const count = Math.min(operation.most ?? REQUESTS, Math.ceil(REQUESTS / (16 / operation.connections)));
    await oneRun(bench, operation, variant, Math.max(operation.connections, Math.ceil(count * WARM)));
    const file = resolve(folder, `${operation.name}.cpuprofile`);
    await variant.server.profile(file, () => oneRun(bench, operation, variant, count));
  }
}
