import { Inject, Injectable } from '@nestjs/common';
import { ScimError } from '../protocol/error/scim-error.js';
import { ResourceTypeRegistry } from '../protocol/schema/resource-type-registry.js';
import { domainOf, isAddress } from './address.js';
import { HostIdentityPolicy } from './host-identity-policy.js';
import { IDENTITY_SETTINGS, type IdentitySettings } from './identity-settings.js';
import { type AccountKey, IdentityStore } from './identity-store.js';
import { newAccount } from './new-account.js';
import { type ReadSignOn, readSignOn } from './read-sign-on.js';
import type { SignOn, SignOnOutcome, SignOnRefusal, SignOnUser } from './sign-on.js';

/** Others may be faster that often before a sign-on gives up; they are the same person in two windows. */
const ATTEMPTS = 5;

/**
 * Single sign-on beside SCIM: leads from who has signed in to the one account of that person. The host's callback asks
 * it after it has checked the token or assertion, and signs nobody in whom it refuses.
 */
@Injectable()
export class ScimIdentity {
  constructor(
    private readonly store: IdentityStore,
    private readonly registry: ResourceTypeRegistry,
    private readonly policy: HostIdentityPolicy,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
  ) {}

  /**
   * Finds the account of somebody who signs in, or makes one where the options say so. The strongest identifier that
   * leads to an account decides: subject, externalId, userName, verified e-mail. A deactivated or deleted account is
   * refused and never made again, whatever the options say.
   *
   * @throws ScimIdentityError for a description that cannot be used
   * @throws ScimError when a new account would break a rule of the schema; unavailable
   */
  async resolve(signOn: SignOn): Promise<SignOnOutcome> {
    const read = readSignOn(signOn);
    if (!(await this.policy.decides.isEnabled(read.signOn.tenantId))) return refused('disabled');
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const outcome = (await this.found(read)) ?? (await this.missing(read));
      if (outcome !== 'again') return outcome;
    }
    throw ScimError.unavailable('The server is busy; try again.', 1);
  }

  /** The account of that id, also a deactivated one; undefined for nobody's, and for one that was deleted. */
  user(tenantId: string, id: string): Promise<SignOnUser | undefined> {
    return this.store.account(tenantId, id);
  }

  /**
   * Forgets to which persons of sign-on providers the account belongs, so that the next sign-on decides anew: before a
   * move to another provider, or at the request of whom it concerns. Gives how many there were.
   */
  unlink(tenantId: string, userId: string): Promise<number> {
    return this.store.unlink(tenantId, userId);
  }

  /** What the first identifier that leads to an account says; undefined when none does. */
  private async found(read: ReadSignOn): Promise<SignOnOutcome | 'again' | undefined> {
    for (const key of read.keys) {
      const accounts = await this.store.find(read.signOn.tenantId, key);
      if (accounts.length > 0) return this.judged(read, key, accounts);
    }
    return undefined;
  }

  private async judged(
    read: ReadSignOn,
    key: AccountKey,
    accounts: readonly SignOnUser[],
  ): Promise<SignOnOutcome | 'again'> {
    const [user, second] = accounts.filter(({ active }) => active);
    if (!user) return refused('deactivated');
    if (second) return refused('ambiguous');
    if (key.kind !== 'subject') {
      const { signOn, subject } = read;
      if (!this.settings.link.includes(key.kind)) return refused('policy');
      // The directory says that this name or address is somebody else's.
      if (contradicts(signOn.externalId, user.externalId)) return refused('ambiguous');
      // An address or a name may have been given to somebody else: whoever had it first keeps the account.
      const other = subject && (await this.store.linkedSubject(signOn.tenantId, user.id, subject.issuerKey));
      if (other !== undefined && other !== subject?.subjectKey) return refused('ambiguous');
      if (!(await this.policy.decides.mayLink(user, signOn, key.kind))) return refused('policy');
      if (subject && !(await this.store.link(signOn.tenantId, user.id, subject, key.kind))) return 'again';
    }
    return { kind: user.provisionedBy === 'jit' ? 'linked' : 'provisioned', user, by: key.kind };
  }

  /** What becomes of somebody without an account. */
  private async missing(read: ReadSignOn): Promise<SignOnOutcome | 'again'> {
    const { signOn, keys, subject, email, userName } = read;
    const { tenantId } = signOn;
    if (await this.store.wasDeleted(tenantId, keys)) return refused('deleted');
    if (read.unverified) return refused('unverified');
    if (this.settings.justInTime !== 'create' || userName === undefined) return refused('policy');
    for (const address of [email, userName]) {
      if (address === undefined || !isAddress(address)) continue;
      if (!(await this.policy.allowsDomain(tenantId, domainOf(address)))) return refused('policy');
    }
    if (!(await this.policy.decides.mayCreate(signOn))) return refused('policy');
    const type = this.registry.required('User');
    const content = newAccount(type, read, userName, this.settings.limits);
    const origin = { tenantId, connectionId: null, by: 'identity' } as const;
    const user = await this.store.create(origin, { content, subject, email }, keys);
    return user ? { kind: 'created', user } : 'again';
  }
}

function refused(reason: SignOnRefusal): SignOnOutcome {
  return { kind: 'refused', reason };
}

function contradicts(claimed: string | undefined, known: string | undefined): boolean {
  return claimed !== undefined && known !== undefined && claimed !== known;
}
