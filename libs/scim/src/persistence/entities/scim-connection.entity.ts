import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** One identity provider of one tenant. */
@Entity('scim_connection')
@Unique('uq_scim_connection_name', ['tenantId', 'name'])
export class ScimConnection {
  @PrimaryColumn({
    type: 'varchar',
    name: 'tenant_id',
    length: 64,
    primaryKeyConstraintName: 'pk_scim_connection',
  })
  tenantId!: string;

  @PrimaryColumn({ type: 'varchar', name: 'id', length: 36, primaryKeyConstraintName: 'pk_scim_connection' })
  id!: string;

  @Column({ type: 'varchar', name: 'name', length: 100 })
  name!: string;

  @Column({ type: 'varchar', name: 'profile', length: 32 })
  profile!: string;

  @Column({ type: 'varchar', name: 'paused_at', length: 24, nullable: true })
  pausedAt!: string | null;

  @Column({ type: 'varchar', name: 'created_at', length: 24 })
  createdAt!: string;
}
