import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { REQUIRED_ROLES, ScimRoleGuard } from './scim-role.guard.js';

/**
 * Lets a call of the host's own API through only for users with at least one of the roles, by the groups that they are in
 * at this moment: 401 for nobody, 403 for everybody else. For controllers and methods; both count when both have it.
 *
 * Write it below the guard that signs people in (`@UseGuards(SignInGuard)`), or have that one global: decorators that
 * stand nearer to the method run later.
 *
 * @example
 * @RequireScimRole('admin')
 * @Delete('projects/:id')
 * remove() {}
 */
export function RequireScimRole(role: string, ...more: readonly string[]): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(REQUIRED_ROLES, [role, ...more]), UseGuards(ScimRoleGuard));
}
