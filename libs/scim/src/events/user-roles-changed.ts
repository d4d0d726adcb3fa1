import type { EffectiveRole } from './effective-role.js';
import { type EventHead, ScimEvent } from './scim-event.js';

/** What a user may do has changed, because of its groups or of a mapping. */
export interface RolesChange {
  readonly granted: readonly string[];
  readonly revoked: readonly string[];
  readonly effective: readonly string[];
  readonly roles: readonly EffectiveRole[];
}

/** The roles of a user changed. On a stream of its own, after the change of the directory that caused it. */
export class UserRolesChanged extends ScimEvent {
  static override readonly type = 'scim.user.roles-changed.v1';
  /** Roles that are new. */
  readonly granted: readonly string[];
  /** Roles that are gone. */
  readonly revoked: readonly string[];
  /** All roles from now on, the one of the greatest priority first: a handler that sets these needs no others. */
  readonly effective: readonly string[];
  /** The same with their reasons: mapping, group, and the way there through nested groups. */
  readonly roles: readonly EffectiveRole[];

  constructor(head: EventHead, details: RolesChange) {
    super(head);
    this.granted = details.granted;
    this.revoked = details.revoked;
    this.effective = details.effective;
    this.roles = details.roles;
  }

  override get stream(): string {
    return `UserRoles:${this.resourceId}`;
  }
}
