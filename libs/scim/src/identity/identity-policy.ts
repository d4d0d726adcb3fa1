import type { LinkIdentifier } from './identity-settings.js';
import type { SignOn, SignOnUser } from './sign-on.js';

/** A POST that would take over an account made just in time. */
export interface Adoption {
  readonly tenantId: string;
  /** Connection whose request it is. */
  readonly connectionId: string;
  /** What both have in common. */
  readonly by: 'externalId' | 'userName';
}

/**
 * Decides what the options cannot know. The host extends it, overrides what it wants to decide and names its class in
 * the option `identityPolicy`; the class is looked up among the host's providers and else made with what ScimModule
 * knows. What a method throws fails the sign-on or the request: nobody is let past a decision that could not be made.
 */
export abstract class IdentityPolicy {
  /**
   * The e-mail domains that the tenant has proven to own: whether this is one, in lower case. Where it is implemented, no
   * account is made at sign-on for an address elsewhere, and no identity provider gives a user an address elsewhere, or
   * takes one away (403).
   * @default undefined (any domain)
   */
  isVerifiedDomain?(tenantId: string, domain: string): boolean | Promise<boolean>;

  /** Whether single sign-on is on for the tenant; while it is off, every sign-on is refused. @default true */
  isEnabled(_tenantId: string): boolean | Promise<boolean> {
    return true;
  }

  /**
   * Whether the person may have this account, which was found by an identifier that can change hands. Not asked where
   * the person is linked to the account already. @default true
   */
  mayLink(_user: SignOnUser, _signOn: SignOn, _by: LinkIdentifier): boolean | Promise<boolean> {
    return true;
  }

  /** Whether an account may be made for the person. @default true */
  mayCreate(_signOn: SignOn): boolean | Promise<boolean> {
    return true;
  }

  /** Whether the identity provider may take over an account that was made just in time. @default true */
  mayAdopt(_user: SignOnUser, _adoption: Adoption): boolean | Promise<boolean> {
    return true;
  }
}
