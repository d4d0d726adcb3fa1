import type { JsonObject } from '../protocol/schema/json.js';
import type { ChangeOrigin } from './change-origin.js';

/** A member that joined or left a group. */
export interface ChangedMember {
  readonly id: string;
  /** Name of its resource type: `User` or `Group`. */
  readonly type: string;
}

/** Who joined and who left; nobody is in both. */
export interface MembersChange {
  readonly added: readonly ChangedMember[];
  readonly removed: readonly ChangedMember[];
}

/**
 * One changed row, as the stores produce it inside the transaction: for the resource that a request names, and for every
 * other one that changes with it (groups that a deleted user leaves, users whose manager was deleted, groups that waited
 * for a member).
 */
export interface ResourceChange {
  readonly kind: 'created' | 'modified' | 'deleted';
  /** Name of the resource type, for example `User`. */
  readonly resourceType: string;
  readonly id: string;
  readonly externalId?: string;
  /** userName of a user, displayName of a group, as it is after the change (before it, for a deletion). */
  readonly name?: string;
  /** Of the resource after the change; a deletion counts as one. */
  readonly version: number;
  /** RFC 3339 in UTC with milliseconds: its lastModified. */
  readonly time: string;
  /**
   * The document before the change, without what is never returned. Where the store did not read it, at least the
   * attributes that change; undefined when none does, and for what was created.
   */
  readonly before?: JsonObject;
  /** The same after the change; undefined when no attribute changed, and for what was deleted. */
  readonly after?: JsonObject;
  /** Names of never-returned attributes (a password) that changed. Their values are nowhere. @default [] */
  readonly concealed?: readonly string[];
  /** Groups only. @default undefined (nobody joined or left) */
  readonly members?: MembersChange;
  readonly origin: ChangeOrigin;
}
