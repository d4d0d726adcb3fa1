import type { EventDelivery } from './on-scim-event.decorator.js';
import type { ScimEvent } from './scim-event.js';

/**
 * Hands events on to somewhere else, as a rule to a message broker. Every provider of the application that extends this
 * class gets every event from the outbox: at least once, in order for each resource.
 */
export abstract class EventPublisher {
  /** Under which the outbox notes that it has the event; stable, and another one for each publisher. */
  abstract readonly name: string;

  /** Resolves when the event is safe over there. @throws anything when it is not; the outbox tries again */
  abstract publish(event: ScimEvent, delivery: EventDelivery): Promise<void>;
}
