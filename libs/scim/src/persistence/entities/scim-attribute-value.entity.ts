import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One value of an indexed or unique attribute, so that `emails.value eq "…"` is an index look-up in every database. */
@Entity('scim_attribute_value')
@Index('ix_scim_attribute_value', ['tenantId', 'path', 'valueKey', 'resourceId'])
@Index('uq_scim_attribute_value', ['tenantId', 'resourceType', 'path', 'uniqueKey'], { unique: true })
export class ScimAttributeValue {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_attribute_value',
  })
  tenantId!: string;

  /** Name of the resource type, for example `User`. */
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'resource_type',
    primaryKeyConstraintName: 'pk_scim_attribute_value',
  })
  resourceType!: string;

  @PrimaryColumn({
    type: 'varchar',
    length: 36,
    name: 'resource_id',
    primaryKeyConstraintName: 'pk_scim_attribute_value',
  })
  resourceId!: string;

  /** Canonical path of the attribute, for example `emails.value`. */
  @PrimaryColumn({
    type: 'varchar',
    length: 255,
    name: 'path',
    primaryKeyConstraintName: 'pk_scim_attribute_value',
  })
  path!: string;

  /** Position of the element in its list, from 0. */
  @PrimaryColumn({ type: 'integer', name: 'position', primaryKeyConstraintName: 'pk_scim_attribute_value' })
  position!: number;

  /** `type` of the element, where it has one. */
  @Column({ type: 'varchar', length: 255, name: 'type', nullable: true })
  type!: string | null;

  /** What `eq` compares; longer texts are cut and end in their SHA-256. */
  @Column({ type: 'varchar', length: 320, name: 'value_key' })
  valueKey!: string;

  /** The same for attributes whose uniqueness is `server` or `global`, null for all others. */
  @Column({ type: 'varchar', length: 320, name: 'unique_key', nullable: true })
  uniqueKey!: string | null;
}
