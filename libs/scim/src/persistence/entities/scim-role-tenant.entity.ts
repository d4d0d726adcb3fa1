import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which mappings of the module's options the roles of a tenant were worked out with. */
@Entity('scim_role_tenant')
export class ScimRoleTenant {
  @PrimaryColumn({
    type: 'varchar',
    name: 'tenant_id',
    length: 64,
    primaryKeyConstraintName: 'pk_scim_role_tenant',
  })
  tenantId!: string;

  /** Fingerprint of the mappings. */
  @Column({ type: 'varchar', name: 'fingerprint', length: 64 })
  fingerprint!: string;
}
