import { Injectable } from '@nestjs/common';
import {
  type EventDelivery,
  EventPublisher,
  OnScimEvent,
  Outbox,
  ScimEvent,
  UserCreated,
  UserDeactivated,
  UserUpdated,
} from 'nestjs-scim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, describeEachDatabase, type DatabaseName } from '../support/databases.js';
import { until } from '../support/outbox-rows.js';
import { createUser, user } from '../support/resources.js';
import { ADAPTERS, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

/** Keeps what it is told. `fail` may throw or wait. */
@Injectable()
class Journal {
  readonly told: { event: ScimEvent; attempt: number }[] = [];
  fail: (event: ScimEvent, delivery: EventDelivery) => unknown = () => undefined;

  @OnScimEvent(ScimEvent)
  async hear(event: ScimEvent, delivery: EventDelivery): Promise<void> {
    await this.fail(event, delivery);
    this.told.push({ event, attempt: delivery.attempt });
  }
}

@Injectable()
class Welcome {
  readonly welcomed: string[] = [];

  @OnScimEvent(UserCreated)
  created(event: UserCreated): void {
    this.welcomed.push(event.resourceId);
  }
}

@Injectable()
class Broker extends EventPublisher {
  override readonly name = 'broker';
  readonly published: string[] = [];

  override async publish(event: ScimEvent): Promise<void> {
    this.published.push(event.id);
  }
}

const fast = { firstRetrySeconds: 0.02, lastRetrySeconds: 0.05, attempts: 3 };
const deactivate = [{ op: 'replace', path: 'active', value: false }];
const title = (value: string) => [{ op: 'replace', path: 'title', value }];

describeEachDatabase('@OnScimEvent', (database: DatabaseName) => {
  let scim: ScimApp;
  let client: ScimClient;
  let journal: Journal;
  let outbox: Outbox;
  beforeEach(async () => {
    // One adapter for each database, so that both are used.
    const adapter = ADAPTERS[DATABASES.indexOf(database as never) % ADAPTERS.length];
    scim = await bootScimOn(database, {
      adapter,
      scim: { outbox: fast },
      host: { providers: [Journal, Welcome, Broker] },
    });
    client = await scim.client();
    journal = scim.app.get(Journal);
    outbox = scim.app.get(Outbox);
  });
  afterEach(() => scim.close());
  const told = (id: string) => journal.told.filter(({ event }) => event.resourceId === id);
  const namesTold = (id: string) => told(id).map(({ event }) => event.constructor.name);
  const settled = (): Promise<void> => until(async () => (await outbox.status()).undelivered === 0);

  it('is called after the commit, once for each event, within a moment', async () => {
    const startedAt = Date.now();
    const { id } = await createUser(client, { title: 'Clerk' });
    await until(() => told(id).length > 0);
    expect(Date.now() - startedAt).toBeLessThan(1500);
    await settled();
    expect(told(id)).toEqual([{ event: expect.any(UserCreated) as UserCreated, attempt: 1 }]);
    expect(told(id)[0]!.event).toMatchObject({ after: { title: 'Clerk' }, version: 1, tenantId: 'acme' });
    expect(scim.app.get(Welcome).welcomed).toEqual([id]);
    expect(scim.app.get(Broker).published).toEqual([told(id)[0]!.event.id]);
  });

  it('hears the events of a resource in their order, whatever fails in between', async () => {
    journal.fail = (_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet');
    };
    const { id } = await createUser(client, { title: '0' });
    for (const value of ['1', '2', '3', '4']) await client.patch(`/Users/${id}`, title(value));
    await client.patch(`/Users/${id}`, deactivate);
    await until(() => told(id).length === 6);
    expect(told(id).map(({ event }) => event.version)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(told(id).map(({ attempt }) => attempt)).toEqual([2, 2, 2, 2, 2, 2]);
    await settled();
  });

  it('tries again for those that failed, not for those that have the event', async () => {
    journal.fail = (_, { attempt }) => {
      if (attempt < 3) throw new Error('away');
    };
    const { id } = await createUser(client);
    await until(() => told(id).length > 0);
    await settled();
    expect(scim.app.get(Welcome).welcomed).toEqual([id]);
    expect(scim.app.get(Broker).published).toHaveLength(1);
    expect(told(id).map(({ attempt }) => attempt)).toEqual([3]);
  });

  it('gives an event up after the last attempt and goes on with the resource', async () => {
    journal.fail = (event) => {
      if (event instanceof UserUpdated) throw new TypeError('mails are down for ada@example.com');
    };
    const { id } = await createUser(client);
    await client.patch(`/Users/${id}`, title('x'));
    await client.patch(`/Users/${id}`, deactivate);
    await until(() => namesTold(id).includes('UserDeactivated'));
    expect(namesTold(id)).toEqual(['UserCreated', 'UserDeactivated']);
    const [dead, ...more] = await outbox.dead(10, 'acme');
    expect(more).toEqual([]);
    expect(dead).toMatchObject({
      stream: `User:${id}`,
      type: 'scim.user.updated.v1',
      attempts: 3,
      error: 'TypeError',
      blocks: false,
    });
    expect(await outbox.status('acme')).toMatchObject({ dead: 1 });
    journal.fail = () => undefined;
    expect(await outbox.retryDead({ tenantId: 'acme', id: dead!.id })).toBe(1);
    await until(() => namesTold(id).includes('UserUpdated'), 15_000);
    expect(await outbox.status()).toEqual({ undelivered: 0, oldestSeconds: 0, dead: 0 });
  });

  it('holds a resource back whose deactivation could not be told', async () => {
    journal.fail = (event) => {
      if (event instanceof UserDeactivated) throw new Error('no');
    };
    const { id } = await createUser(client);
    await client.patch(`/Users/${id}`, deactivate);
    await until(async () => (await outbox.status()).dead === 1);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }]);
    const other = await createUser(client);
    await until(() => told(other.id).length === 1);
    expect(namesTold(id)).toEqual(['UserCreated']);
    expect((await outbox.dead(10))[0]).toMatchObject({ blocks: true });
    journal.fail = () => undefined;
    expect(await outbox.retryDead()).toBe(1);
    await until(() => namesTold(id).length === 3, 15_000);
    expect(namesTold(id)).toEqual(['UserCreated', 'UserDeactivated', 'UserReactivated']);
  });

  it('gives an event up that does not end in time, and tells the method so', async () => {
    await scim.close();
    scim = await bootScimOn(database, {
      scim: { outbox: { ...fast, deliverySeconds: 0.05 } },
      host: { providers: [Journal] },
    });
    client = await scim.client();
    journal = scim.app.get(Journal);
    outbox = scim.app.get(Outbox);
    let aborted = 0;
    journal.fail = (event, { signal }) => {
      if (event.name?.startsWith('slow')) {
        signal.addEventListener('abort', () => aborted++);
        return new Promise(() => undefined);
      }
      return undefined;
    };
    const slow = await createUser(client, { userName: 'slow' });
    const quick = await createUser(client);
    await until(async () => (await outbox.status()).dead === 1);
    expect([aborted, told(slow.id).length, told(quick.id).length]).toEqual([3, 0, 1]);
    expect((await outbox.dead(1))[0]).toMatchObject({ error: 'DeliveryTimeout' });
  });

  it('keeps a failing tenant from holding up another one', async () => {
    const other = await scim.client({ tenant: 'other' });
    journal.fail = (event) =>
      event.tenantId === 'acme' ? new Promise((_, no) => setTimeout(no, 200)) : undefined;
    for (let i = 0; i < 40; i++) await createUser(client);
    const startedAt = Date.now();
    const { id } = await createUser(other);
    await until(() => told(id).length === 1);
    expect(Date.now() - startedAt).toBeLessThan(1000);
    journal.fail = () => undefined;
  });

  it('gets events again by id, by resource and by time', async () => {
    const one = await createUser(client);
    await client.patch(`/Users/${one.id}`, title('x'));
    const two = await createUser(client);
    await until(() => journal.told.length === 3);
    await settled();
    const [created, updated] = told(one.id);
    const replayed = async (selection: object): Promise<string[]> => {
      journal.told.length = 0;
      const count = await outbox.replay({ tenantId: 'acme', ...selection });
      await until(() => journal.told.length === count, 15_000);
      await settled();
      return journal.told.map(({ event }) => event.id);
    };
    expect(await replayed({ id: updated!.event.id })).toEqual([updated!.event.id]);
    const stream = `User:${one.id}`;
    expect(await replayed({ stream })).toEqual([created!.event.id, updated!.event.id]);
    expect(await replayed({ stream, fromSequence: updated!.event.sequence })).toEqual([updated!.event.id]);
    expect(await replayed({ from: created!.event.time })).toHaveLength(3);
    expect(await replayed({ until: created!.event.time })).toEqual([]);
    expect(await outbox.replay({ tenantId: 'other' })).toBe(0);
    expect(scim.app.get(Welcome).welcomed.filter((id) => id === two.id)).toHaveLength(2);
  });

  it('ends the delivery that was begun when the application closes, and gives back the rest', async () => {
    let begun = 0;
    let ended = 0;
    journal.fail = async () => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 300));
      ended++;
    };
    const { id } = await createUser(client);
    await client.patch(`/Users/${id}`, title('1'));
    await until(() => begun === 1);
    await client.patch(`/Users/${id}`, title('2'));
    const rows: { id: string; settled_at: string; locked_by: string | null }[] = [];
    const { dataSource } = scim;
    const destroy = dataSource.destroy.bind(dataSource);
    dataSource.destroy = async () => {
      rows.push(
        ...(await dataSource.query('select id, settled_at, locked_by from scim_outbox order by sequence')),
      );
      await destroy();
    };
    await scim.app.close();
    expect([begun, ended]).toEqual([1, 1]);
    expect(rows.map(({ settled_at, locked_by }) => [settled_at !== '', locked_by])).toEqual([
      [true, null],
      [false, null],
      [false, null],
    ]);
    // `close` of the test drops the database.
  });

  it('removes delivered events after their time, and no others', async () => {
    await createUser(client);
    await settled();
    journal.fail = () => {
      throw new Error('no');
    };
    await createUser(client);
    await until(async () => (await outbox.status()).dead === 1);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(await outbox.deleteDelivered(new Date(Date.now() - 60_000).toISOString(), 10)).toBe(0);
    expect(await outbox.deleteDelivered(later, 10)).toBe(1);
    expect(await outbox.deleteDelivered(later, 10)).toBe(0);
    expect((await outbox.status()).dead).toBe(1);
  });
});

describe('@OnScimEvent without a relay in the process', () => {
  it('is called by nobody, and the events wait', async () => {
    const scim = await bootScimOn('sqlite', {
      scim: { outbox: { relay: false } },
      host: { providers: [Journal] },
    });
    const client = await scim.client();
    await client.post('/Users', user());
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(scim.app.get(Journal).told).toEqual([]);
    expect((await scim.app.get(Outbox).status()).undelivered).toBe(1);
    await scim.close();
  });
});
