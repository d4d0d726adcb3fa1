import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One line of the provisioning log. What queries ask for are columns, the rest is JSON text. Written in batches and
 * read by administrators only, so it has few indexes and no foreign keys.
 */
@Entity('scim_log')
@Index('ix_scim_log_status', ['tenantId', 'statusClass', 'id'])
@Index('ix_scim_log_resource', ['tenantId', 'resourceId', 'id'])
@Index('ix_scim_log_request', ['tenantId', 'requestId', 'id'])
export class ScimLogEntry {
  /** The empty text: a request without tenant. */
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'tenant_id', primaryKeyConstraintName: 'pk_scim_log' })
  tenantId!: string;

  /** UUID version 7 of the time. */
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id', primaryKeyConstraintName: 'pk_scim_log' })
  id!: string;

  /** `request`, `operation` or `gap`. */
  @Column({ type: 'varchar', length: 16, name: 'kind' })
  kind!: string;

  @Column({ type: 'varchar', length: 24, name: 'time' })
  time!: string;

  @Column({ type: 'varchar', length: 36, name: 'connection_id', nullable: true })
  connectionId!: string | null;

  @Column({ type: 'varchar', length: 16, name: 'token_prefix', nullable: true })
  tokenPrefix!: string | null;

  @Column({ type: 'varchar', length: 64, name: 'request_id' })
  requestId!: string;

  /** Place in a Bulk request. */
  @Column({ type: 'integer', name: 'operation', nullable: true })
  operation!: number | null;

  @Column({ type: 'varchar', length: 16, name: 'method' })
  method!: string;

  @Column({ type: 'varchar', length: 255, name: 'endpoint' })
  endpoint!: string;

  @Column({ type: 'varchar', length: 64, name: 'resource_type', nullable: true })
  resourceType!: string | null;

  @Column({ type: 'varchar', length: 36, name: 'resource_id', nullable: true })
  resourceId!: string | null;

  @Column({ type: 'varchar', length: 512, name: 'external_id', nullable: true })
  externalId!: string | null;

  @Column({ type: 'integer', name: 'status' })
  status!: number;

  /** First digit of the status. */
  @Column({ type: 'integer', name: 'status_class' })
  statusClass!: number;

  @Column({ type: 'integer', name: 'duration_ms', nullable: true })
  durationMs!: number | null;

  @Column({ type: 'integer', name: 'bytes_in' })
  bytesIn!: number;

  /** JSON of the rest; at most 16 000 characters. */
  @Column({ type: 'text', name: 'details' })
  details!: string;
}
