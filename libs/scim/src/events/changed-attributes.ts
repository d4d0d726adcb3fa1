import type { JsonObject } from '../protocol/schema/json.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** Which attributes changed, and how. Values that are never returned (passwords) are named and not shown. */
export interface AttributeChanges {
  readonly changed: readonly string[];
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Base of the events that tell of changed attributes. */
export abstract class ChangedAttributes extends ScimEvent {
  /** Attributes that changed, those of extensions with the URN: `title`, `urn:…:User:department`. */
  readonly changed: readonly string[];
  /** Their values before, in the shape of a resource; without those that had none. */
  readonly before: JsonObject;
  /** Their values after, in the shape of a resource; without those that have none any more. */
  readonly after: JsonObject;

  constructor(head: EventHead, details: AttributeChanges) {
    super(head);
    this.changed = details.changed;
    this.before = details.before;
    this.after = details.after;
  }
}
