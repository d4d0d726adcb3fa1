import { hkdfSync } from 'node:crypto';

/** What the application's own services need to know. */
export class HostSettings {
  /** Address of the application as people see it, without a slash at the end. Set when it listens. */
  appUrl = 'http://127.0.0.1:3000';

  /** Base URL of the SCIM endpoints. Set when it listens. */
  scimUrl = 'http://127.0.0.1:3000/scim/v2';

  constructor(
    private readonly sessionKey: string | Uint8Array,
    /** How long an access token is good for. */
    readonly accessTokenSeconds: number,
    /** Whether anybody may found a workspace. */
    readonly openSignUp: boolean,
    /** The identity provider for single sign-on, if there is one. */
    readonly oidc: OidcSettings | undefined,
  ) {}

  /** Cookies are for encrypted connections only where there is one. */
  get secureCookies(): boolean {
    return this.appUrl.startsWith('https://');
  }

  /** A key of its own for each purpose, all from the one secret. */
  keyFor(purpose: 'access-token' | 'sign-on-state'): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.sessionKey, '', `reference-host ${purpose}`, 32));
  }
}

/** The OpenID provider of one workspace. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** Whose provider it is: it can let people into this workspace, and into no other. */
  readonly workspace: string;
  /** Claim that equals the externalId which the same provider sends by SCIM. */
  readonly externalIdClaim: string;
}
