/** Who calls: the outcome of verifying a SCIM token. */
export interface ScimPrincipal {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly tokenId: string;
  /** Public part of the token, which names it in lists and logs. */
  readonly tokenPrefix: string;
  /** Name of the connection's profile. */
  readonly profile: string;
  /** What the token may do; see `SCOPES`. */
  readonly scopes: readonly string[];
}
