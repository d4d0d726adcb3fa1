import { setTimeout as delay } from 'node:timers/promises';
import { firstEntryId } from './entry-id.js';
import type { ProvisioningLogStore } from './provisioning-log-store.js';

/** Entries that one statement deletes. */
const BATCH = 1000;
/** Between two of them, so that deleting never stands in anybody's way. */
const PAUSE_MS = 20;

/** Whose entries are deleted: everybody's, or those of one tenant (undefined in it: those of none). */
export interface PruneScope {
  readonly only?: { readonly tenantId: string | undefined };
  /** Ends it after the batch that is under way. @default undefined */
  readonly signal?: AbortSignal;
}

/** Deletes what is older, in small batches. Tells how many entries that were. */
export async function pruneLog(
  store: ProvisioningLogStore,
  olderThan: number,
  { only, signal }: PruneScope = {},
): Promise<number> {
  const below = firstEntryId(olderThan);
  let pruned = 0;
  let tenant = only ?? (await store.tenantAfter(null));
  while (tenant && !signal?.aborted) {
    const count = await store.prune(tenant.tenantId, below, BATCH);
    pruned += count;
    if (count === BATCH) await delay(PAUSE_MS);
    else if (only) break;
    else tenant = await store.tenantAfter(tenant.tenantId);
  }
  return pruned;
}
