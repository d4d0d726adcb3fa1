import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { parseCookie } from 'cookie';
import { HostSettings } from '../host-settings.js';
import { SESSION_DAYS, type SessionTokens } from './sessions.js';
import type { HostRequest } from './signed-in.js';

const ACCESS = 'access';
const REFRESH = 'refresh';

/** The only paths that see the refresh token. */
export const SESSION_PATH = '/session';

/**
 * The tokens of a browser. Scripts cannot read them, other sites cannot send them with a form, and the refresh token
 * travels to the renewal alone.
 */
@Injectable()
export class SessionCookies {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly settings: HostSettings,
  ) {}

  set(response: unknown, { accessToken, expiresIn, refreshToken }: SessionTokens): void {
    const { httpAdapter } = this.host;
    httpAdapter.setCookie(response, ACCESS, accessToken, this.options('/', expiresIn));
    httpAdapter.setCookie(response, REFRESH, refreshToken, this.options(SESSION_PATH, SESSION_DAYS * 86_400));
  }

  clear(response: unknown): void {
    this.host.httpAdapter.clearCookie(response, ACCESS, this.options('/'));
    this.host.httpAdapter.clearCookie(response, REFRESH, this.options(SESSION_PATH));
  }

  accessToken(request: HostRequest): string | undefined {
    return cookieOf(request, ACCESS);
  }

  refreshToken(request: HostRequest): string | undefined {
    return cookieOf(request, REFRESH);
  }

  private options(path: string, maxAge?: number) {
    return { path, maxAge, httpOnly: true, sameSite: 'lax' as const, secure: this.settings.secureCookies };
  }
}

export function cookieOf({ headers }: HostRequest, name: string): string | undefined {
  const { cookie } = headers;
  return typeof cookie === 'string' ? parseCookie(cookie)[name] : undefined;
}
