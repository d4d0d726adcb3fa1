import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The password of a member. It is ours: the directory neither sees nor sets it. */
@Entity('app_password')
export class Password {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_app_password',
  })
  tenantId!: string;

  /** Id of the SCIM user. */
  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'user_id',
    primaryKeyConstraintName: 'pk_app_password',
  })
  userId!: string;

  /** See `hashPassword`. */
  @Column({ type: 'varchar', length: 255, name: 'hash', select: false })
  hash!: string;

  /** RFC 3339 in UTC. */
  @Column({ type: 'varchar', length: 24, name: 'changed_at' })
  changedAt!: string;
}
