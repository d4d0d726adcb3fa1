import { EntitySchema } from 'typeorm';

/** That a user or a group is a member of a group. */
export interface ScimGroupMember {
  tenantId: string;
  groupId: string;
  memberId: string;
  /** Name of the member's resource type: `User` or `Group`. */
  memberType: string;
}

/**
 * Entity of the memberships. Made for the configured group class, because a foreign key to our own class fails as
 * soon as a host lists a subclass in its place. The tenant is part of the key, so that a membership cannot reach
 * into another tenant whatever the code above does.
 */
export function scimGroupMemberEntity(group: new () => object): EntitySchema<ScimGroupMember> {
  const key = { type: 'varchar', primary: true, primaryKeyConstraintName: 'pk_scim_group_member' } as const;
  return new EntitySchema<ScimGroupMember>({
    name: 'ScimGroupMember',
    tableName: 'scim_group_member',
    columns: {
      tenantId: { ...key, length: 64, name: 'tenant_id' },
      groupId: { ...key, length: 36, name: 'group_id' },
      memberId: { ...key, length: 36, name: 'member_id' },
      memberType: { type: 'varchar', length: 64, name: 'member_type' },
    },
    indices: [{ name: 'ix_scim_group_member_member', columns: ['tenantId', 'memberId', 'groupId'] }],
    foreignKeys: [
      {
        name: 'fk_scim_group_member_group',
        target: group,
        columnNames: ['tenantId', 'groupId'],
        referencedColumnNames: ['tenantId', 'id'],
        onDelete: 'CASCADE',
      },
    ],
  });
}
