import { Injectable } from '@nestjs/common';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { HostSettings } from '../../host-settings.js';

/** How long somebody may take at the identity provider. */
export const SIGN_ON_SECONDS = 600;

/** What we must remember of a sign-on between the way out and the way back. */
export interface SignOnState {
  /** Comes back in the address: the answer belongs to this browser. */
  readonly state: string;
  /** Comes back in the ID token: the token was made for this sign-on. */
  readonly nonce: string;
  /** PKCE: the code is worth nothing to who does not have it. */
  readonly codeVerifier: string;
}

/** Seals the state for the browser to carry in a cookie, so that any instance can take the answer. */
@Injectable()
export class SignOnStates {
  private readonly key: Uint8Array;

  constructor(settings: HostSettings) {
    this.key = settings.keyFor('sign-on-state');
  }

  seal(state: SignOnState): Promise<string> {
    return new EncryptJWT({ ...state })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${SIGN_ON_SECONDS}s`)
      .encrypt(this.key);
  }

  /** Undefined for what we did not seal, or too long ago. */
  async open(sealed: string): Promise<SignOnState | undefined> {
    try {
      const { payload } = await jwtDecrypt<Partial<SignOnState>>(sealed, this.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const { state, nonce, codeVerifier } = payload;
      return state && nonce && codeVerifier ? { state, nonce, codeVerifier } : undefined;
    } catch {
      return undefined;
    }
  }
}
