import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../protocol/schema/json.js';

/**
 * Row of a user. A host may extend the class, with the same `@Entity('scim_user')`, and list its class instead of
 * this one (`scimEntities({ user: AppUser })`).
 */
@Entity('scim_user')
@Index('uq_scim_user_name', ['tenantId', 'userNameKey'], { unique: true })
@Index('ix_scim_user_external', ['tenantId', 'externalId'])
@Index('ix_scim_user_modified', ['tenantId', 'modifiedAt', 'id'])
export class ScimUser {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'tenant_id', primaryKeyConstraintName: 'pk_scim_user' })
  tenantId!: string;

  /** UUID version 7 in lower case, made by the server. */
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'id', primaryKeyConstraintName: 'pk_scim_user' })
  id!: string;

  @Column({ type: 'varchar', length: 512, name: 'external_id', nullable: true })
  externalId!: string | null;

  /** As the client sent it. */
  @Column({ type: 'varchar', length: 512, name: 'user_name' })
  userName!: string;

  /** Comparison key of userName; unique in the tenant. */
  @Column({ type: 'varchar', length: 700, name: 'user_name_key' })
  userNameKey!: string;

  /** Null when the resource has no such attribute. */
  @Column({ type: 'boolean', name: 'active', nullable: true })
  active!: boolean | null;

  /** Counts the changes, from 1. */
  @Column({ type: 'integer', name: 'version' })
  version!: number;

  /** RFC 3339 in UTC with milliseconds; text, so that it is the same in every database. */
  @Column({ type: 'varchar', length: 24, name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', length: 24, name: 'modified_at' })
  modifiedAt!: string;

  /** The resource without id, meta, computed, detached and never-returned attributes. */
  @Column({ type: 'jsonb', name: 'document' })
  document!: JsonObject;

  /** On MySQL, the document in the form in which filters compare it (decision 0010); null on all other databases. */
  @Column({ type: 'jsonb', name: 'comparable', nullable: true, select: false })
  comparable!: JsonObject | null;

  /** Never-returned attributes. */
  @Column({ type: 'jsonb', name: 'concealed', nullable: true, select: false })
  concealed!: JsonObject | null;
}
