import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a group gives a role in one tenant. Mappings of the module's options have no row. */
@Entity('scim_role_mapping')
export class ScimRoleMapping {
  @PrimaryColumn({
    type: 'varchar',
    name: 'tenant_id',
    length: 64,
    primaryKeyConstraintName: 'pk_scim_role_mapping',
  })
  tenantId!: string;

  /** UUID version 7. */
  @PrimaryColumn({
    type: 'varchar',
    name: 'id',
    length: 36,
    primaryKeyConstraintName: 'pk_scim_role_mapping',
  })
  id!: string;

  @Column({ type: 'varchar', name: 'role', length: 100 })
  role!: string;

  /** `id`, `displayName`, `externalId` or `pattern`. */
  @Column({ type: 'varchar', name: 'group_by', length: 16 })
  groupBy!: string;

  @Column({ type: 'varchar', name: 'group_value', length: 512 })
  groupValue!: string;

  /** Greater comes first. */
  @Column({ type: 'integer', name: 'priority' })
  priority!: number;

  @Column({ type: 'varchar', name: 'created_at', length: 24 })
  createdAt!: string;
}
