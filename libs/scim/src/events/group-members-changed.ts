import type { ChangedMember, MembersChange } from './resource-change.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** Members joined or left a group. A change of very many is told by several events. */
export class GroupMembersChanged extends ScimEvent {
  static override readonly type = 'scim.group.members-changed.v1';
  /** Who joined. */
  readonly added: readonly ChangedMember[];
  /** Who left. */
  readonly removed: readonly ChangedMember[];

  constructor(head: EventHead, details: MembersChange) {
    super(head);
    this.added = details.added;
    this.removed = details.removed;
  }
}
