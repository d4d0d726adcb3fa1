/**
 * Who signs in, as the host's single sign-on callback knows it after it has checked the token or assertion: claims of a
 * provider that may speak for this tenant, and of no other.
 */
export interface SignOn {
  readonly tenantId: string;
  /**
   * The sign-on provider: `iss` of OpenID Connect, the entity id of SAML. Needed with `subject`.
   * @default undefined
   */
  readonly issuer?: string;
  /**
   * The provider's own id of the person, which never changes and is never given to another: `sub`, or a persistent
   * NameID. With it an account is remembered, so that a later rename does not matter. It is never taken for an id of
   * ours (CVE-2025-41115).
   * @default undefined (found by the other identifiers at each sign-on)
   */
  readonly subject?: string;
  /**
   * What the identity provider sends as `externalId` by SCIM, if it is among the claims. Leave it out where it may be
   * another value: an account with another externalId is not this person's, whatever its name or address.
   * @default undefined
   */
  readonly externalId?: string;
  /** The login name. @default undefined (a new account gets the address) */
  readonly userName?: string;
  /**
   * Whether the provider vouches for a `userName` that looks like an address. A user principal name of Entra is vouched
   * for; what people may type into a profile is not.
   * @default false: it counts only when it is the verified `email`
   */
  readonly userNameVerified?: boolean;
  readonly email?: string;
  /** Whether the provider has verified that the address is the person's. `email_verified` of OpenID Connect. */
  readonly emailVerified: boolean;
  /** Of a new account. @default undefined */
  readonly displayName?: string;
  /** Of a new account. @default undefined */
  readonly givenName?: string;
  /** Of a new account. @default undefined */
  readonly familyName?: string;
}

/** By which identifier an account was found. */
export type SignOnIdentifier = 'subject' | 'externalId' | 'userName' | 'email';

/** The account of somebody who signs in. */
export interface SignOnUser {
  /** Id of the user in SCIM: what the host's own tables refer to. */
  readonly id: string;
  readonly userName: string;
  readonly externalId?: string;
  readonly displayName?: string;
  readonly active: boolean;
  /** `scim`: made or adopted by the identity provider; `jit`: made just in time, at a sign-on. */
  readonly provisionedBy: 'scim' | 'jit';
}

/**
 * Why a sign-on was refused. `deactivated`: the account is switched off. `deleted`: it was deleted by SCIM.
 * `ambiguous`: several accounts fit, or the account belongs to another person: of the same provider, or by its externalId. `unverified`: the
 * only hold is an address that nobody has verified. `policy`: the options or the host's policy do not want it, also
 * when there is no account and none is made. `disabled`: the host has switched sign-on off for the tenant.
 */
export type SignOnRefusal = 'deactivated' | 'deleted' | 'ambiguous' | 'unverified' | 'policy' | 'disabled';

/**
 * What becomes of a sign-on. `provisioned`: the account that the identity provider made by SCIM. `linked`: one that was
 * made just in time before. `created`: one that was made just now.
 */
export type SignOnOutcome =
  | { readonly kind: 'provisioned' | 'linked'; readonly user: SignOnUser; readonly by: SignOnIdentifier }
  | { readonly kind: 'created'; readonly user: SignOnUser }
  | { readonly kind: 'refused'; readonly reason: SignOnRefusal };
