import type { ScimEvent } from './scim-event.js';

/** A class of events, or a base class of several. */
export type ScimEventClass<E extends ScimEvent = ScimEvent> = abstract new (...args: never[]) => E;

/** What a handler of these classes is called with. */
export type EventOf<C extends readonly ScimEventClass[]> = InstanceType<C[number]>;
