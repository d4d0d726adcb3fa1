import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  type Type,
  UnauthorizedException,
} from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { ScimRoles } from '../../roles/scim-roles.js';
import type { CurrentUserResolver } from './current-user.js';

/** Metadata of `@RequireScimRole`. */
export const REQUIRED_ROLES = 'scim.requiredRoles';

/** Injection token of the class in the option `currentUser`; null without. */
export const CURRENT_USER_RESOLVER = Symbol('scim.currentUser.resolver');

/**
 * Behind `@RequireScimRole`. It is made in the module of the host's controller, which need not import ScimModule, so
 * what it works with is looked up in the whole application.
 */
@Injectable()
export class ScimRoleGuard implements CanActivate {
  private resolver: Promise<CurrentUserResolver> | undefined;

  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly reflector: Reflector,
  ) {}

  /** @throws UnauthorizedException, ForbiddenException, Error when the option `currentUser` is missing */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const required = [context.getHandler(), context.getClass()].flatMap((target) => {
      const roles = this.reflector.get<readonly string[] | undefined>(REQUIRED_ROLES, target);
      return roles ? [roles] : [];
    });
    this.resolver ??= this.obtain();
    const user = await (await this.resolver).resolve(context);
    if (!user) throw new UnauthorizedException();
    const effective = await this.moduleRef.get(ScimRoles, { strict: false }).of(user);
    const has = new Set(effective.map(({ role }) => role));
    if (required.every((roles) => roles.some((role) => has.has(role)))) return true;
    throw new ForbiddenException();
  }

  /** A provider of any module of the host, else one of our own making. */
  private async obtain(): Promise<CurrentUserResolver> {
    const resolverClass = this.moduleRef.get<Type<CurrentUserResolver> | null>(CURRENT_USER_RESOLVER, {
      strict: false,
    });
    if (!resolverClass) {
      throw new Error('@RequireScimRole needs the option currentUser of ScimModule: who the caller is.');
    }
    let provided: CurrentUserResolver | undefined;
    try {
      provided = this.moduleRef.get(resolverClass, { strict: false });
    } catch {
      // No module of the host provides it.
    }
    return provided ?? this.moduleRef.create(resolverClass);
  }
}
