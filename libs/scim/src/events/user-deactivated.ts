import { ScimEvent } from './scim-event.js';

/** A user's `active` became false: access has ended. Deleting a user is UserDeleted, not this. */
export class UserDeactivated extends ScimEvent {
  static override readonly type = 'scim.user.deactivated.v1';
}
