import type { JsonObject } from '../protocol/schema/json.js';
import type { ChangeDoor } from './change-origin.js';
import { uuidV7 } from './uuid-v7.js';

/** What every event says. */
export interface EventHead {
  /** UUID version 7. @default a new one */
  readonly id?: string;
  readonly tenantId: string;
  readonly connectionId: string | null;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly externalId?: string;
  readonly name?: string;
  readonly version: number;
  readonly sequence: number;
  readonly time: string;
  readonly requestId?: string;
  readonly by: ChangeDoor;
}

/** Events of one version of a resource that can be told apart by their sequence. */
export const EVENTS_PER_VERSION = 1000;

/** The sequence of the nth event (from 0) of a version. */
export function sequenceOf(version: number, ordinal = 0): number {
  return version * EVENTS_PER_VERSION + ordinal;
}

/** Something that happened in a tenant's directory. Base of all events; listening to it means listening to all. */
export abstract class ScimEvent {
  /** Name of the event in JSON and at brokers, with the version of its form. Fixed for ever once released. */
  static readonly type: string;

  /** The same at every delivery of the event, so it tells a repetition: an idempotency key. */
  readonly id: string;
  readonly tenantId: string;
  /** The connection whose request caused it; null when none did. */
  readonly connectionId: string | null;
  /** Name of the resource type, for example `User`. */
  readonly resourceType: string;
  /** Id of the resource in SCIM. */
  readonly resourceId: string;
  /** The identity provider's own id of the resource, where it gave one. */
  readonly externalId?: string;
  /** userName of a user, displayName of a group, as it is after the change (before it, for a deletion). */
  readonly name?: string;
  /** Version of the resource after the change. */
  readonly version: number;
  /** Place among the events of the resource: grows with each of them, with gaps. Drop what is not greater than seen. */
  readonly sequence: number;
  /** When it happened: RFC 3339 in UTC with milliseconds. */
  readonly time: string;
  /** Id of the HTTP request that caused it; undefined when none did. */
  readonly requestId?: string;
  /** Which door the change came through. */
  readonly by: ChangeDoor;

  constructor(head: EventHead) {
    this.id = head.id ?? uuidV7();
    this.tenantId = head.tenantId;
    this.connectionId = head.connectionId;
    this.resourceType = head.resourceType;
    this.resourceId = head.resourceId;
    this.externalId = head.externalId;
    this.name = head.name;
    this.version = head.version;
    this.sequence = head.sequence;
    this.time = head.time;
    this.requestId = head.requestId;
    this.by = head.by;
  }

  /** Name of the event, for example `scim.user.deactivated.v1`. */
  get type(): string {
    return (this.constructor as typeof ScimEvent).type;
  }

  /** Events of one stream are delivered in the order of their sequence; by default a stream is a resource. */
  get stream(): string {
    return `${this.resourceType}:${this.resourceId}`;
  }

  /** The event as plain data; `readEvent` makes an event of it again. */
  toJSON(): JsonObject {
    // What is undefined does not come into the text.
    return Object.assign({ type: this.type }, this) as unknown as JsonObject;
  }
}
