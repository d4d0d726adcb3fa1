import type { JsonObject } from '../protocol/schema/json.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** A group was created. Its members are told by GroupMembersChanged. */
export class GroupCreated extends ScimEvent {
  static override readonly type = 'scim.group.created.v1';
  /** The group, without its members. */
  readonly after: JsonObject;

  constructor(head: EventHead, details: { readonly after: JsonObject }) {
    super(head);
    this.after = details.after;
  }
}
