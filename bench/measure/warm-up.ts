import { operationNamed } from '../operations/index.js';
import { type Bench, oneRun } from './comparison.js';
import type { Variant } from './variant.js';

/** Share of the requests for peers, some of which answer a hundred a second. */
const PEERS = 0.1;

/**
 * Lets servers answer the commonest request until their shared code is compiled. Without it the first operations
 * would pay the compiler's time, which is many times that of a request, and whoever has more code would pay more.
 */
export async function warmUp(bench: Bench, variants: readonly Variant[]): Promise<void> {
  for (const variant of variants) {
    const { warmUp: requests } = variant.directory.sizes;
    await oneRun(bench, operationNamed('get-user'), variant, variant.foreign ? requests * PEERS : requests);
  }
}
