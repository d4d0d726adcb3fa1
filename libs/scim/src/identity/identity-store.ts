import type { ChangeOrigin } from '../events/change-origin.js';
import type { Content } from '../protocol/resource/complete-resource.js';
import type { SignOnIdentifier, SignOnUser } from './sign-on.js';

/** A person of a sign-on provider. Hashes: neither issuer nor subject is kept in clear. */
export interface Subject {
  /** SHA-256 of the issuer, in hexadecimal. */
  readonly issuerKey: string;
  /** SHA-256 of issuer and subject, in hexadecimal. */
  readonly subjectKey: string;
}

/** What an account is looked up by. */
export type AccountKey =
  | { readonly kind: 'subject'; readonly subject: Subject }
  | { readonly kind: Exclude<SignOnIdentifier, 'subject'>; readonly value: string };

/** An account that is made at a sign-on. */
export interface NewAccount {
  /** A User, valid and complete. */
  readonly content: Content;
  /** Undefined where the host gave none. */
  readonly subject?: Subject;
  /** The verified address; undefined where there is none. */
  readonly email?: string;
}

/**
 * Where sign-on finds accounts. The contract is also the injection token; the tenant is a required argument of every
 * call, and no call reaches beyond it.
 */
export abstract class IdentityStore {
  /**
   * Accounts with that identifier, the active ones first; at most two, since more say no more than two. By subject: the
   * account that the person is linked to, if it is still there.
   */
  abstract find(tenantId: string, key: AccountKey): Promise<readonly SignOnUser[]>;

  /** The account of that id. */
  abstract account(tenantId: string, id: string): Promise<SignOnUser | undefined>;

  /**
   * Whether a user that is there no more had one of these identifiers. A person who was linked is known for ever, a name
   * and an externalId for as long as the deleted user is retained.
   */
  abstract wasDeleted(tenantId: string, keys: readonly AccountKey[]): Promise<boolean>;

  /** The person of that issuer that the account is linked to: its subjectKey. */
  abstract linkedSubject(tenantId: string, userId: string, issuerKey: string): Promise<string | undefined>;

  /**
   * Links a person to an account for good. False when the person or the account was linked otherwise meanwhile; a link
   * to an account that is there no more gives way.
   */
  abstract link(tenantId: string, userId: string, subject: Subject, by: SignOnIdentifier): Promise<boolean>;

  /** Forgets who the account is linked to; how many links there were. */
  abstract unlink(tenantId: string, userId: string): Promise<number>;

  /**
   * Makes an account, marked as made just in time, in one transaction with its link. Undefined when somebody was faster:
   * an account with one of the keys is there now. Accounts of a tenant are made one after the other.
   * @param keys what no account may have
   */
  abstract create(
    origin: ChangeOrigin,
    account: NewAccount,
    keys: readonly AccountKey[],
  ): Promise<SignOnUser | undefined>;
}
