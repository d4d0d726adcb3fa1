import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../protocol/schema/json.js';

/**
 * What is left of a deleted resource until it is purged. No SCIM request reads it: the id is unknown, the name is free.
 */
@Entity('scim_tombstone')
@Index('ix_scim_tombstone_due', ['purgeAfter', 'id'])
@Index('ix_scim_tombstone_name', ['tenantId', 'nameKey'])
@Index('ix_scim_tombstone_external', ['tenantId', 'externalId'])
export class ScimTombstone {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_tombstone',
  })
  tenantId!: string;

  /** Of the deleted resource. */
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id', primaryKeyConstraintName: 'pk_scim_tombstone' })
  id!: string;

  /** Name of the resource type, for example `User`. */
  @Column({ type: 'varchar', length: 64, name: 'resource_type' })
  resourceType!: string;

  @Column({ type: 'varchar', length: 512, name: 'external_id', nullable: true })
  externalId!: string | null;

  /** userName of a user, displayName of a group. */
  @Column({ type: 'varchar', length: 512, name: 'name', nullable: true })
  name!: string | null;

  /** Comparison key of `name`; several deleted resources may have the same. */
  @Column({ type: 'varchar', length: 700, name: 'name_key', nullable: true })
  nameKey!: string | null;

  /** Version that the deletion was; a restored resource goes on counting. */
  @Column({ type: 'integer', name: 'version' })
  version!: number;

  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  /** Null where nothing is retained. Never-returned attributes are not part of it: they went with the row. */
  @Column({ type: 'jsonb', name: 'document', nullable: true })
  document!: JsonObject | null;

  /** Connection whose request deleted it; null when the host did. */
  @Column({ type: 'varchar', length: 36, name: 'connection_id', nullable: true })
  connectionId!: string | null;

  /** RFC 3339 in UTC with milliseconds, as all times here. */
  @Column({ type: 'varchar', length: 24, name: 'deleted_at' })
  deletedAt!: string;

  @Column({ type: 'varchar', length: 24, name: 'purge_after' })
  purgeAfter!: string;

  /** When the purge was announced; from then on there is no way back. */
  @Column({ type: 'varchar', length: 24, name: 'announced_at', nullable: true })
  announcedAt!: string | null;

  /** The event that announced it; the data goes when it was delivered. */
  @Column({ type: 'varchar', length: 36, name: 'event_id', nullable: true })
  eventId!: string | null;
}
