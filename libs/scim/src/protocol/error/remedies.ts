import type { ScimType } from './scim-error.js';

/**
 * What the administrator of the identity provider can change so that a request is not refused again, by `scimType`.
 * `docs/reference/errors.md` shows the same sentences; a test compares them.
 */
const BY_TYPE: Readonly<Record<ScimType, string>> = {
  invalidFilter:
    'Correct the filter: the attribute by which the provider looks users and groups up (its matching attribute) must be one that the schema has.',
  tooMany: 'Let the provider look users up by userName, externalId, id or an e-mail address.',
  uniqueness:
    'Another user or group already has this value: let the provider match the existing one instead of creating it, or change the value in the directory.',
  mutability: 'Remove the attribute from the attribute mapping: it cannot be changed.',
  invalidSyntax:
    'The provider sends a message that is no SCIM request; correct its template or its base URL.',
  invalidPath: 'Correct the attribute mapping: its target is no attribute that the schema has.',
  noTarget:
    'The provider wants to change something that is not there: let it read the resource again, or use the profile "default".',
  invalidValue:
    'Correct the value in the directory or its attribute mapping; the detail names the attribute.',
  invalidVers: 'Give the provider the base URL as it was handed out, with the right version in its path.',
  sensitive: 'Let the provider send the filter in the body of POST /.search.',
  invalidCursor: 'Let the provider start the query again, and repeat it unchanged from page to page.',
  expiredCursor: 'Let the provider start the query again, and ask for the next page sooner.',
  invalidCount: 'Let the provider ask for a page size that is a whole number.',
};

/** By status, for errors without scimType. */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'Let the provider send the token in the Authorization header only.',
  401: 'Give the provider a live token of this connection: issue a new one if the old one is lost, expired or revoked.',
  403: 'Give the provider a token with the scope that the detail names.',
  404: 'Let the provider look the resource up again, and check that its base URL ends where the endpoints begin.',
  405: 'Switch off what the provider tries here; the detail names the methods that there are.',
  406: 'Let the provider accept application/scim+json.',
  408: 'Look at the network between the provider and this server: the request did not arrive in time.',
  409: 'Let the provider send the operation again by itself.',
  412: 'Let the provider read the resource again before it changes it.',
  413: 'Let the provider send less at a time; the detail names the limit.',
  415: 'Let the provider send application/scim+json in UTF-8, not compressed.',
  429: 'Nothing to change: the provider goes on when the time in Retry-After is over.',
  499: 'The provider hung up before it was answered: give it a longer time limit, or smaller requests.',
  500: 'This is a fault of the server: hand the request id to its operator.',
  501: 'Switch the feature off at the provider: this server does not offer it.',
  503: 'Nothing to change: the provider tries again by itself. If it lasts, tell the operator.',
};

/** What to do about an error; undefined where there is nothing to say. */
export function remedyOf(status: number, scimType?: string): string | undefined {
  if (scimType !== undefined && Object.hasOwn(BY_TYPE, scimType)) return BY_TYPE[scimType as ScimType];
  return BY_STATUS[status] ?? (status >= 500 ? BY_STATUS[500] : undefined);
}

/** All of them: scimTypes and statuses with their sentence. */
export const REMEDIES: Readonly<Record<string, string>> = { ...BY_TYPE, ...BY_STATUS };
