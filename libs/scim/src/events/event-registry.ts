import { isJsonObject, type JsonValue } from '../protocol/schema/json.js';
import { ConnectionReleased } from './connection-released.js';
import { ConnectionTripped } from './connection-tripped.js';
import { GroupCreated } from './group-created.js';
import { GroupDeleted } from './group-deleted.js';
import { GroupMembersChanged } from './group-members-changed.js';
import { GroupUpdated } from './group-updated.js';
import { ResourceCreated } from './resource-created.js';
import { ResourceDeleted } from './resource-deleted.js';
import { ResourceUpdated } from './resource-updated.js';
import type { EventHead, ScimEvent } from './scim-event.js';
import { UserCreated } from './user-created.js';
import { UserDeactivated } from './user-deactivated.js';
import { UserDeleted } from './user-deleted.js';
import { UserPurgeDue } from './user-purge-due.js';
import { UserReactivated } from './user-reactivated.js';
import { UserRolesChanged } from './user-roles-changed.js';
import { UserUpdated } from './user-updated.js';

type ConcreteEventClass = (new (head: EventHead, details: never) => ScimEvent) & { readonly type: string };

/** All events that there are. */
export const EVENT_CLASSES: readonly ConcreteEventClass[] = [
  UserCreated,
  UserUpdated,
  UserDeactivated,
  UserReactivated,
  UserDeleted,
  UserRolesChanged,
  UserPurgeDue,
  GroupCreated,
  GroupUpdated,
  GroupMembersChanged,
  GroupDeleted,
  ResourceCreated,
  ResourceUpdated,
  ResourceDeleted,
  ConnectionTripped,
  ConnectionReleased,
];

const BY_TYPE: ReadonlyMap<JsonValue | undefined, ConcreteEventClass> = new Map(
  EVENT_CLASSES.map((event) => [event.type, event]),
);

/**
 * The event of which this is the JSON form (`ScimEvent.toJSON`). Undefined for a type that this release does not know:
 * a newer instance may have written it.
 */
export function readEvent(json: JsonValue): ScimEvent | undefined {
  if (!isJsonObject(json)) return undefined;
  const event = BY_TYPE.get(json['type']);
  // Head and details lie side by side in one object; each constructor takes what is its own.
  return event && new event(json as unknown as EventHead, json as never);
}
