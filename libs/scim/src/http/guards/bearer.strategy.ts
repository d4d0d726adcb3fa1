import { Inject, Injectable } from '@nestjs/common';
import { Strategy } from 'passport-http-bearer';
import { ScimTokens } from '../../tokens/scim-tokens.js';
import type { ScimPrincipal } from '../../tokens/principal.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';

/**
 * The bearer strategy of passport-http-bearer, bound to `scim_token` rows. It is used as an instance and never
 * registered under a name: passport's registry is global, and two applications in one process would share it.
 */
@Injectable()
export class BearerStrategy extends Strategy<
  (token: string, done: (error: unknown, user?: ScimPrincipal | false) => void) => void
> {
  constructor(tokens: ScimTokens, @Inject(HTTP_SETTINGS) settings: HttpSettings) {
    super(
      { realm: settings.realm },
      (token: string, done: (error: unknown, user?: ScimPrincipal | false) => void) => {
        tokens.verify(token).then(
          (principal) => done(null, principal ?? false),
          (error: unknown) => done(error),
        );
      },
    );
  }

  /**
   * The base class also takes `access_token` from the query and the body. Tokens in addresses end up in logs
   * (RFC 9700 §2.6 forbids clients to send them so), therefore it is shown nothing but the one header.
   */
  override authenticate(request: { headers: { authorization?: string } }): void {
    super.authenticate({ headers: { authorization: request.headers.authorization } } as never);
  }
}
