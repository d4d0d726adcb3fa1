import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * That a group waits for a member: what the identity provider named is the id of no user or group yet. Only with the
 * option `pendingMembers`; shown nowhere.
 */
@Entity('scim_pending_member')
@Index('ix_scim_pending_member_value', ['tenantId', 'value', 'groupId'])
@ForeignKey('scim_group', ['tenantId', 'groupId'], ['tenantId', 'id'], {
  name: 'fk_scim_pending_member_group',
  onDelete: 'CASCADE',
})
export class ScimPendingMember {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_pending_member',
  })
  tenantId!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'group_id',
    primaryKeyConstraintName: 'pk_scim_pending_member',
  })
  groupId!: string;

  /** As the identity provider sent it: the externalId that the resource is expected to have. */
  @PrimaryColumn({
    type: 'varchar',
    length: 255,
    name: 'value',
    primaryKeyConstraintName: 'pk_scim_pending_member',
  })
  value!: string;
}
