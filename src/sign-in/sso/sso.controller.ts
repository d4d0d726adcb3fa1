import { Controller, Get, Logger, NotFoundException, Req, Res, UnauthorizedException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HostSettings } from '../../host-settings.js';
import { html } from '../../pages/html.js';
import { notice, page } from '../../pages/page.js';
import { PageResponder } from '../../pages/page-responder.js';
import { Public } from '../../sessions/public.decorator.js';
import { cookieOf, SessionCookies } from '../../sessions/session-cookies.js';
import { Sessions } from '../../sessions/sessions.js';
import type { HostRequest } from '../../sessions/signed-in.js';
import { Identities } from '../identities.js';
import { SIGN_ON_SECONDS, SignOnStates } from './sign-on-state.js';
import { CALLBACK_PATH, SingleSignOn } from './single-sign-on.js';

const COOKIE = 'sign-on';

/** The way to the identity provider and back. */
@Public()
@Controller('sign-in')
export class SsoController {
  private readonly logger = new Logger(SsoController.name);

  constructor(
    private readonly sso: SingleSignOn,
    private readonly states: SignOnStates,
    private readonly identities: Identities,
    private readonly sessions: Sessions,
    private readonly cookies: SessionCookies,
    private readonly responder: PageResponder,
    private readonly settings: HostSettings,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get('sso')
  async begin(@Res() response: unknown): Promise<void> {
    if (this.sso.workspace === undefined) throw new NotFoundException();
    const begun = await this.sso
      .begin()
      .catch((error: unknown) => this.log('The provider cannot be reached', error));
    if (!begun) return this.fail(response, 502, 'Your company’s sign-in cannot be reached. Try again later.');
    const { url, state } = begun;
    const options = { ...this.cookieOptions, maxAge: SIGN_ON_SECONDS };
    this.host.httpAdapter.setCookie(response, COOKIE, await this.states.seal(state), options);
    this.responder.redirect(response, url);
  }

  @Get('callback')
  async finish(@Req() request: HostRequest, @Res() response: unknown): Promise<void> {
    if (this.sso.workspace === undefined) throw new NotFoundException();
    const sealed = cookieOf(request, COOKIE);
    // Good for one attempt, whatever comes of it.
    this.host.httpAdapter.clearCookie(response, COOKIE, this.cookieOptions);
    const state = sealed === undefined ? undefined : await this.states.open(sealed);
    if (!state)
      return this.fail(response, 400, 'This sign-in took too long, or was begun in another browser.');
    const query = new URL(request.url, this.settings.appUrl).search;
    const person = await this.sso.finish(query, state).catch((error: unknown) => this.log('Refused', error));
    if (!person) return this.fail(response, 400, 'The sign-in did not succeed.');
    try {
      this.cookies.set(response, await this.sessions.start(await this.identities.resolve(person), 'sso'));
    } catch (error) {
      if (!(error instanceof UnauthorizedException)) throw error;
      return this.fail(response, 403, 'Your account has no access to this workspace.');
    }
    this.responder.redirect(response, '/');
  }

  private get cookieOptions() {
    const { secureCookies: secure } = this.settings;
    // Lax: the browser comes back from another site.
    return { path: CALLBACK_PATH, httpOnly: true, sameSite: 'lax' as const, secure };
  }

  private fail(response: unknown, status: number, text: string): void {
    const content = html`${notice('error', text)}
      <p><a href="/sign-in">Back to sign-in</a></p>`;
    this.responder.page(response, page('No sign-in', content), status);
  }

  /** The code of the error and no more: its details may hold addresses and tokens. */
  private log(what: string, error: unknown): undefined {
    const { name, code, error: reason } = error as { name?: unknown; code?: unknown; error?: unknown };
    this.logger.warn(`Single sign-on: ${what} (${[reason, code, name].find(isCode) ?? 'unknown'}).`);
  }
}

/** What comes back with the browser may be any text, with line ends too. */
function isCode(text: unknown): text is string {
  return typeof text === 'string' && /^[\w.-]{1,64}$/.test(text);
}
