import { Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';
import { HostSettings } from '../host-settings.js';
import type { MemberRef } from '../accounts/member.js';

const ISSUER = 'reference-host';
const TYPE = 'at+jwt';

/** What an access token says: which member, in which session. Not what they may do; that is looked up. */
export interface AccessClaims extends MemberRef {
  readonly sessionId: string;
}

/**
 * Signed access tokens (RFC 9068). Signed rather than opaque: the forged and the expired are refused without asking the
 * database. They live minutes, and still no request is served by the signature alone; see `SessionGuard`.
 */
@Injectable()
export class AccessTokens {
  private readonly key: Uint8Array;

  constructor(private readonly settings: HostSettings) {
    this.key = settings.keyFor('access-token');
  }

  sign({ tenantId, id, sessionId }: AccessClaims): Promise<string> {
    return new SignJWT({ tenant: tenantId, sid: sessionId })
      .setProtectedHeader({ alg: 'HS256', typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(`${this.settings.accessTokenSeconds}s`)
      .sign(this.key);
  }

  /** Undefined for a token that is not ours, was changed, or has expired. */
  async verify(token: string): Promise<AccessClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ['HS256'],
        typ: TYPE,
        issuer: ISSUER,
        audience: ISSUER,
        requiredClaims: ['exp', 'sub'],
      });
      const { sub, tenant, sid } = payload;
      if (typeof sub !== 'string' || typeof tenant !== 'string' || typeof sid !== 'string') return undefined;
      return { tenantId: tenant, id: sub, sessionId: sid };
    } catch {
      return undefined;
    }
  }
}
