import { ScimEvent } from './scim-event.js';

/** A user's `active` is not false any more. */
export class UserReactivated extends ScimEvent {
  static override readonly type = 'scim.user.reactivated.v1';
}
