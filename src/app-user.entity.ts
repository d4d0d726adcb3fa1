import { ScimColumn, ScimUser } from 'nestjs-scim/typeorm';
import { Column, Entity, Index } from 'typeorm';
import { ACME_USER_SCHEMA } from './acme-user.schema.js';

/** The module's user with a column of ours: identity providers fill it, our own queries can join on it. */
@Entity('scim_user')
@Index('ix_app_user_cost_centre', ['tenantId', 'costCentre'])
export class AppUser extends ScimUser {
  @ScimColumn(`${ACME_USER_SCHEMA}:costCentre`)
  @Column({ type: 'varchar', name: 'cost_centre', length: 512, nullable: true })
  costCentre!: string | null;
}
