// #region sign-on-callback
import { ForbiddenException, Injectable } from '@nestjs/common';
import { ScimIdentity, type SignOnUser } from 'nestjs-scim';

/** Claims of an ID token whose signature, issuer, audience, expiry and nonce have been checked. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly preferred_username?: string;
  readonly name?: string;
}

@Injectable()
export class SignOnCallback {
  constructor(private readonly identity: ScimIdentity) {}

  /** @param tenantId of the tenant that this issuer is configured for, never out of the token */
  async signIn(tenantId: string, claims: Claims): Promise<SignOnUser> {
    const outcome = await this.identity.resolve({
      tenantId,
      issuer: claims.iss,
      subject: claims.sub,
      userName: claims.preferred_username,
      email: claims.email,
      emailVerified: claims.email_verified === true,
      displayName: claims.name,
    });
    if (outcome.kind === 'refused') throw new ForbiddenException(outcome.reason);
    return outcome.user;
  }
}
// #endregion sign-on-callback
