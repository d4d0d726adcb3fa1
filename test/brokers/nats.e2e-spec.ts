import { randomBytes } from 'node:crypto';
import { jetstream, type JetStreamClient, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type CloudEvent, JetStreamPublisher, Outbox, ScimEvent } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventsIn, until } from '../support/outbox-rows.js';
import { createUser } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const url = inject('natsUrl');

describe.runIf(url !== undefined)('JetStreamPublisher on NATS', () => {
  const stream = `SCIM_TEST_${randomBytes(6).toString('hex')}`;
  const subjects = [`${stream}.>`];
  let nats: NatsConnection;
  let jetStream: JetStreamClient;
  let manager: JetStreamManager;
  let publisher: JetStreamPublisher;
  let scim: ScimApp;
  let client: ScimClient;
  let outbox: Outbox;

  beforeAll(async () => {
    nats = await connect({ servers: url! });
    jetStream = jetstream(nats);
    manager = await jetstreamManager(nats);
    await manager.streams.add({ name: stream, subjects });
    publisher = new JetStreamPublisher(jetStream, {
      subject: ({ type }) => `${stream}.${type}`,
      timeout: 1000,
    });
    scim = await bootScimOn('postgres', {
      scim: { outbox: { firstRetrySeconds: 0.1, lastRetrySeconds: 0.3 } },
      host: { providers: [{ provide: 'SCIM_PUBLISHER', useValue: publisher }] },
    });
    client = await scim.client();
    outbox = scim.app.get(Outbox);
  });
  afterAll(async () => {
    await scim.close();
    await manager.streams.delete(stream).catch(() => undefined);
    await nats.close();
  });
  const settled = () => until(async () => (await outbox.status()).undelivered === 0, 20_000);

  /** All messages of the stream, in its order. */
  async function messages(): Promise<{ subject: string; id: string; event: CloudEvent }[]> {
    const { state } = await manager.streams.info(stream);
    const found = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = (await manager.streams.getMessage(stream, { seq }))!;
      const id = message.header.get('Nats-Msg-Id');
      found.push({ subject: message.subject, id, event: message.json<CloudEvent>() });
    }
    return found;
  }

  it('hands on every event of a resource in order, as CloudEvents', async () => {
    const { id } = await createUser(client, { externalId: 'n-1' });
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Head' }]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await settled();
    const found = await messages();
    expect(found.map(({ subject }) => subject.slice(stream.length + 1))).toEqual([
      'scim.user.created.v1',
      'scim.user.updated.v1',
      'scim.user.deactivated.v1',
    ]);
    const [connection] = await scim.tokens.connections('acme');
    expect(found[2]!.event).toMatchObject({
      specversion: '1.0',
      id: found[2]!.id,
      source: `/tenants/acme/connections/${connection!.id}`,
      type: 'scim.user.deactivated.v1',
      subject: `User:${id}`,
      datacontenttype: 'application/json',
      dataschema: 'urn:nestjs-scim:event:scim.user.deactivated.v1',
      partitionkey: `acme/User:${id}`,
      data: { resourceId: id, externalId: 'n-1', version: 3 },
    });
    const sequences = found.map(({ event }) => event.sequence);
    expect(sequences).toEqual(sequences.toSorted());
  });

  it('leaves no second message of an event that is published twice', async () => {
    const [event] = await eventsIn(scim.dataSource);
    const { state: before } = await manager.streams.info(stream);
    await publisher.publish(event as ScimEvent);
    const { state: after } = await manager.streams.info(stream);
    expect(after.messages).toBe(before.messages);
  });

  it('loses nothing while no stream acknowledges', async () => {
    await manager.streams.delete(stream);
    const { id } = await createUser(client);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect((await outbox.status()).undelivered).toBe(1);
    await manager.streams.add({ name: stream, subjects });
    await settled();
    expect((await messages()).map(({ event }) => event.subject)).toEqual([`User:${id}`]);
  });
});
