import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { ScimConnection } from './scim-connection.entity.js';

/** A token of a connection: its hash and what it may do. The token itself is nowhere. */
@Entity('scim_token')
@Unique('uq_scim_token_hash', ['hash'])
@Index('ix_scim_token_connection', ['tenantId', 'connectionId'])
export class ScimToken {
  @PrimaryColumn({
    type: 'varchar',
    name: 'tenant_id',
    length: 64,
    primaryKeyConstraintName: 'pk_scim_token',
  })
  tenantId!: string;

  @PrimaryColumn({ type: 'varchar', name: 'id', length: 36, primaryKeyConstraintName: 'pk_scim_token' })
  id!: string;

  @Column({ type: 'varchar', name: 'connection_id', length: 36 })
  connectionId!: string;

  @ManyToOne(() => ScimConnection, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn([
    {
      name: 'tenant_id',
      referencedColumnName: 'tenantId',
      foreignKeyConstraintName: 'fk_scim_token_connection',
    },
    {
      name: 'connection_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'fk_scim_token_connection',
    },
  ])
  connection!: Relation<ScimConnection>;

  @Column({ type: 'varchar', name: 'name', length: 100 })
  name!: string;

  /** The public id inside the token. */
  @Column({ type: 'varchar', name: 'prefix', length: 16 })
  prefix!: string;

  /** SHA-256 of the whole token, hex. */
  @Column({ type: 'varchar', name: 'hash', length: 64 })
  hash!: string;

  /** Names with one blank between them. */
  @Column({ type: 'varchar', name: 'scopes', length: 1024 })
  scopes!: string;

  @Column({ type: 'varchar', name: 'created_at', length: 24 })
  createdAt!: string;

  @Column({ type: 'varchar', name: 'expires_at', length: 24, nullable: true })
  expiresAt!: string | null;

  @Column({ type: 'varchar', name: 'revoked_at', length: 24, nullable: true })
  revokedAt!: string | null;

  @Column({ type: 'varchar', name: 'last_used_at', length: 24, nullable: true })
  lastUsedAt!: string | null;
}
