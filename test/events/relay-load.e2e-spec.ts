import { Injectable } from '@nestjs/common';
import { OnScimEvent, Outbox, UserCreated } from 'nestjs-scim';
import type { Logger } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { until } from '../support/outbox-rows.js';
import { createUser, fresh } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';

const statements: string[] = [];
const recorder: Logger = {
  logQuery: (text: string) => void statements.push(text),
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** Counts how many of its calls are open at once. */
@Injectable()
class Slow {
  pause = 0;
  open = 0;
  most = 0;
  total = 0;

  @OnScimEvent(UserCreated)
  async hear(): Promise<void> {
    this.most = Math.max(this.most, ++this.open);
    await new Promise((resolve) => setTimeout(resolve, this.pause));
    this.open--;
    this.total++;
  }
}

describe('A burst of events', () => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  let slow: Slow;
  let outbox: Outbox;
  beforeAll(async () => {
    database = await emptyDatabase('postgres');
    // The pool of node-postgres has ten connections by default.
    scim = await bootScim({
      database: { ...database.options, logger: recorder },
      scim: { outbox: { relay: true } },
      host: { providers: [Slow] },
    });
    slow = scim.app.get(Slow);
    outbox = scim.app.get(Outbox);
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });
  beforeEach(() => {
    Object.assign(slow, { pause: 0, most: 0, total: 0 });
  });
  const settled = () => until(async () => (await outbox.status()).undelivered === 0, 20_000);

  it('leaves a quarter of the connections to requests', async () => {
    slow.pause = 50;
    for (let i = 0; i < 8; i++) {
      const client = await scim.client({ tenant: fresh('tenant') });
      await Promise.all(Array.from({ length: 4 }, () => createUser(client)));
    }
    await settled();
    expect(slow.total).toBe(32);
    expect(slow.most).toBeLessThanOrEqual(7);
  });

  it('is noted in fewer statements than there are resources, and claimed in fewer transactions', async () => {
    const tenantId = fresh('tenant');
    const client = await scim.client({ tenant: tenantId });
    const ids = await Promise.all(Array.from({ length: 40 }, () => createUser(client)));
    await settled();
    statements.length = 0;
    slow.total = 0;
    expect(await outbox.replay({ tenantId })).toBe(ids.length);
    await settled();
    expect(slow.total).toBe(ids.length);
    const count = (pattern: RegExp) => statements.filter((text) => pattern.test(text)).length;
    expect(count(/^update "scim_outbox" set settled_at/)).toBeLessThan(ids.length * 0.75);
    expect(count(/^update "scim_outbox" set locked_by/)).toBeLessThan(ids.length * 0.75);
  });

  it('is delivered without waiting for the next poll, by few looks', async () => {
    const tenantId = fresh('tenant');
    await createUser(await scim.client({ tenant: tenantId }));
    await settled();
    await scim.dataSource.query(
      `insert into scim_outbox (tenant_id, id, stream, sequence, type, payload, created_at, attempts, settled_at)
        select tenant_id, 'burst-' || n, 'User:' || n, 1, type, payload, created_at, 0, settled_at
        from scim_outbox, generate_series(1, 1000) n where tenant_id = $1`,
      [tenantId],
    );
    statements.length = 0;
    slow.total = 0;
    expect(await outbox.replay({ tenantId })).toBe(1001);
    await settled();
    expect(slow.total).toBe(1001);
    const count = (pattern: RegExp) => statements.filter((text) => pattern.test(text)).length;
    const claims = count(/^update "scim_outbox" set locked_by/);
    expect(claims).toBeGreaterThanOrEqual(1001 / 4);
    expect(count(/^with recursive waiting/)).toBeLessThan(claims / 4);
    // Two rounds of six, and whatever the last deliveries have looked for.
    expect(count(/^select w.id, w.stream/)).toBeLessThan(30);
  });
});
