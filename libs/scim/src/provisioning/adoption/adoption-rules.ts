import type { ProvisioningContext } from '../provisioning-context.js';

/** An account that was made just in time at a sign-on, and that no identity provider has adopted. */
export interface UnadoptedAccount {
  readonly id: string;
  readonly userName: string;
  readonly externalId?: string;
  readonly active: boolean;
  /** Comparison key of the address that was verified when it was made; undefined where there was none. */
  readonly emailKey?: string;
}

/** Injection token of `AdoptionRules`. */
export const ADOPTION_RULES = Symbol('scim.adoption.rules');

/** What the options and the host say of accounts that were made at a sign-on. */
export interface AdoptionRules {
  /** What a POST must have in common with an account to adopt it; empty: none is adopted. */
  readonly by: readonly ('externalId' | 'userName')[];
  /** Whether accounts are made at sign-ons, so that each new externalId may be that of one. */
  readonly expected: boolean;
  /** Asks the host, where the options allow it. */
  allows(
    caller: ProvisioningContext,
    account: UnadoptedAccount,
    by: 'externalId' | 'userName',
  ): Promise<boolean>;
}
