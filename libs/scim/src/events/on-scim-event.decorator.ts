import type { EventOf, ScimEventClass } from './scim-event-class.js';

/** One attempt to deliver an event. */
export interface EventDelivery {
  /** From 1. Greater than 1: an attempt before failed, or its process ended before it was noted. */
  readonly attempt: number;
  /** Aborted when the time for the attempt is over. */
  readonly signal: AbortSignal;
}

/** A method with `@OnScimEvent`. */
export type ScimEventMethod<C extends readonly ScimEventClass[]> = (
  event: EventOf<C>,
  delivery: EventDelivery,
) => unknown;

const CLASSES = Symbol('scim.on-event');

/**
 * Calls a method of any provider after the commit, from the outbox: at least once, in order for each resource, again
 * with growing pauses when it throws. A repetition has the same `event.id`.
 *
 * @param classes events to listen to; `ScimEvent` means all of them
 * @example
 * @OnScimEvent(UserCreated)
 * async welcome(event: UserCreated) {
 *   await this.mail.sendWelcome(event.resourceId);
 * }
 */
export function OnScimEvent<const C extends readonly [ScimEventClass, ...ScimEventClass[]]>(
  ...classes: C
): <M extends ScimEventMethod<C>>(
  target: object,
  name: string | symbol,
  method: TypedPropertyDescriptor<M>,
) => void {
  return (_target, _name, method) => {
    Reflect.defineMetadata(CLASSES, classes, method.value!);
  };
}

/** What a method listens to; undefined for one without the decorator. */
export function onEventClasses(method: object): readonly ScimEventClass[] | undefined {
  return Reflect.getMetadata(CLASSES, method) as readonly ScimEventClass[] | undefined;
}
