import type { ReadLimits } from '../protocol/resource/read-context.js';

/** Injection token of `IdentitySettings`. */
export const IDENTITY_SETTINGS = Symbol('scim.identity.settings');

/** Identifiers by which an account may be found, besides the subject. */
export type LinkIdentifier = 'externalId' | 'userName' | 'email';

/** What the room needs of the module's options. */
export interface IdentitySettings {
  readonly link: readonly LinkIdentifier[];
  readonly justInTime: 'off' | 'create';
  /** Sizes that a new account must keep. */
  readonly limits: ReadLimits;
}
