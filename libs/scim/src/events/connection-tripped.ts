import { type EventHead, ScimEvent } from './scim-event.js';

/** How far a connection went. */
export interface BreakerCount {
  readonly affected: number;
  readonly active: number;
}

/** The breaker stopped a connection, because it took access from too many users at once. */
export class ConnectionTripped extends ScimEvent {
  static override readonly type = 'scim.connection.tripped.v1';
  /** Users deactivated or deleted within the window, with the one that was refused. */
  readonly affected: number;
  /** Active users of the tenant when the window began. */
  readonly active: number;

  constructor(head: EventHead, details: BreakerCount) {
    super(head);
    this.affected = details.affected;
    this.active = details.active;
  }
}
