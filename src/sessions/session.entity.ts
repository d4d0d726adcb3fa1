import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How a member signed in. */
export type SignInMethod = 'password' | 'sso';

/** A member is signed in somewhere. When the row is gone, all that was given for it has ended. */
@Entity('app_session')
@Index('ix_app_session_user', ['tenantId', 'userId'])
@Index('ix_app_session_expires', ['expiresAt'])
export class Session {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id', primaryKeyConstraintName: 'pk_app_session' })
  id!: string;

  @Column({ type: 'varchar', length: 64, name: 'tenant_id' })
  tenantId!: string;

  /** Id of the SCIM user. */
  @Column({ type: 'varchar', length: 36, name: 'user_id' })
  userId!: string;

  @Column({ type: 'varchar', length: 16, name: 'method' })
  method!: SignInMethod;

  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  /** Then the member has to sign in again, however busy the session is. */
  @Column({ type: 'varchar', length: 24, name: 'expires_at' })
  expiresAt!: string;
}
