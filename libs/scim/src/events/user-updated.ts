import { ChangedAttributes } from './changed-attributes.js';

/** Attributes of a user changed. That it was deactivated or reactivated is told by events of their own. */
export class UserUpdated extends ChangedAttributes {
  static override readonly type = 'scim.user.updated.v1';
}
