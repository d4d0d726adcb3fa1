// #region end-sessions
import { Injectable } from '@nestjs/common';
import { BeforeScimCommit, UserDeactivated, UserDeleted } from 'nestjs-scim';
import { Column, Entity, Index, type EntityManager, PrimaryColumn } from 'typeorm';

/** Your table of sessions; this one has a row for each refresh token. */
@Entity('refresh_token')
@Index('ix_refresh_token_user', ['tenantId', 'userId'])
export class RefreshToken {
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'hash' })
  hash!: string;

  @Column({ type: 'varchar', length: 64, name: 'tenant_id' })
  tenantId!: string;

  /** Id of the SCIM user. */
  @Column({ type: 'varchar', length: 36, name: 'user_id' })
  userId!: string;
}

@Injectable()
export class EndSessions {
  @BeforeScimCommit(UserDeactivated, UserDeleted)
  async endSessions(event: UserDeactivated | UserDeleted, manager: EntityManager): Promise<void> {
    await manager.delete(RefreshToken, { tenantId: event.tenantId, userId: event.resourceId });
  }
}
// #endregion end-sessions
