import type { JsonObject } from '../protocol/schema/json.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** A resource of a type of the host's own was created. */
export class ResourceCreated extends ScimEvent {
  static override readonly type = 'scim.resource.created.v1';
  /** The resource, without what is never returned. */
  readonly after: JsonObject;

  constructor(head: EventHead, details: { readonly after: JsonObject }) {
    super(head);
    this.after = details.after;
  }
}
