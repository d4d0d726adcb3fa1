/** What an application keeps of its users besides SCIM. */
export abstract class Archive {
  abstract drop(tenantId: string, userId: string): Promise<void>;
}

// #region blocked-deletion
import { Injectable } from '@nestjs/common';
import {
  BeforeScimCommit,
  DeletionBlocked,
  OnScimEvent,
  type ScimDeletions,
  UserDeleted,
  UserPurgeDue,
} from 'nestjs-scim';
import type { EntityManager } from 'typeorm';

@Injectable()
export class UserData {
  constructor(private readonly archive: Archive) {}

  /** Whoever has an open invoice is deactivated in the place of being deleted. */
  @BeforeScimCommit(UserDeleted)
  async keepDebtors({ tenantId, resourceId }: UserDeleted, manager: EntityManager): Promise<void> {
    const open = await manager.countBy('Invoice', { tenantId, userId: resourceId, paid: false });
    if (open > 0) throw new DeletionBlocked();
  }

  /** The retention is over: what you keep of the user goes as well. It may come twice. */
  @OnScimEvent(UserPurgeDue)
  async forget({ tenantId, resourceId }: UserPurgeDue): Promise<void> {
    await this.archive.drop(tenantId, resourceId);
  }
}
// #endregion blocked-deletion

// #region restore
/** "We deleted Ada by mistake": the support desk finds her and brings her back. */
export async function bringBack(
  deletions: ScimDeletions,
  tenantId: string,
  userName: string,
): Promise<string> {
  const [found] = await deletions.list(tenantId, { name: userName, resourceType: 'User' });
  if (!found) throw new Error('Nobody of this name was deleted, or the data has gone.');
  const { head } = await deletions.restore(tenantId, found.id, { memberships: true });
  return head.id;
}
// #endregion restore

// #region hold
/** A court asks for the data of a user, who may or may not have been deleted yet. */
export async function hold(deletions: ScimDeletions, tenantId: string, userId: string): Promise<void> {
  await deletions.hold(tenantId, userId, 'Case 2026-117');
}
// #endregion hold
