import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * That a user or a group is a member of a group. The tenant is part of the foreign key, so that a membership cannot
 * reach into another tenant whatever the code above does.
 */
@Entity('scim_group_member')
@Index('ix_scim_group_member_member', ['tenantId', 'memberId', 'groupId'])
// By table name: a reference to our class fails as soon as a host lists its own in its place.
@ForeignKey('scim_group', ['tenantId', 'groupId'], ['tenantId', 'id'], {
  name: 'fk_scim_group_member_group',
  onDelete: 'CASCADE',
})
export class ScimGroupMember {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_group_member',
  })
  tenantId!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'group_id',
    primaryKeyConstraintName: 'pk_scim_group_member',
  })
  groupId!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'member_id',
    primaryKeyConstraintName: 'pk_scim_group_member',
  })
  memberId!: string;

  /** Name of the member's resource type: `User` or `Group`. */
  @Column({ type: 'varchar', length: 64, name: 'member_type' })
  memberType!: string;
}
