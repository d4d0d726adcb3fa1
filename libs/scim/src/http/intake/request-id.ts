import { randomUUID } from 'node:crypto';
import { SCIM_TOKEN_PATTERN } from '../../tokens/token-format.js';
import { rawRequest } from './scim-request.js';

const ids = new WeakMap<object, string>();

/** What goes into logs and events as it is must be harmless there; a token has this form too, and is not. */
const PLAIN = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Id of the request, the same at each call: `X-Request-Id` where a proxy of the host set one, else a new one. It is no
 * secret and proves nothing: a client may send the header too.
 */
export function requestIdOf(request: unknown): string {
  const raw = rawRequest(request);
  let id = ids.get(raw);
  if (id === undefined) {
    const sent = raw.headers['x-request-id'];
    id = typeof sent === 'string' && PLAIN.test(sent) && !SCIM_TOKEN_PATTERN.test(sent) ? sent : randomUUID();
    ids.set(raw, id);
  }
  return id;
}
