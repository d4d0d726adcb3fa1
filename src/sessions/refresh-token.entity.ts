import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A refresh token of a session. Used ones stay until the session ends, so that a second use is noticed. */
@Entity('app_refresh_token')
@Index('ix_app_refresh_token_session', ['sessionId'])
@Index('ix_app_refresh_token_user', ['tenantId', 'userId'])
export class RefreshToken {
  /** SHA-256 of the token. */
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'hash',
    primaryKeyConstraintName: 'pk_app_refresh_token',
  })
  hash!: string;

  @Column({ type: 'varchar', length: 36, name: 'session_id' })
  sessionId!: string;

  @Column({ type: 'varchar', length: 64, name: 'tenant_id' })
  tenantId!: string;

  @Column({ type: 'varchar', length: 36, name: 'user_id' })
  userId!: string;

  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', length: 24, name: 'used_at', nullable: true })
  usedAt!: string | null;
}
