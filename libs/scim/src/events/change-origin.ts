/** On whose behalf a resource is written. Handed to every write of the resource store. */
export interface ChangeOrigin {
  /** The tenant that is written; no write reaches beyond it. */
  readonly tenantId: string;
  /** The connection whose token was used; null when no identity provider asked for it. */
  readonly connectionId: string | null;
  /** Public part of the token, for the log. @default undefined */
  readonly tokenPrefix?: string;
  /** Id of the HTTP request, the same in events and log. @default undefined (no request) */
  readonly requestId?: string;
  /** Which door the change came through. */
  readonly by: ChangeDoor;
}

/**
 * `scim`: a request of an identity provider; `host`: the host's own code or its command line; `identity`: single
 * sign-on; `purge`: the end of the retention of deleted resources.
 */
export type ChangeDoor = 'scim' | 'host' | 'identity' | 'purge';
