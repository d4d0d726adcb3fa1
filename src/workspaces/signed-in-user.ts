import { type ExecutionContext, Injectable } from '@nestjs/common';
import { type CurrentUser, CurrentUserResolver } from 'nestjs-scim';
import { requestOf } from '../sessions/signed-in.js';

/** Tells `@RequireScimRole` whom our own guard has let in. */
@Injectable()
export class SignedInUser extends CurrentUserResolver {
  override resolve(context: ExecutionContext): CurrentUser | undefined {
    const { signedIn } = requestOf(context);
    return signedIn && { tenantId: signedIn.member.tenantId, userId: signedIn.member.id };
  }
}
