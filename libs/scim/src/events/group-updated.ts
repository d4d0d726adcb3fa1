import { ChangedAttributes } from './changed-attributes.js';

/** Attributes of a group changed. Its members are told by GroupMembersChanged. */
export class GroupUpdated extends ChangedAttributes {
  static override readonly type = 'scim.group.updated.v1';
}
