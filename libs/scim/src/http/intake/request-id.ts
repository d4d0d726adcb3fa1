import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SCIM_TOKEN_PATTERN } from '../../tokens/token-format.js';

/** What goes into logs and events as it is must be harmless there; a token has this form too, and is not. */
const PLAIN = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Id of a request: `X-Request-Id` where a proxy of the host set one, else a new one. It is no secret and proves
 * nothing: a client may send the header too.
 */
export function requestIdOf({ 'x-request-id': sent }: IncomingHttpHeaders): string {
  return typeof sent === 'string' && PLAIN.test(sent) && !SCIM_TOKEN_PATTERN.test(sent) ? sent : randomUUID();
}
