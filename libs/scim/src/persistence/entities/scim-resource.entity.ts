import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../protocol/schema/json.js';

/** Row of a resource of a type of the host's own (option `resourceTypes`); one table holds them all. */
@Entity('scim_resource')
@Index('ix_scim_resource_type', ['tenantId', 'resourceType', 'id'])
@Index('ix_scim_resource_external', ['tenantId', 'resourceType', 'externalId'])
@Index('ix_scim_resource_modified', ['tenantId', 'resourceType', 'modifiedAt', 'id'])
export class ScimResource {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_resource',
  })
  tenantId!: string;

  /** UUID version 7 in lower case, made by the server. */
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id', primaryKeyConstraintName: 'pk_scim_resource' })
  id!: string;

  /** Name of the resource type, for example `Device`. */
  @Column({ type: 'varchar', length: 64, name: 'resource_type' })
  resourceType!: string;

  @Column({ type: 'varchar', length: 512, name: 'external_id', nullable: true })
  externalId!: string | null;

  /** Counts the changes, from 1. */
  @Column({ type: 'integer', name: 'version' })
  version!: number;

  /** RFC 3339 in UTC with milliseconds; text, so that it is the same in every database. */
  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', length: 24, name: 'modified_at' })
  modifiedAt!: string;

  /** The resource without id, meta and never-returned attributes. */
  @Column({ type: 'jsonb', name: 'document' })
  document!: JsonObject;

  /** On MySQL, the document in the form in which filters compare it (decision 0010); null on all other databases. */
  @Column({ type: 'jsonb', name: 'comparable', nullable: true, select: false })
  comparable!: JsonObject | null;

  /** Never-returned attributes. */
  @Column({ type: 'jsonb', name: 'concealed', nullable: true, select: false })
  concealed!: JsonObject | null;
}
