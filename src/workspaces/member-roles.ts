import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { ScimGroup, ScimGroupMember } from 'nestjs-scim/typeorm';
import { DataSource } from 'typeorm';
import type { MemberRef } from '../accounts/member.js';
import { Workspaces } from './workspaces.js';

/** Members of the group of this name are administrators. */
export const ADMIN_GROUP = 'Engineering';

/** What a member may do: owner is who founded the workspace, the rest comes from groups. */
@Injectable()
export class MemberRoles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly workspaces: Workspaces,
  ) {}

  async of(member: MemberRef): Promise<string[]> {
    const { tenantId, id } = member;
    const roles: string[] = [];
    if (await this.workspaces.isOwner(member)) roles.push('owner');
    const inAdminGroup = await this.dataSource
      .getRepository(ScimGroupMember)
      .createQueryBuilder('membership')
      .innerJoin(ScimGroup, 'team', 'team.tenantId = membership.tenantId and team.id = membership.groupId')
      .where('membership.tenantId = :tenantId and membership.memberId = :id', { tenantId, id })
      .andWhere('team.displayName = :group', { group: ADMIN_GROUP })
      .getExists();
    if (inAdminGroup) roles.push('admin');
    return roles;
  }
}
