import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * The group that a mapping by name, externalId or pattern means. There is no foreign key to it on purpose: that the
 * group is gone must not free its place for another one.
 */
@Entity('scim_role_binding')
export class ScimRoleBinding {
  @PrimaryColumn({
    type: 'varchar',
    name: 'tenant_id',
    length: 64,
    primaryKeyConstraintName: 'pk_scim_role_binding',
  })
  tenantId!: string;

  /** Of a row of scim_role_mapping, or of a mapping in the options. */
  @PrimaryColumn({
    type: 'varchar',
    name: 'mapping_id',
    length: 36,
    primaryKeyConstraintName: 'pk_scim_role_binding',
  })
  mappingId!: string;

  /** The place that the group takes in the mapping; empty: the mapping was held against the groups that there were. */
  @PrimaryColumn({
    type: 'varchar',
    name: 'slot',
    length: 40,
    primaryKeyConstraintName: 'pk_scim_role_binding',
  })
  slot!: string;

  @Column({ type: 'varchar', name: 'group_id', length: 64, nullable: true })
  groupId!: string | null;
}
