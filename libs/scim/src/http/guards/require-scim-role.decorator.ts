import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { REQUIRED_ROLES, ScimRoleGuard } from './scim-role.guard.js';

/**
 * Lets a call of the host's own API through only for users with at least one of the roles, by the groups that they are in
 * at this moment: 401 for nobody, 403 for everybody else. For controllers and methods; both count when both have it.
 *
 * The guard that signs people in has to run before: a global one does, and one on the class does for methods. Where both
 * stand on the same class or method, write this one above `@UseGuards(...)`: Nest asks the lower one first.
 *
 * @example
 * @RequireScimRole('admin')
 * @Delete('projects/:id')
 * remove() {}
 */
export function RequireScimRole(role: string, ...more: readonly string[]): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(REQUIRED_ROLES, [role, ...more]), UseGuards(ScimRoleGuard));
}
