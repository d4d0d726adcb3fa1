import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Which user a person of a sign-on provider is. It outlives the user, so that a deleted one does not come back by a
 * sign-on; hashes only.
 */
@Entity('scim_sign_on_link')
@Index('uq_scim_sign_on_link_user', ['tenantId', 'userId', 'issuerKey'], { unique: true })
export class ScimSignOnLink {
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'tenant_id',
    primaryKeyConstraintName: 'pk_scim_sign_on_link',
  })
  tenantId!: string;

  /** SHA-256 of issuer and subject, in hexadecimal. */
  @PrimaryColumn({
    type: 'varchar',
    length: 64,
    name: 'subject_key',
    primaryKeyConstraintName: 'pk_scim_sign_on_link',
  })
  subjectKey!: string;

  /** SHA-256 of the issuer: a user is one person of an issuer. */
  @Column({ type: 'varchar', length: 64, name: 'issuer_key' })
  issuerKey!: string;

  @Column({ type: 'varchar', length: 36, name: 'user_id' })
  userId!: string;

  /** `created`, or the identifier by which the user was found at the first sign-on. */
  @Column({ type: 'varchar', length: 16, name: 'matched_by' })
  matchedBy!: string;

  /** RFC 3339 in UTC with milliseconds. */
  @Column({ type: 'varchar', length: 24, name: 'linked_at' })
  linkedAt!: string;
}
