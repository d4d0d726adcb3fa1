import { Controller, Get, HttpException, Post, Query, Req, Res, Body, ValidationPipe } from '@nestjs/common';
import { HostSettings } from '../host-settings.js';
import { localPath } from '../pages/local-path.js';
import { PageResponder } from '../pages/page-responder.js';
import { signInPage, type SignInView } from '../pages/sign-in-page.js';
import { AccessTokens } from '../sessions/access-tokens.js';
import { Public } from '../sessions/public.decorator.js';
import { SessionCookies } from '../sessions/session-cookies.js';
import { SignInDto } from '../sessions/session.dto.js';
import { Sessions } from '../sessions/sessions.js';
import type { HostRequest } from '../sessions/signed-in.js';
import { TooManyRequestsError } from '../too-many-requests.js';
import { SignIn } from './sign-in.js';
import { SingleSignOn } from './sso/single-sign-on.js';

/** Sign-in, renewal and sign-out for browsers. */
@Public()
@Controller()
export class SignInController {
  constructor(
    private readonly signIn: SignIn,
    private readonly sso: SingleSignOn,
    private readonly sessions: Sessions,
    private readonly accessTokens: AccessTokens,
    private readonly cookies: SessionCookies,
    private readonly responder: PageResponder,
    private readonly settings: HostSettings,
  ) {}

  @Get('sign-in')
  form(@Query('workspace') workspace: unknown, @Res() response: unknown): void {
    this.show(response, { workspace: typeof workspace === 'string' ? workspace : this.sso.workspace });
  }

  @Post('sign-in')
  async enter(
    @Body(new ValidationPipe({ whitelist: true })) body: SignInDto,
    @Req() { ip = '' }: HostRequest,
    @Res() response: unknown,
  ): Promise<void> {
    try {
      this.cookies.set(response, await this.signIn.withPassword(body, ip));
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      const { workspace, email } = body;
      if (error instanceof TooManyRequestsError) this.responder.retryAfter(response, error.retryAfterSeconds);
      this.show(response, { workspace, email, error: error.message }, error.getStatus());
      return;
    }
    this.responder.redirect(response, '/');
  }

  /** New tokens for a browser whose access token has expired. */
  @Get('session/renew')
  async renew(
    @Query('to') to: unknown,
    @Req() request: HostRequest,
    @Res() response: unknown,
  ): Promise<void> {
    const token = this.cookies.refreshToken(request);
    const tokens = token === undefined ? undefined : await this.sessions.refresh(token).catch(onlyHttp);
    if (!tokens) {
      this.cookies.clear(response);
      this.responder.redirect(response, '/sign-in');
      return;
    }
    this.cookies.set(response, tokens);
    this.responder.redirect(response, localPath(to));
  }

  /** Below the path of the refresh token, so that a session can be ended whose access token has expired. */
  @Post('session/end')
  async leave(@Req() request: HostRequest, @Res() response: unknown): Promise<void> {
    const access = this.cookies.accessToken(request);
    const claims = access === undefined ? undefined : await this.accessTokens.verify(access);
    if (claims) await this.sessions.end(claims);
    const refresh = this.cookies.refreshToken(request);
    if (refresh !== undefined) await this.sessions.endByRefreshToken(refresh);
    this.cookies.clear(response);
    this.responder.redirect(response, '/sign-in');
  }

  private show(response: unknown, view: Omit<SignInView, 'singleSignOn' | 'signUp'>, status?: number): void {
    const offers = { singleSignOn: this.sso.workspace !== undefined, signUp: this.settings.openSignUp };
    this.responder.page(response, signInPage({ ...view, ...offers }), status);
  }
}

/** A refusal is an answer; a fault goes on. */
function onlyHttp(error: unknown): undefined {
  if (error instanceof HttpException) return undefined;
  throw error;
}
