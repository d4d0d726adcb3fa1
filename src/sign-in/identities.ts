import { Injectable, UnauthorizedException } from '@nestjs/common';
import { ScimIdentity, type SignOn } from 'nestjs-scim';
import type { MemberRef } from '../accounts/member.js';

/** Finds the member that a person is, or makes one; the module decides who meets whom. */
@Injectable()
export class Identities {
  constructor(private readonly identity: ScimIdentity) {}

  /** @throws UnauthorizedException when the member was deactivated, or may not be linked; its `cause` says which */
  async resolve(person: SignOn): Promise<MemberRef> {
    const outcome = await this.identity.resolve(person);
    if (outcome.kind === 'refused') throw new UnauthorizedException('No access.', { cause: outcome.reason });
    return { tenantId: person.tenantId, id: outcome.user.id };
  }
}
