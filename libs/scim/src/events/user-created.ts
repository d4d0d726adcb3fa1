import type { JsonObject } from '../protocol/schema/json.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** A user was created; also one that is not active. */
export class UserCreated extends ScimEvent {
  static override readonly type = 'scim.user.created.v1';
  /** The user, without what is never returned. */
  readonly after: JsonObject;

  constructor(head: EventHead, details: { readonly after: JsonObject }) {
    super(head);
    this.after = details.after;
  }
}
