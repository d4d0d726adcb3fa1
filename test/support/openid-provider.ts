import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWK, Provider } from 'oidc-provider';

/** Claims of the person who sits in front of the provider. */
export interface ProviderAccount {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly preferred_username?: string;
  readonly name?: string;
}

/** The application that people sign in to. */
export interface ProviderClient {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

const KEY = {
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  use: 'sig',
} as JWK;

/** A real OpenID provider on the loopback interface, at which everybody is `account` and agrees at once. */
export class OpenIdProvider {
  account: ProviderAccount = { sub: 'nobody' };

  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {}

  /** Listens; it answers once it knows its client. */
  static async start(): Promise<OpenIdProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new OpenIdProvider(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  }

  serve(client: ProviderClient): void {
    const provider = this.provider(client);
    const answer = provider.callback();
    this.server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) {
        void answer(request, response);
        return;
      }
      const login = { accountId: this.account.sub };
      void provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private provider({ id, secret, redirectUri }: ProviderClient): Provider {
    return new Provider(this.issuer, {
      clients: [{ client_id: id, client_secret: secret, redirect_uris: [redirectUri] }],
      claims: { profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
      cookies: { keys: ['only for the tests'] },
      jwks: { keys: [KEY] },
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
      features: { devInteractions: { enabled: false } },
      pkce: { required: () => true },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...this.account }) }),
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          accountId: oidc.session?.accountId,
          clientId: oidc.client?.clientId,
        });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
  }
}
