import type { JsonObject } from '../protocol/schema/json.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** A group was deleted. Who was in it is told by GroupMembersChanged, before this. */
export class GroupDeleted extends ScimEvent {
  static override readonly type = 'scim.group.deleted.v1';
  /** The group as it was, without its members. */
  readonly before: JsonObject;

  constructor(head: EventHead, details: { readonly before: JsonObject }) {
    super(head);
    this.before = details.before;
  }
}
