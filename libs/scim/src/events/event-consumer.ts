import type { EventDelivery } from './on-scim-event.decorator.js';
import type { ScimEvent } from './scim-event.js';

/**
 * A part of the module that works on events after the commit: it gets each one from the outbox before the host's
 * handlers and publishers do, on the same terms. Every provider that extends this class is called.
 */
export abstract class EventConsumer {
  /** Under which the outbox notes that it has the event; stable, and another one for each consumer. */
  abstract readonly name: string;

  /** @throws anything when it could not be done; nobody behind it gets the event until it could */
  abstract consume(event: ScimEvent, delivery: EventDelivery): Promise<void>;
}
