import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The roles that a user was last told to have (`UserRolesChanged`). Users that never had a role have no row. */
@Entity('scim_role_state')
export class ScimRoleState {
  @PrimaryColumn({
    type: 'varchar',
    name: 'tenant_id',
    length: 64,
    primaryKeyConstraintName: 'pk_scim_role_state',
  })
  tenantId!: string;

  @PrimaryColumn({
    type: 'varchar',
    name: 'user_id',
    length: 36,
    primaryKeyConstraintName: 'pk_scim_role_state',
  })
  userId!: string;

  /** Counts the events, from 1. */
  @Column({ type: 'integer', name: 'version' })
  version!: number;

  /** JSON: the roles with mapping and group of each reason. Read and written as a whole. */
  @Column({ type: 'text', name: 'granted' })
  granted!: string;

  @Column({ type: 'varchar', name: 'changed_at', length: 24 })
  changedAt!: string;
}
