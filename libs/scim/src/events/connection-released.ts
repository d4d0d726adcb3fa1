import { ScimEvent } from './scim-event.js';

/** Somebody of the host let a stopped connection go on. */
export class ConnectionReleased extends ScimEvent {
  static override readonly type = 'scim.connection.released.v1';
}
