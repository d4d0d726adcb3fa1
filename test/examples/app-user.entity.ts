import { BADGE_SCHEMA } from './badge.schema.js';
// #region entity
import { ScimColumn, ScimUser } from 'nestjs-scim/typeorm';
import { Column, Entity, Index } from 'typeorm';

@Entity('scim_user')
@Index('ix_app_user_badge_number', ['tenantId', 'badgeNumber'])
export class AppUser extends ScimUser {
  /** Written from the attribute of the extension. */
  @ScimColumn(`${BADGE_SCHEMA}:number`)
  @Column({ type: 'varchar', name: 'badge_number', length: 1024, nullable: true })
  badgeNumber!: string | null;

  /** Written from an attribute of the core schema. */
  @ScimColumn('name.familyName')
  @Column({ type: 'varchar', name: 'family_name', length: 1024, nullable: true })
  familyName!: string | null;

  /** Yours alone: no request of an identity provider writes it. */
  @Column({ type: 'varchar', name: 'theme', length: 20, default: 'light' })
  theme!: string;
}
// #endregion entity
