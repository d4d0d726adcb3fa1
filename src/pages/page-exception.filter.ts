import { type ArgumentsHost, Catch, ForbiddenException, UnauthorizedException } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { HostRequest } from '../sessions/signed-in.js';
import { html } from './html.js';
import { page } from './page.js';
import { PageResponder } from './page-responder.js';

/** For people: without a sign-in the way to it, and a page where a program would get JSON. */
@Catch(UnauthorizedException, ForbiddenException)
export class PageExceptionFilter extends BaseExceptionFilter {
  constructor(
    host: HttpAdapterHost,
    private readonly responder: PageResponder,
  ) {
    super(host.httpAdapter);
  }

  override catch(exception: UnauthorizedException | ForbiddenException, context: ArgumentsHost): void {
    const http = context.switchToHttp();
    const { method, url } = http.getRequest<HostRequest>();
    const response = http.getResponse<unknown>();
    if (exception instanceof ForbiddenException) {
      const text = html`<p>This page is for administrators. <a href="/">Back to the start</a></p>`;
      this.responder.page(response, page('Not for you', text), 403);
      return;
    }
    const to = method === 'GET' ? url : '/';
    this.responder.redirect(response, `/session/renew?${new URLSearchParams({ to }).toString()}`);
  }
}
