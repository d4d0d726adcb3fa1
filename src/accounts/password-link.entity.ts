import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Lets a member choose a password, once. An administrator makes it and passes it on. */
@Entity('app_password_link')
@Index('ix_app_password_link_user', ['tenantId', 'userId'])
export class PasswordLink {
  /** SHA-256 of the secret in the link. */
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'hash',
    primaryKeyConstraintName: 'pk_app_password_link',
  })
  hash!: string;

  @Column({ type: 'varchar', length: 64, name: 'tenant_id' })
  tenantId!: string;

  @Column({ type: 'varchar', length: 36, name: 'user_id' })
  userId!: string;

  @Column({ type: 'varchar', length: 24, name: 'expires_at' })
  expiresAt!: string;
}
