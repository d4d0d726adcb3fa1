import { lastValueFrom, type Observable, timeout } from 'rxjs';
import { type CloudEvent, toCloudEvent } from '../cloud-event.js';
import { EventPublisher } from '../event-publisher.js';
import type { ScimEvent } from '../scim-event.js';

/** What is used of the `ClientProxy` of @nestjs/microservices. */
export interface EmittingClient {
  emit(pattern: string, data: unknown): Observable<unknown>;
}

export interface ClientProxyPublisherOptions {
  /** Under which the outbox notes that the broker has an event. @default 'client-proxy' */
  readonly name?: string;
  /** Pattern (topic, routing key) of an event. @default its type */
  readonly pattern?: (event: ScimEvent) => string;
  /** What is sent. Kafka wants `{ key, value }`: give `key: cloudEvent.partitionkey`. @default the CloudEvent */
  readonly message?: (cloudEvent: CloudEvent) => unknown;
  /** Milliseconds to wait for the client to take the message. @default 5000 */
  readonly timeout?: number;
}

/**
 * Hands events to any transport that Nest speaks, as CloudEvents. What it means that the client took a message depends
 * on the transport: RabbitMQ and Kafka confirm it, core NATS and Redis pub/sub do not.
 */
export class ClientProxyPublisher extends EventPublisher {
  override readonly name: string;

  constructor(
    private readonly client: EmittingClient,
    private readonly options: ClientProxyPublisherOptions = {},
  ) {
    super();
    this.name = options.name ?? 'client-proxy';
  }

  /**
   * @throws Error of the client, TimeoutError when it did not take the message in time, BrokerUnavailable when it cannot
   *   connect and says so by something that is no Error
   */
  override async publish(event: ScimEvent): Promise<void> {
    const { pattern = ({ type }) => type, message = (cloudEvent) => cloudEvent } = this.options;
    const sent = this.client.emit(pattern(event), message(toCloudEvent(event)));
    // `emit` swallows the error of whoever does not listen to it.
    const taken = sent.pipe(timeout(this.options.timeout ?? 5000));
    try {
      await lastValueFrom(taken, { defaultValue: undefined });
    } catch (error) {
      // The client of RabbitMQ throws a plain object, of which nobody could tell what it is.
      throw error instanceof Error ? error : new BrokerUnavailable({ cause: error });
    }
  }
}

/** The client has no connection to its broker. */
class BrokerUnavailable extends Error {
  override readonly name = 'BrokerUnavailable';

  constructor(options: ErrorOptions) {
    super('The broker cannot be reached.', options);
  }
}
