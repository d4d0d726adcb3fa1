import { randomBytes } from 'node:crypto';
import { type ClientProxy, ClientProxyFactory, type RmqOptions, Transport } from '@nestjs/microservices';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { ClientProxyPublisher, type CloudEvent, Outbox } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventsIn, until } from '../support/outbox-rows.js';
import { createUser } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import { bootScimOn } from '../support/scim-on-database.js';

const url = inject('rabbitUrl');

/** A durable queue, messages that survive a restart of the broker, and a confirmation for each. */
function clientFor(address: string, queue: string): ClientProxy {
  const options: RmqOptions = {
    transport: Transport.RMQ,
    options: { urls: [address], queue, queueOptions: { durable: true }, persistent: true },
  };
  return ClientProxyFactory.create(options);
}

describe.runIf(url !== undefined)('ClientProxyPublisher on RabbitMQ', () => {
  const queue = `scim-test-${randomBytes(6).toString('hex')}`;
  let connection: ChannelModel;
  let channel: Channel;
  let proxy: ClientProxy;
  let scim: ScimApp;

  beforeAll(async () => {
    connection = await connect(url!);
    channel = await connection.createChannel();
    await channel.assertQueue(queue, { durable: true });
    proxy = clientFor(url!, queue);
    scim = await bootScimOn('postgres', {
      scim: { outbox: { firstRetrySeconds: 0.1 } },
      host: { providers: [{ provide: 'SCIM_PUBLISHER', useValue: new ClientProxyPublisher(proxy) }] },
    });
  });
  afterAll(async () => {
    await scim.close();
    await proxy.close();
    await channel.deleteQueue(queue);
    await connection.close();
  });

  it('hands on every event of a resource in order, as durable messages', async () => {
    const client = await scim.client();
    const { id } = await createUser(client);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await client.delete(`/Users/${id}`);
    await until(async () => (await scim.app.get(Outbox).status()).undelivered === 0, 20_000);
    const found: { pattern: string; data: CloudEvent; deliveryMode: unknown }[] = [];
    for (let message = await channel.get(queue); message; message = await channel.get(queue)) {
      const body = JSON.parse(message.content.toString()) as { pattern: string; data: CloudEvent };
      found.push({ ...body, deliveryMode: message.properties.deliveryMode });
      channel.ack(message);
    }
    expect(found.map(({ pattern, deliveryMode }) => [pattern, deliveryMode])).toEqual([
      ['scim.user.created.v1', 2],
      ['scim.user.deactivated.v1', 2],
      ['scim.user.deleted.v1', 2],
    ]);
    const events = await eventsIn(scim.dataSource, id);
    expect(found.map(({ data }) => data.id)).toEqual(events.map((event) => event.id));
    expect(found[0]!.data).toMatchObject({ specversion: '1.0', subject: `User:${id}`, tenantid: 'acme' });
  });
});

describe('ClientProxyPublisher without its broker', () => {
  it('fails in time instead of losing the event', async () => {
    // Nobody listens on the port of "discard".
    const proxy = clientFor('amqp://guest:guest@127.0.0.1:9', 'nowhere');
    const publisher = new ClientProxyPublisher(proxy, { timeout: 300 });
    const scim = await bootScimOn('sqlite', {
      scim: { outbox: {} },
      host: { providers: [{ provide: 'SCIM_PUBLISHER', useValue: publisher }] },
    });
    const { id } = await createUser(await scim.client());
    const [event] = await eventsIn(scim.dataSource, id);
    await expect(publisher.publish(event!)).rejects.toThrow();
    let error: unknown = null;
    await until(async () => {
      const rows: { last_error: string | null }[] = await scim.dataSource.query(
        'select last_error from scim_outbox',
      );
      error = rows[0]!.last_error;
      return error !== null;
    });
    // Which of them depends on whether the connection was refused before the time was over.
    expect(['TimeoutError', 'BrokerUnavailable']).toContain(error);
    expect((await scim.app.get(Outbox).status()).undelivered).toBe(1);
    await scim.close();
    await proxy.close();
  });
});
