import { Injectable } from '@nestjs/common';
import { OnScimEvent, Outbox, ScimEvent } from 'nestjs-scim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmptyDatabase, emptyDatabase } from '../support/databases.js';
import { until } from '../support/outbox-rows.js';
import { createUser } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

@Injectable()
class Journal {
  readonly told: ScimEvent[] = [];
  pause: number | undefined;

  @OnScimEvent(ScimEvent)
  async hear(event: ScimEvent): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.pause ?? Math.random() * 5));
    this.told.push(event);
  }
}

const title = (value: string) => [{ op: 'replace', path: 'title', value }];

describe.each([false, true])('two instances on one database, notify %s', (notify) => {
  let database: EmptyDatabase;
  let instances: ScimApp[];
  let client: ScimClient;
  const boot = (relay: boolean): Promise<ScimApp> =>
    bootScim({
      database: database.options,
      scim: { outbox: { relay, notify, leaseSeconds: 1 } },
      host: { providers: [Journal] },
    });
  beforeEach(async () => {
    database = await emptyDatabase('postgres');
    const first = await boot(true);
    instances = [first, await boot(true)];
    client = await first.client();
  });
  afterEach(async () => {
    for (const instance of instances) await instance.close();
    await database.drop();
  });
  const outboxOf = ({ app }: ScimApp): Outbox => app.get(Outbox);
  const toldBy = ({ app }: ScimApp): ScimEvent[] => app.get(Journal).told;
  const settled = () => until(async () => (await outboxOf(instances[0]!).status()).undelivered === 0, 20_000);

  it('handle each event once, in order, and share the work', async () => {
    const users = await Promise.all(Array.from({ length: 30 }, () => createUser(client)));
    await Promise.all(
      users.map(async ({ id }) => {
        for (const value of ['a', 'b', 'c']) await client.patch(`/Users/${id}`, title(value));
      }),
    );
    await settled();
    const told = instances.flatMap(toldBy);
    expect(told).toHaveLength(120);
    expect(new Set(told.map(({ id }) => id)).size).toBe(120);
    for (const { id } of users) {
      const times = instances.map((one) => toldBy(one).filter((event) => event.resourceId === id));
      for (const versions of times.map((list) => list.map(({ version }) => version))) {
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      }
    }
    // Without a notice the second one hears of it at its next look, when all may be done.
    if (notify) expect(instances.map((one) => toldBy(one).length > 0)).toEqual([true, true]);
  });

  it('hear of each other’s events', async () => {
    await instances[0]!.close();
    const silent = await boot(false);
    instances[0] = silent;
    const startedAt = Date.now();
    const { id } = await createUser(await silent.client());
    await until(() => toldBy(instances[1]!).some((event) => event.resourceId === id));
    expect(Date.now() - startedAt).toBeLessThan(notify ? 1000 : 5000);
  });

  it('take over what a killed one had claimed, when its lease is over', async () => {
    for (const instance of instances) await instance.close();
    instances = [await boot(false)];
    const outbox = outboxOf(instances[0]!);
    const { id } = await createUser(await instances[0]!.client());
    const { heads } = await outbox.look('acme', '');
    const dead = { tenantId: 'acme', owner: 'dead', lease: 1500, heads, events: 10 };
    const runs = await outbox.claim(dead);
    expect(runs.flatMap(({ events }) => events.map(({ event }) => event?.resourceId))).toEqual([id]);
    const heir = await boot(true);
    instances.push(heir);
    expect(await outbox.claim({ ...dead, owner: 'other' })).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(toldBy(heir)).toEqual([]);
    await until(() => toldBy(heir).length === 1);
    await settled();
    // Whoever lost its claim changes nothing any more.
    const [claimed] = runs[0]!.events;
    await outbox.failed('dead', { event: claimed!, error: 'x', acceptedBy: [], next: 'block' }, []);
    expect(await outbox.renew('dead', 'acme', [claimed!.id], 1000)).toEqual([]);
    expect(await outbox.status()).toEqual({ undelivered: 0, oldestSeconds: 0, dead: 0 });
  });

  it('keep what takes longer than the lease', async () => {
    for (const { app } of instances) app.get(Journal).pause = 2500;
    const { id } = await createUser(client);
    await settled();
    expect(instances.flatMap(toldBy).map(({ resourceId }) => resourceId)).toEqual([id]);
  });
});
