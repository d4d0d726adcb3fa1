import { remedyOf } from '../protocol/error/remedies.js';
import type { LogEntry, TokenRefusal } from './log-entry.js';

const TOKENS: Readonly<Record<TokenRefusal, string>> = {
  missing: 'The provider sends no token: enter it in its settings, as "Bearer" or "OAuth bearer token".',
  malformed: 'The provider sends something that is no token of this server: copy the whole token again.',
  unknown:
    'This server never issued the token, or it belongs to another environment: issue one and enter it.',
  expired: 'The token has expired: issue a new one and enter it.',
  revoked: 'The token was revoked: enter its successor, or issue a new one.',
  paused: 'The connection is paused: resume it.',
};

/** What the administrator of the identity provider should change; undefined where nothing is wrong. */
export function remedyFor({
  kind,
  status,
  scimType,
  token,
  endpoint,
  resourceId,
  remedy,
}: LogEntry): string | undefined {
  if (kind === 'gap' || status < 400) return undefined;
  if (token) return TOKENS[token];
  if (remedy !== undefined) return remedy;
  if (status === 404 && endpoint.endsWith('/:id') && resourceId === undefined) {
    return 'The provider asks for an id that this server never made: let it look the resource up by a filter and use the id of the answer.';
  }
  return remedyOf(status, scimType);
}

/** What was not done although the request succeeded. */
export function warningsFor({ ignored = [], missing }: LogEntry): string[] {
  const warnings = ignored.map(
    (path) =>
      `The attribute "${path}" is in no schema and was ignored: remove its mapping, or add an extension that has it.`,
  );
  if (missing) warnings.push(`${missing.count} entries are missing here: ${REASONS[missing.reason]}`);
  return warnings;
}

const REASONS = {
  lost: 'the database did not take them in time.',
  rate: 'requests without a tenant are logged at a limited rate.',
} as const;
