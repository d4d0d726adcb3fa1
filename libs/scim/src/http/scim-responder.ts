import { Inject, Injectable } from '@nestjs/common';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { AnswerBody } from '../provisioning/answer.js';
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js';
import { rawRequest, rulesOf } from './intake/scim-request.js';

/** Media type of every answer (RFC 7644 §3.1); it has no parameters. */
export const SCIM_MEDIA_TYPE = 'application/scim+json';

export interface ScimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined: no body (204, 304). */
  readonly body?: AnswerBody;
}

/** Fastify's reply, as far as it is used. */
interface FastifyReply {
  raw: ServerResponse;
  code(status: number): this;
  headers(values: OutgoingHttpHeaders): this;
  serializer(serialize: (payload: unknown) => unknown): this;
  send(body?: unknown): unknown;
}

/**
 * Sends answers itself instead of returning them to Nest, so that a host's response-wrapping interceptor cannot put
 * a SCIM body into an envelope. Works on Express and Fastify.
 */
@Injectable()
export class ScimResponder {
  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  send(request: unknown, response: unknown, answer: ScimResponse): void {
    const { etag } = (rulesOf(request) ?? this.settings).features;
    const headers: Record<string, string> = {
      // Answers hold personal data; with entity tags a client may keep its own copy and revalidate (H-9110-05).
      'Cache-Control': etag ? 'private, no-cache' : 'no-store',
      Vary: 'Accept, Authorization',
      ...(answer.body === undefined ? {} : { 'Content-Type': SCIM_MEDIA_TYPE }),
      ...answer.headers,
    };
    const head = rawRequest(request).method === 'HEAD';
    if (isFastify(response)) sendFastify(response, answer, headers, head);
    else sendExpress(response as ServerResponse, answer, headers, head);
  }
}

function isFastify(response: unknown): response is FastifyReply {
  return typeof (response as { code?: unknown }).code === 'function' && 'raw' in (response as object);
}

function sendFastify(
  reply: FastifyReply,
  { status, body }: ScimResponse,
  headers: Record<string, string>,
  head: boolean,
): void {
  reply.code(status).headers(headers);
  if (body === undefined) reply.send();
  // With a serialiser of its own the answer keeps its media type, to which Fastify would add a charset; as a string it
  // leaves in one piece with its head, as a buffer in two.
  else if (typeof body === 'string') reply.serializer(asItIs).send(body);
  // Fastify throws the body of HEAD away itself, a stream only after reading all of it.
  else reply.send(Readable.from(head ? [] : body, { objectMode: false }));
}

function asItIs(payload: unknown): unknown {
  return payload;
}

/** Past `res.send`, which would add a charset and an entity tag of its own. */
function sendExpress(
  response: ServerResponse,
  { status, body }: ScimResponse,
  headers: Record<string, string>,
  head: boolean,
): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined || typeof body === 'string') {
    if (status !== 204 && status !== 304) response.setHeader('Content-Length', Buffer.byteLength(body ?? ''));
    response.end(head ? undefined : body);
    return;
  }
  if (head) {
    response.end();
    return;
  }
  const stream = Readable.from(body, { objectMode: false });
  response.once('close', () => stream.destroy());
  // Too late for an error answer: cutting the connection tells the client that the answer is not whole.
  stream.once('error', () => response.destroy()).pipe(response);
}
