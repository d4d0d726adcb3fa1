import type { JsonObject } from '../protocol/schema/json.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** A user was deleted: access has ended. */
export class UserDeleted extends ScimEvent {
  static override readonly type = 'scim.user.deleted.v1';
  /** The user as it was, without what is never returned. */
  readonly before: JsonObject;

  constructor(head: EventHead, details: { readonly before: JsonObject }) {
    super(head);
    this.before = details.before;
  }
}
