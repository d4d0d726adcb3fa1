import { setImmediate as afterThis } from 'node:timers/promises';
import type { Outbox } from './outbox.js';

interface Batch {
  readonly ids: string[];
  readonly written: Promise<void>;
}

/**
 * Notes what was delivered, for all deliveries of a relay: one statement at a time for each tenant, and what ends
 * meanwhile gathers for the next one. So a burst costs few statements, and few connections of the host's pool; and
 * streams that end together are followed by one claim.
 */
export class DeliveryNotes {
  /** By tenant, what waits for its statement. */
  private readonly gathering = new Map<string, Batch>();
  /** By tenant, the end of the statement that is under way. Never rejects. */
  private readonly writing = new Map<string, Promise<void>>();

  constructor(
    private readonly outbox: Outbox,
    private readonly owner: string,
  ) {}

  /** @throws what the outbox throws; then none of the batch is noted, and each of it can be noted again */
  delivered(tenantId: string, ids: readonly string[]): Promise<void> {
    const open = this.gathering.get(tenantId);
    if (open) {
      open.ids.push(...ids);
      return open.written;
    }
    const gathered = [...ids];
    const written = this.write(tenantId, gathered);
    this.gathering.set(tenantId, { ids: gathered, written });
    return written;
  }

  private async write(tenantId: string, ids: readonly string[]): Promise<void> {
    await (this.writing.get(tenantId) ?? afterThis());
    this.gathering.delete(tenantId);
    const written = this.outbox.delivered(this.owner, tenantId, ids);
    const ended = written.then(nothing, nothing);
    this.writing.set(tenantId, ended);
    try {
      await written;
    } finally {
      if (this.writing.get(tenantId) === ended) this.writing.delete(tenantId);
    }
  }
}

function nothing(): void {}
