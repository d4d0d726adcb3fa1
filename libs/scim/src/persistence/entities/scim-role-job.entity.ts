import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A recalculation of roles in the background. */
@Entity('scim_role_job')
@Index('ix_scim_role_job_open', ['finishedAt', 'id'])
export class ScimRoleJob {
  @PrimaryColumn({
    type: 'varchar',
    name: 'tenant_id',
    length: 64,
    primaryKeyConstraintName: 'pk_scim_role_job',
  })
  tenantId!: string;

  /** UUID version 7: older jobs come first. */
  @PrimaryColumn({ type: 'varchar', name: 'id', length: 36, primaryKeyConstraintName: 'pk_scim_role_job' })
  id!: string;

  /** The group whose users are meant; null: all users of the tenant. */
  @Column({ type: 'varchar', name: 'group_id', length: 64, nullable: true })
  groupId!: string | null;

  /** Behind which user it goes on; empty at the start. */
  @Column({ type: 'varchar', name: 'position', length: 128 })
  position!: string;

  @Column({ type: 'integer', name: 'done' })
  done!: number;

  @Column({ type: 'integer', name: 'total' })
  total!: number;

  /** Users whose roles changed by it. */
  @Column({ type: 'integer', name: 'changed' })
  changed!: number;

  @Column({ type: 'varchar', name: 'created_at', length: 24 })
  createdAt!: string;

  @Column({ type: 'varchar', name: 'finished_at', length: 24, nullable: true })
  finishedAt!: string | null;

  /** The process that works on it. */
  @Column({ type: 'varchar', name: 'held_by', length: 64, nullable: true })
  heldBy!: string | null;

  /** When another process may take over. */
  @Column({ type: 'varchar', name: 'held_until', length: 24, nullable: true })
  heldUntil!: string | null;
}
