import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AccessTokens } from './access-tokens.js';
import { IS_PUBLIC } from './public.decorator.js';
import { SessionCookies } from './session-cookies.js';
import { Sessions } from './sessions.js';
import { type HostRequest, requestOf } from './signed-in.js';

/**
 * Stands before every route that is not public. The token must be good, and beyond that the member active and the session
 * going on at this moment: an access token that was given before a deactivation is worth nothing after it.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accessTokens: AccessTokens,
    private readonly sessions: Sessions,
    private readonly cookies: SessionCookies,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, places)) return true;
    const request = requestOf(context);
    const token = bearerOf(request) ?? this.cookies.accessToken(request);
    const claims = token === undefined ? undefined : await this.accessTokens.verify(token);
    const member = claims && (await this.sessions.memberOf(claims));
    if (!member) throw new UnauthorizedException();
    request.signedIn = { member, sessionId: claims.sessionId };
    return true;
  }
}

function bearerOf({ headers: { authorization } }: HostRequest): string | undefined {
  const [, token] =
    /^Bearer +([\w.~+/-]+=*)$/i.exec(typeof authorization === 'string' ? authorization : '') ?? [];
  return token;
}
