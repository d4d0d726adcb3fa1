import type { MemberRef } from '../accounts/member.js';

/** A person as a trusted source names them: the identity provider's claims, or who founds a workspace. */
export interface Person {
  readonly tenantId: string;
  /** The same value as the provider's SCIM externalId. */
  readonly externalId?: string;
  readonly userName?: string;
  readonly displayName?: string;
  readonly email?: string;
  /** Whether the source vouches for the address. */
  readonly emailVerified: boolean;
}

/** Finds the member that a person is, or makes one. */
export abstract class Identities {
  /** @throws UnauthorizedException when the member was deactivated, or may not be linked */
  abstract resolve(person: Person): Promise<MemberRef>;
}
