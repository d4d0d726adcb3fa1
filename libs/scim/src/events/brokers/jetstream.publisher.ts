import { type CloudEvent, toCloudEvent } from '../cloud-event.js';
import { EventPublisher } from '../event-publisher.js';
import type { ScimEvent } from '../scim-event.js';

/** What is used of the `JetStreamClient` of @nats-io/jetstream. */
export interface PublishingJetStream {
  publish(
    subject: string,
    payload: string,
    options: { readonly msgID: string; readonly timeout: number },
  ): Promise<{ readonly stream: string; readonly seq: number; readonly duplicate: boolean }>;
}

export interface JetStreamPublisherOptions {
  /** Under which the outbox notes that the broker has an event. @default 'jetstream' */
  readonly name?: string;
  /** Subject of an event; a stream of yours must listen to it. @default its type: `scim.user.deactivated.v1` */
  readonly subject?: (event: ScimEvent) => string;
  /** What is sent, as JSON. @default the CloudEvent */
  readonly message?: (cloudEvent: CloudEvent) => unknown;
  /** Milliseconds to wait for the acknowledgement. @default 5000 */
  readonly timeout?: number;
}

/**
 * Hands events to NATS JetStream as CloudEvents. An event counts as published when a stream has acknowledged it; its id is
 * the `Nats-Msg-Id`, so that the stream drops a repetition within its duplicate window.
 */
export class JetStreamPublisher extends EventPublisher {
  override readonly name: string;

  constructor(
    private readonly jetStream: PublishingJetStream,
    private readonly options: JetStreamPublisherOptions = {},
  ) {
    super();
    this.name = options.name ?? 'jetstream';
  }

  /** @throws Error when no stream listens to the subject, and when none acknowledges in time */
  override async publish(event: ScimEvent): Promise<void> {
    const { subject = ({ type }) => type, message = (cloudEvent) => cloudEvent } = this.options;
    const payload = JSON.stringify(message(toCloudEvent(event)));
    const wait = { msgID: event.id, timeout: this.options.timeout ?? 5000 };
    await this.jetStream.publish(subject(event), payload, wait);
  }
}
