// #region handlers
import { Injectable, Module } from '@nestjs/common';
import { BeforeScimCommit, OnScimEvent, UserCreated, UserDeactivated, UserDeleted } from 'nestjs-scim';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';

/** A table of yours. */
@Entity('refresh_token')
export class RefreshToken {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  tenantId!: string;

  /** Id of the user in SCIM. */
  @Column({ type: 'varchar', length: 36 })
  userId!: string;
}

@Injectable()
export class Access {
  readonly welcomed: string[] = [];

  /** In the transaction of the change: when this throws, nothing of it has happened. */
  @BeforeScimCommit(UserDeactivated, UserDeleted)
  async endSessions(event: UserDeactivated | UserDeleted, manager: EntityManager): Promise<void> {
    await manager.delete(RefreshToken, { tenantId: event.tenantId, userId: event.resourceId });
  }

  /** After the commit: at least once, in order for each user. */
  @OnScimEvent(UserCreated)
  async welcome(event: UserCreated): Promise<void> {
    this.welcomed.push(event.name ?? event.resourceId);
  }
}

@Module({ providers: [Access] })
export class AccessModule {}
// #endregion handlers
