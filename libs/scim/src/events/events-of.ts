import type { JsonObject } from '../protocol/schema/json.js';
import { changedAttributes } from './changed-parts.js';
import { GroupCreated } from './group-created.js';
import { GroupDeleted } from './group-deleted.js';
import { GroupMembersChanged } from './group-members-changed.js';
import { GroupUpdated } from './group-updated.js';
import type { ChangedMember, ResourceChange } from './resource-change.js';
import { ResourceCreated } from './resource-created.js';
import { ResourceDeleted } from './resource-deleted.js';
import { ResourceUpdated } from './resource-updated.js';
import { EVENTS_PER_VERSION, type EventHead, type ScimEvent, sequenceOf } from './scim-event.js';
import { UserCreated } from './user-created.js';
import { UserDeactivated } from './user-deactivated.js';
import { UserDeleted } from './user-deleted.js';
import { UserReactivated } from './user-reactivated.js';
import { UserUpdated } from './user-updated.js';

type Make = (head: EventHead) => ScimEvent;

/** Members in one event: its JSON stays far below what brokers take in one message (NATS: 1 MiB). */
const MEMBERS_PER_EVENT = 2000;

/**
 * The events that tell of a change, in the order in which they are delivered. Whoever lost access is told first, and
 * whoever gets it back last, so that a handler which fails on other attributes never keeps anybody in.
 */
export function eventsOf(change: ResourceChange): ScimEvent[] {
  const { origin } = change;
  const head = (ordinal: number): EventHead => ({
    tenantId: origin.tenantId,
    connectionId: origin.connectionId,
    resourceType: change.resourceType,
    resourceId: change.id,
    externalId: change.externalId,
    name: change.name,
    version: change.version,
    sequence: sequenceOf(change.version, ordinal),
    time: change.time,
    requestId: origin.requestId,
    by: origin.by,
  });
  return makersOf(change).map((make, ordinal) => make(head(ordinal)));
}

/** Whether a user lost access by the change: deactivated or deleted. */
export function endsAccess(change: ResourceChange): boolean {
  return change.resourceType === 'User' && (change.kind === 'deleted' || becomes(change, false));
}

function makersOf(change: ResourceChange): Make[] {
  switch (change.resourceType) {
    case 'User':
      return userEvents(change);
    case 'Group':
      return groupEvents(change);
    default:
      return resourceEvents(change);
  }
}

function userEvents(change: ResourceChange): Make[] {
  const { kind, before = {}, after = {} } = change;
  if (kind === 'created') return [(head) => new UserCreated(head, { after })];
  if (kind === 'deleted') return [(head) => new UserDeleted(head, { before })];
  const ends = becomes(change, false);
  const returns = becomes(change, true);
  const seen = ends || returns ? ['active'] : [];
  const changes = changedAttributes(before, after, change.concealed, seen);
  return [
    ...(ends ? [(head: EventHead) => new UserDeactivated(head)] : []),
    ...(changes ? [(head: EventHead) => new UserUpdated(head, changes)] : []),
    ...(returns ? [(head: EventHead) => new UserReactivated(head)] : []),
  ];
}

function groupEvents(change: ResourceChange): Make[] {
  const { kind, before = {}, after = {} } = change;
  const members = memberEvents(change);
  if (kind === 'created') return [(head) => new GroupCreated(head, { after }), ...members];
  if (kind === 'deleted') return [...members, (head) => new GroupDeleted(head, { before })];
  const changes = changedAttributes(before, after, change.concealed);
  return [...(changes ? [(head: EventHead) => new GroupUpdated(head, changes)] : []), ...members];
}

function resourceEvents({ kind, before = {}, after = {}, concealed }: ResourceChange): Make[] {
  if (kind === 'created') return [(head) => new ResourceCreated(head, { after })];
  if (kind === 'deleted') return [(head) => new ResourceDeleted(head, { before })];
  const changes = changedAttributes(before, after, concealed);
  return changes ? [(head) => new ResourceUpdated(head, changes)] : [];
}

/** Who leaves comes first: taking access away is more urgent than giving it. */
function memberEvents({ members }: ResourceChange): Make[] {
  if (!members) return [];
  const { added, removed } = members;
  const total = added.length + removed.length;
  const size = Math.max(MEMBERS_PER_EVENT, Math.ceil(total / (EVENTS_PER_VERSION - 2)));
  const events: Make[] = [];
  for (let start = 0; start < total; start += size) {
    const end = start + size;
    const part = {
      removed: removed.slice(start, end),
      added: sliceBehind(added, removed.length, start, end),
    };
    events.push((head) => new GroupMembersChanged(head, part));
  }
  return events;
}

/** What lies between two places of a list that comes behind so many others. */
function sliceBehind(
  list: readonly ChangedMember[],
  others: number,
  start: number,
  end: number,
): readonly ChangedMember[] {
  return list.slice(Math.max(0, start - others), Math.max(0, end - others));
}

/** Whether the change switches `active`; a user without it counts as active (RFC 7643 §4.1.1). */
function becomes({ kind, before = {}, after = {} }: ResourceChange, active: boolean): boolean {
  return kind === 'modified' && isActive(before) !== active && isActive(after) === active;
}

function isActive(document: JsonObject): boolean {
  return document['active'] !== false;
}
