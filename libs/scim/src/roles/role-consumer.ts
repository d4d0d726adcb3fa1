import { Inject, Injectable } from '@nestjs/common';
import type { ChangedMember } from '../events/resource-change.js';
import { EventConsumer } from '../events/event-consumer.js';
import { GroupMembersChanged } from '../events/group-members-changed.js';
import { GroupUpdated } from '../events/group-updated.js';
import type { ScimEvent } from '../events/scim-event.js';
import { UserDeactivated } from '../events/user-deactivated.js';
import { UserDeleted } from '../events/user-deleted.js';
import { UserReactivated } from '../events/user-reactivated.js';
import { addRoleJob } from './role-job.js';
import { optionMappings } from './role-mapping.js';
import { ROLE_BATCH, RoleRecalculation } from './role-recalculation.js';
import { RuleBook } from './role-rules.js';
import { ROLE_SETTINGS, type RoleSettings } from './role-settings.js';
import { RoleStore } from './role-store.js';
import { RoleWorker } from './role-worker.js';

/** What of a group mappings look at. */
const IDENTITY = ['displayName', 'externalId'];

/**
 * Follows the changes of the directory: whoever a change names is looked at right here, before the host's handlers get
 * the event; whoever is in a group that moved is looked at in the background, when they are many.
 */
@Injectable()
export class RoleConsumer extends EventConsumer {
  override readonly name = 'scim.roles';
  private readonly book: RuleBook;

  constructor(
    private readonly store: RoleStore,
    private readonly recalculation: RoleRecalculation,
    private readonly worker: RoleWorker,
    @Inject(ROLE_SETTINGS) { roles }: RoleSettings,
  ) {
    super();
    this.book = new RuleBook(optionMappings(roles.mappings));
  }

  override async consume(event: ScimEvent): Promise<void> {
    if (
      event instanceof UserDeactivated ||
      event instanceof UserReactivated ||
      event instanceof UserDeleted
    ) {
      await this.users(event, [event.resourceId]);
    } else if (event instanceof GroupMembersChanged) {
      await this.membersChanged(event);
    } else if (event instanceof GroupUpdated && event.changed.some((name) => IDENTITY.includes(name))) {
      // A mapping may have been waiting for a group of this name.
      const { grants } = await this.book.of(event.tenantId, this.store);
      if (grants.has(event.resourceId)) await this.everybodyIn(event, event.resourceId);
    }
  }

  private async membersChanged(event: GroupMembersChanged): Promise<void> {
    // Who left is looked at in any case: meanwhile nothing may lead from the group to a role any more.
    await this.users(event, idsOf(event.removed, 'User'));
    for (const groupId of idsOf(event.removed, 'Group')) await this.everybodyIn(event, groupId);
    if (event.added.length === 0 || !(await this.leadsToRole(event))) return;
    await this.users(event, idsOf(event.added, 'User'));
    for (const groupId of idsOf(event.added, 'Group')) await this.everybodyIn(event, groupId);
  }

  private async leadsToRole({ tenantId, resourceId }: ScimEvent): Promise<boolean> {
    const { grants } = await this.book.of(tenantId, this.store);
    if (grants.size === 0) return false;
    const above = await this.store.groupsAbove(tenantId, [resourceId]);
    return above.some((groupId) => grants.has(groupId));
  }

  private async users(event: ScimEvent, userIds: readonly string[]): Promise<void> {
    for (let start = 0; start < userIds.length; start += ROLE_BATCH) {
      await this.recalculation.run(event.tenantId, userIds.slice(start, start + ROLE_BATCH), event);
    }
  }

  private async everybodyIn(event: ScimEvent, groupId: string): Promise<void> {
    const scope = { kind: 'group', groupId } as const;
    const { userIds, next } = await this.store.jobPage(event.tenantId, scope, '', ROLE_BATCH);
    if (next === undefined) {
      await this.users(event, userIds);
      return;
    }
    await addRoleJob(this.store, event.tenantId, scope);
    this.worker.wake();
  }
}

function idsOf(members: readonly ChangedMember[], type: string): string[] {
  return members.flatMap((member) => (member.type === type ? [member.id] : []));
}
