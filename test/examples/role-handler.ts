// #region role-handler
import { Injectable } from '@nestjs/common';
import { OnScimEvent, ScimRoles, UserRolesChanged } from 'nestjs-scim';

@Injectable()
export class Memberships {
  /** Roles by user, as your application keeps them. */
  readonly byUser = new Map<string, readonly string[]>();

  constructor(private readonly roles: ScimRoles) {}

  /** `effective` is the whole set, so that doing it twice does no harm. */
  @OnScimEvent(UserRolesChanged)
  setRoles({ tenantId, resourceId, effective }: UserRolesChanged): void {
    this.byUser.set(`${tenantId}/${resourceId}`, effective);
  }

  /** What is true at this moment. */
  async mayAdminister(tenantId: string, userId: string): Promise<boolean> {
    return this.roles.has({ tenantId, userId }, 'admin');
  }
}
// #endregion role-handler
