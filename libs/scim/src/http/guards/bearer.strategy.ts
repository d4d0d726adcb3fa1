import { Inject, Injectable } from '@nestjs/common';
import { Strategy } from 'passport-http-bearer';
import { ScimTokens } from '../../tokens/scim-tokens.js';
import type { ScimPrincipal } from '../../tokens/principal.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { exchangeOf } from '../intake/scim-request.js';
import type { Exchange } from '../logging/exchange.js';

const SCHEME = 'Bearer ';

/** What the strategy is shown of a request. */
interface Shown {
  readonly headers: { readonly authorization?: string };
  readonly exchange: Exchange | undefined;
}

type Verify = (
  request: object,
  token: string,
  done: (error: unknown, user?: ScimPrincipal | false) => void,
) => void;

/**
 * The bearer strategy of passport-http-bearer, bound to `scim_token` rows. It is used as an instance and never
 * registered under a name: passport's registry is global, and two applications in one process would share it.
 */
@Injectable()
export class BearerStrategy extends Strategy<Verify> {
  constructor(
    private readonly tokens: ScimTokens,
    @Inject(HTTP_SETTINGS) settings: HttpSettings,
  ) {
    const verify: Verify = (request, token, done) => {
      const { exchange } = request as Shown;
      tokens.check(token).then(
        ({ principal, refused }) => {
          if (exchange && refused) exchange.refusal = refused;
          done(null, principal ?? false);
        },
        (error: unknown) => done(error),
      );
    };
    super({ realm: settings.realm, passReqToCallback: true }, verify);
  }

  /**
   * Who sent the header, when its token was looked up moments ago: nothing is left to find out then, and most requests
   * are of this kind. Undefined says nothing: authenticate.
   */
  recent(authorization: string | undefined): ScimPrincipal | undefined {
    return authorization?.startsWith(SCHEME)
      ? this.tokens.recent(authorization.slice(SCHEME.length))
      : undefined;
  }

  /**
   * The base class also takes `access_token` from the query and the body. Tokens in addresses end up in logs
   * (RFC 9700 §2.6 forbids clients to send them so), therefore it is shown nothing but the one header.
   */
  override authenticate(request: { headers: { authorization?: string } }): void {
    const shown: Shown = {
      headers: { authorization: request.headers.authorization },
      exchange: exchangeOf(request),
    };
    super.authenticate(shown as never);
  }
}
