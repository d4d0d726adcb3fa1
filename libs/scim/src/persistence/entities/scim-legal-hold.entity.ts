import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Data that must be kept until the hold is released, whatever its retention time says. */
@Entity('scim_legal_hold')
export class ScimLegalHold {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_legal_hold',
  })
  tenantId!: string;

  /** Id of a resource, deleted or not; `*` for everything of the tenant. */
  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'subject_id',
    primaryKeyConstraintName: 'pk_scim_legal_hold',
  })
  subjectId!: string;

  @Column({ type: 'varchar', length: 255, name: 'reason', nullable: true })
  reason!: string | null;

  @Column({ type: 'varchar', length: 24, name: 'held_at' })
  heldAt!: string;
}
