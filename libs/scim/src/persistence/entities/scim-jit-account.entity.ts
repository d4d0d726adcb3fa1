import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** That a user was made just in time, at a sign-on; gone with the user. */
@Entity('scim_jit_account')
@ForeignKey('scim_user', ['tenantId', 'userId'], ['tenantId', 'id'], {
  name: 'fk_scim_jit_account_user',
  onDelete: 'CASCADE',
})
export class ScimJitAccount {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_jit_account',
  })
  tenantId!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'user_id',
    primaryKeyConstraintName: 'pk_scim_jit_account',
  })
  userId!: string;

  /** Comparison key of the address that was verified then; null where there was none. */
  @Column({ type: 'varchar', length: 1024, name: 'email_key', nullable: true })
  emailKey!: string | null;

  /** RFC 3339 in UTC with milliseconds, as all times here. */
  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  /** When an identity provider adopted the user by SCIM; null as long as none has. */
  @Column({ type: 'varchar', length: 24, name: 'adopted_at', nullable: true })
  adoptedAt!: string | null;

  /** Connection that adopted the user. */
  @Column({ type: 'varchar', length: 36, name: 'adopted_by', nullable: true })
  adoptedBy!: string | null;
}
