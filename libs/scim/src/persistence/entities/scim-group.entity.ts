import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../protocol/schema/json.js';

/**
 * Row of a group; its members are rows of `scim_group_member`. A host may extend the class, with the same
 * `@Entity('scim_group')`, and list its class instead of this one (`scimEntities({ group: AppGroup })`).
 */
@Entity('scim_group')
@Index('uq_scim_group_name', ['tenantId', 'uniqueNameKey'], { unique: true })
@Index('ix_scim_group_name', ['tenantId', 'displayNameKey'])
@Index('ix_scim_group_external', ['tenantId', 'externalId'])
@Index('ix_scim_group_modified', ['tenantId', 'modifiedAt', 'id'])
export class ScimGroup {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_group',
  })
  tenantId!: string;

  /** UUID version 7 in lower case, made by the server. */
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id', primaryKeyConstraintName: 'pk_scim_group' })
  id!: string;

  @Column({ type: 'varchar', length: 512, name: 'external_id', nullable: true })
  externalId!: string | null;

  @Column({ type: 'varchar', length: 512, name: 'display_name', nullable: true })
  displayName!: string | null;

  /** Comparison key of displayName. */
  @Column({ type: 'varchar', length: 700, name: 'display_name_key', nullable: true })
  displayNameKey!: string | null;

  /** The comparison key again where the connection wants names unique; unique in the tenant. */
  @Column({ type: 'varchar', length: 700, name: 'unique_name_key', nullable: true })
  uniqueNameKey!: string | null;

  /** Counts the changes, of members too, from 1. */
  @Column({ type: 'integer', name: 'version' })
  version!: number;

  /** RFC 3339 in UTC with milliseconds; text, so that it is the same in every database. */
  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', length: 24, name: 'modified_at' })
  modifiedAt!: string;

  /** The resource without id, meta, members, computed and never-returned attributes. */
  @Column({ type: 'jsonb', name: 'document' })
  document!: JsonObject;

  /** On MySQL, the document in the form in which filters compare it (decision 0010); null on all other databases. */
  @Column({ type: 'jsonb', name: 'comparable', nullable: true, select: false })
  comparable!: JsonObject | null;

  /** Never-returned attributes. */
  @Column({ type: 'jsonb', name: 'concealed', nullable: true, select: false })
  concealed!: JsonObject | null;
}
