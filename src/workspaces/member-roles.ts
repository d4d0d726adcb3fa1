import { Injectable } from '@nestjs/common';
import { ScimRoles } from 'nestjs-scim';
import type { MemberRef } from '../accounts/member.js';
import { Workspaces } from './workspaces.js';

/** What a member may do: owner is who founded the workspace, the rest comes from groups. */
@Injectable()
export class MemberRoles {
  constructor(
    private readonly roles: ScimRoles,
    private readonly workspaces: Workspaces,
  ) {}

  async of(member: MemberRef): Promise<string[]> {
    const { tenantId, id } = member;
    const owner = (await this.workspaces.isOwner(member)) ? ['owner'] : [];
    const effective = await this.roles.of({ tenantId, userId: id });
    return [...owner, ...effective.map(({ role }) => role)];
  }
}
