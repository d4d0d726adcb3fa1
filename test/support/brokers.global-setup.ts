import { connect as connectNats } from '@nats-io/transport-node';
import { connect as connectRabbit } from 'amqplib';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** NATS with JetStream; undefined when there is none to test on. */
    natsUrl: string | undefined;
    /** RabbitMQ; undefined when there is none to test on. */
    rabbitUrl: string | undefined;
  }
}

/** The brokers of TEST_NATS_URL and TEST_RABBITMQ_URL. Says which is missing; one that cannot be reached is a failure. */
export async function setup(project: TestProject): Promise<void> {
  const nats = given('TEST_NATS_URL', 'NATS');
  if (nats !== undefined) {
    const connection = await connectNats({ servers: nats, timeout: 10_000, reconnect: false });
    await connection.close();
  }
  project.provide('natsUrl', nats);
  const rabbit = given('TEST_RABBITMQ_URL', 'RabbitMQ');
  if (rabbit !== undefined) {
    const connection = await connectRabbit(rabbit, { timeout: 10_000 });
    await connection.close();
  }
  project.provide('rabbitUrl', rabbit);
}

function given(variable: string, broker: string): string | undefined {
  const url = process.env[variable] || undefined;
  process.stderr.write(
    url === undefined
      ? `${variable} is not set: nothing is tested on ${broker} in this run.\n`
      : `${variable} is set: tests run on ${broker} too.\n`,
  );
  return url;
}
