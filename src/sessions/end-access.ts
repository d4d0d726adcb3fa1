import { Injectable } from '@nestjs/common';
import { BeforeScimCommit, type ScimEvent, UserDeactivated, UserDeleted } from 'nestjs-scim';
import type { EntityManager } from 'typeorm';
import type { MemberRef } from '../accounts/member.js';
import { Passwords } from '../accounts/passwords.js';
import { Sessions } from './sessions.js';

/**
 * Ends access in the transaction that takes it away: the directory never says "deactivated" while a refresh token is
 * left, and when the change is rolled back the sessions are still there.
 */
@Injectable()
export class EndAccess {
  constructor(
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
  ) {}

  @BeforeScimCommit(UserDeactivated, UserDeleted)
  async endSessions(event: UserDeactivated | UserDeleted, manager: EntityManager): Promise<void> {
    await this.sessions.endAllOf(manager, memberOf(event));
  }

  /** Who is hired again after a deletion is another user, with another id. */
  @BeforeScimCommit(UserDeleted)
  async forgetPassword(event: UserDeleted, manager: EntityManager): Promise<void> {
    await this.passwords.forget(manager, memberOf(event));
  }
}

const memberOf = ({ tenantId, resourceId }: ScimEvent): MemberRef => ({ tenantId, id: resourceId });
