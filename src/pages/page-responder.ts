import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Our pages load one style sheet, have no script, and send forms to us alone. */
const CONTENT =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Answers with pages, the same on each HTTP adapter. */
@Injectable()
export class PageResponder {
  constructor(private readonly host: HttpAdapterHost) {}

  page(response: unknown, text: string, status = 200): void {
    const { httpAdapter } = this.host;
    httpAdapter.setHeader(response, 'Content-Type', 'text/html; charset=utf-8');
    httpAdapter.setHeader(response, 'Content-Security-Policy', CONTENT);
    // Pages name people: they are for this browser, and not for after the sign-out.
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    httpAdapter.reply(response, text, status);
  }

  /** 303: whatever the method was, the browser gets the other page. */
  redirect(response: unknown, to: string): void {
    this.host.httpAdapter.redirect(response, 303, to);
  }

  retryAfter(response: unknown, seconds: number): void {
    this.host.httpAdapter.setHeader(response, 'Retry-After', String(seconds));
  }
}
