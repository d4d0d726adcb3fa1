import { Entity, ForeignKey, PrimaryColumn, Column } from 'typeorm';

/** A membership that a deleted resource had: a group it was in, or a member of the group that it was. */
@Entity('scim_tombstone_member')
@ForeignKey('scim_tombstone', ['tenantId', 'tombstoneId'], ['tenantId', 'id'], {
  name: 'fk_scim_tombstone_member',
  onDelete: 'CASCADE',
})
export class ScimTombstoneMember {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_tombstone_member',
  })
  tenantId!: string;

  /** The deleted resource. */
  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'tombstone_id',
    primaryKeyConstraintName: 'pk_scim_tombstone_member',
  })
  tombstoneId!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'group_id',
    primaryKeyConstraintName: 'pk_scim_tombstone_member',
  })
  groupId!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'member_id',
    primaryKeyConstraintName: 'pk_scim_tombstone_member',
  })
  memberId!: string;

  @Column({ type: 'varchar', length: 64, name: 'member_type' })
  memberType!: string;
}
