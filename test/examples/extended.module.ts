import { Module } from '@nestjs/common';
import { AddBadge1765000000000 } from './add-badge.migration.js';
import { AppUser } from './app-user.entity.js';
import { Badge } from './badge.schema.js';
// #region module
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimModule } from 'nestjs-scim';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'sqljs', // or 'postgres', 'better-sqlite3'
      entities: scimEntities({ user: AppUser }),
      migrations: [...SCIM_MIGRATIONS, AddBadge1765000000000],
      migrationsRun: true,
    }),
    ScimModule.forRoot({
      entities: { user: AppUser },
      users: { extensions: [Badge] },
    }),
  ],
})
export class AppModule {}
// #endregion module
