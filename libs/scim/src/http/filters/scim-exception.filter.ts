import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import { intakeOf, rawRequest } from '../intake/scim-request.js';
import { Exchanges } from '../logging/exchanges.js';
import { retryAfter } from './retry-after.js';
import { ScimResponder } from '../scim-responder.js';

/** Answers whatever went wrong below the module's path as a SCIM error (RFC 7644 §3.12, P-3.12-01). */
@Catch()
export class ScimExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Scim');

  constructor(
    private readonly responder: ScimResponder,
    private readonly exchanges: Exchanges,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const error = toScimError(exception);
    const exchange = this.exchanges.open(http.getRequest(), http.getResponse());
    exchange.error = error;
    const headers: Record<string, string> = { ...error.headers };
    if (error.status >= 500 && error.status !== 501) {
      // The log gets the cause and the client an id to quote, nothing else (P-3.12-07).
      const correlationId = exchange.requestId;
      headers['X-Correlation-Id'] = correlationId;
      const cause = error.cause ?? (exception === error ? undefined : exception);
      const { method } = rawRequest(http.getRequest());
      this.logger.error(
        `${method ?? ''} failed, correlation id ${correlationId}`,
        cause instanceof Error ? cause.stack : undefined,
      );
    }
    // What is left of the body is not waited for.
    const unread = intakeOf(http.getRequest())?.body?.kind === 'tooSlow';
    if (error.status === 413 || unread) headers['Connection'] = 'close';
    if (error.status === 429 || error.status === 503) {
      headers['Retry-After'] ??= retryAfter(http.getResponse(), Date.now());
    }
    this.responder.send(http.getRequest(), http.getResponse(), {
      status: error.status,
      headers,
      body: JSON.stringify(error.toBody()),
    });
  }
}

/** Maps what guards and the framework throw; anything unknown is a fault of ours. */
export function toScimError(exception: unknown): ScimError {
  if (exception instanceof ScimError) return exception;
  const status = statusOf(exception);
  if (status === 503) {
    // A host that drains or has lost something says so itself; identity providers come back after a 503.
    return new ScimError(503, undefined, 'The server cannot answer now; try again.', { cause: exception });
  }
  // Below 400 a host's HttpException is no error at all, and no answer to a SCIM client.
  if (status === undefined || status < 400 || status >= 500) return ScimError.internal(exception);
  return new ScimError(
    status,
    status === 400 ? 'invalidSyntax' : undefined,
    DETAILS[status] ?? 'The request was refused.',
    {
      cause: exception,
    },
  );
}

/** Texts of our own: those of frameworks may quote the request. */
const DETAILS: Readonly<Record<number, string>> = {
  400: 'The request could not be read.',
  401: 'The request is not authenticated.',
  403: 'The request is not allowed.',
  404: 'There is no such endpoint.',
  405: 'The method is not available here.',
  408: 'The request took too long to arrive.',
  413: 'The request is too large.',
  415: 'Send application/scim+json.',
  429: 'Too many requests.',
};

function statusOf(exception: unknown): number | undefined {
  if (exception instanceof HttpException) return exception.getStatus();
  if (exception instanceof URIError) return 400;
  if (typeof exception !== 'object' || exception === null) return undefined;
  const { statusCode, status } = exception as { statusCode?: unknown; status?: unknown };
  const value = statusCode ?? status;
  return typeof value === 'number' && value >= 400 && value < 500 ? value : undefined;
}
