import { Injectable } from '@nestjs/common';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { SignOn } from 'nestjs-scim';
import { HostSettings, type OidcSettings } from '../../host-settings.js';
import type { SignOnState } from './sign-on-state.js';

/** Path to which the provider sends people back; register it there behind the address of the application. */
export const CALLBACK_PATH = '/sign-in/callback';

const TIMEOUT_SECONDS = 10;

/** OpenID Connect: authorization code with PKCE, state and nonce. */
@Injectable()
export class SingleSignOn {
  private configuration: Promise<Configuration> | undefined;

  constructor(private readonly settings: HostSettings) {}

  /** The workspace that has a provider; undefined when none is configured. */
  get workspace(): string | undefined {
    return this.settings.oidc?.workspace;
  }

  /** Where to send the browser, and what to remember until it comes back. */
  async begin(): Promise<{ url: string; state: SignOnState }> {
    const configuration = await this.discovered();
    const state = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.settings.appUrl + CALLBACK_PATH,
      scope: 'openid profile email',
      code_challenge: await calculatePKCECodeChallenge(state.codeVerifier),
      code_challenge_method: 'S256',
      state: state.state,
      nonce: state.nonce,
    });
    return { url: url.href, state };
  }

  /**
   * Who the provider says it is.
   * @param query of the address to which the browser came back
   * @throws whatever openid-client finds wrong with the answer
   */
  async finish(query: string, { state, nonce, codeVerifier }: SignOnState): Promise<SignOn> {
    const configuration = await this.discovered();
    const url = new URL(`${this.settings.appUrl}${CALLBACK_PATH}${query}`);
    const tokens = await authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('The provider sent no ID token.');
    // Many providers leave the address out of the ID token.
    const more =
      claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
        ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : {};
    return personOf({ ...more, ...claims }, this.oidc);
  }

  /** Asked for at the first sign-on, so that the host starts without the provider; asked again after a failure. */
  private discovered(): Promise<Configuration> {
    this.configuration ??= discover(this.oidc).catch((error: unknown) => {
      this.configuration = undefined;
      throw error;
    });
    return this.configuration;
  }

  private get oidc(): OidcSettings {
    if (!this.settings.oidc) throw new Error('No OpenID provider is configured.');
    return this.settings.oidc;
  }
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const server = new URL(issuer);
  // Only on this machine: `readEnvironment` refuses other addresses without encryption.
  const execute = server.protocol === 'http:' ? [allowInsecureRequests] : [];
  const authentication = clientSecret === undefined ? None() : undefined;
  return discovery(server, clientId, clientSecret, authentication, { execute, timeout: TIMEOUT_SECONDS });
}

function personOf(claims: Readonly<Record<string, unknown>>, oidc: OidcSettings): SignOn {
  const text = (name: string): string | undefined => {
    const value = claims[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    tenantId: oidc.workspace,
    issuer: text('iss'),
    subject: text('sub'),
    externalId: text(oidc.externalIdClaim),
    userName: text('preferred_username') ?? text('email'),
    displayName: text('name'),
    givenName: text('given_name'),
    familyName: text('family_name'),
    email: text('email'),
    // A provider that says nothing has not verified it.
    emailVerified: claims['email_verified'] === true,
  };
}
