import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from 'nestjs-scim/protocol';
import type { Client } from 'pg';
import { person } from '../data/person.js';
import { ProgressBar } from '../database/progress-bar.js';
import type { Variant } from '../measure/variant.js';
import { OpenStore, USERS } from '../store/open-store.js';

const BATCH = 500;
const POLL_MS = 20;
const PATIENCE_MS = 600_000;
const NAME = 'bench-events';

/** What a relay does with events that wait for it. */
export interface EventThroughput {
  readonly tenants: number;
  readonly events: number;
  /** From the first delivery until all are noted as delivered. */
  readonly perSecond: number;
  /** Microseconds of the server's processor time for each event, its start not counted. */
  readonly cpu: number;
  /** Times that a listener was called for what it had been told before. */
  readonly repeated: number;
}

/**
 * Has users created through the store, so that their events wait, starts a server and watches it work them off.
 *
 * @param start starts a server with a relay
 * @throws Error when it does not end within ten minutes
 */
export async function measureEventThroughput(
  url: string,
  database: Client,
  { tenants, events }: { readonly tenants: number; readonly events: number },
  start: () => Promise<Variant>,
): Promise<EventThroughput> {
  const ids = Array.from({ length: tenants }, (_, i) => `${NAME}-${i}`);
  try {
    await write(url, ids, events);
    const { server } = await start();
    try {
      const before = await server.usage();
      const told = (await server.events()).users;
      await until(async () => (await server.events()).users >= events);
      await until(async () => {
        const waiting = `select 1 from scim_outbox where settled_at = '' and tenant_id = any($1) limit 1`;
        return (await database.query(waiting, [ids])).rowCount === 0;
      });
      const endedAt = Number(process.hrtime.bigint()) / 1e6;
      const after = await server.usage();
      const { firstAt, users, deliveries } = await server.events();
      return {
        tenants,
        events,
        perSecond: (events / (endedAt - firstAt)) * 1000,
        cpu: (after.cpu - before.cpu) / Math.max(1, events - told),
        repeated: deliveries - users,
      };
    } finally {
      await server.stop();
    }
  } finally {
    await remove(database, ids);
  }
}

async function write(url: string, tenants: readonly string[], events: number): Promise<void> {
  const progress = new ProgressBar('Events', events);
  const open = await OpenStore.open({ type: 'postgres', url });
  try {
    for (let from = 0; from < events; from += BATCH) {
      const tenantId = tenants[(from / BATCH) % tenants.length]!;
      const contents = Array.from({ length: Math.min(BATCH, events - from) }, (_, i) => ({
        document: person(`${NAME}.example`, from + i) as JsonObject,
        concealed: {},
      }));
      const origin = { tenantId, connectionId: null, by: 'host' as const };
      for (const outcome of await open.store.createMany(USERS, origin, contents))
        if (outcome instanceof Error) throw outcome;
      progress.advance(contents.length);
    }
  } finally {
    await open.close();
  }
  progress.end();
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + PATIENCE_MS;
  while (!(await isDone())) {
    if (performance.now() > endsAt) throw new Error('The relay does not come to an end.');
    await pause(POLL_MS);
  }
}

async function remove(database: Client, tenants: readonly string[]): Promise<void> {
  for (const table of ['scim_outbox', 'scim_attribute_value', 'scim_user', 'scim_resource_count'])
    await database.query(`delete from ${table} where tenant_id = any($1)`, [tenants]);
}
