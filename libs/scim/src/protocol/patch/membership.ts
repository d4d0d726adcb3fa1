import type { TypedFilter } from '../filter/typed-filter.js';

/** A member as a client names it: by id, and where it said so, by resource type. */
export interface MemberReference {
  readonly id: string;
  /** `User` or `Group`, in the schema's spelling; undefined when the client did not say. */
  readonly type?: string;
}

/**
 * Changes to a detached list (Group.members), in the order in which they apply. The engine never sees the members:
 * it folds all operations of a request into as few set-based steps as possible.
 */
export type MembershipStep = MembershipChange | MembershipReplacement | MembershipRemoval;

/** No id is in both lists. Adding a present member or removing an absent one changes nothing. */
export interface MembershipChange {
  readonly kind: 'change';
  readonly add: readonly MemberReference[];
  readonly remove: readonly string[];
}
/** Exactly these are members afterwards; an empty list empties the group. */
export interface MembershipReplacement {
  readonly kind: 'replace';
  readonly members: readonly MemberReference[];
}
/** Removes the members that a value filter selects, where that filter is more than `value eq` terms. */
export interface MembershipRemoval {
  readonly kind: 'removeWhere';
  /** Over the sub-attributes of the list. */
  readonly filter: TypedFilter;
}
