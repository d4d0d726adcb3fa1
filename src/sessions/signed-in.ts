import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Member } from '../accounts/member.js';

/** Who sends the request. */
export interface SignedIn {
  readonly member: Member;
  readonly sessionId: string;
}

/** A request after the guard; both adapters have these. */
export interface HostRequest {
  readonly method: string;
  readonly url: string;
  readonly ip?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  signedIn?: SignedIn;
}

export const requestOf = (context: ExecutionContext): HostRequest =>
  context.switchToHttp().getRequest<HostRequest>();

/** Parameter of a route that needs a sign-in. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): SignedIn => {
  const { signedIn } = requestOf(context);
  if (!signedIn) throw new Error('CurrentSession is for routes that are not public.');
  return signedIn;
});
