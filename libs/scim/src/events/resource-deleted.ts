import type { JsonObject } from '../protocol/schema/json.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** A resource of a type of the host's own was deleted. */
export class ResourceDeleted extends ScimEvent {
  static override readonly type = 'scim.resource.deleted.v1';
  /** The resource as it was, without what is never returned. */
  readonly before: JsonObject;

  constructor(head: EventHead, details: { readonly before: JsonObject }) {
    super(head);
    this.before = details.before;
  }
}
