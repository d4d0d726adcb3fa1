import { ScimEvent } from './scim-event.js';

/** The retention of a deleted user is over: the host deletes what it keeps of it. */
export class UserPurgeDue extends ScimEvent {
  static override readonly type = 'scim.user.purge-due.v1';
}
