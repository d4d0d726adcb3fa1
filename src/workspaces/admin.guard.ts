import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import { requestOf } from '../sessions/signed-in.js';
import { MemberRoles } from './member-roles.js';

/** For administrators and the owner. The roles are looked up at each request. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly roles: MemberRoles) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { signedIn } = requestOf(context);
    const roles = signedIn ? await this.roles.of(signedIn.member) : [];
    if (!roles.includes('admin') && !roles.includes('owner')) throw new ForbiddenException();
    return true;
  }
}
