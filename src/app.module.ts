import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimModule } from 'nestjs-scim';
import { AcmeProbe } from './acme-probe.schema.js';
import { AcmeUser } from './acme-user.schema.js';
import { AppUser } from './app-user.entity.js';
import { databaseOptions } from './database-options.js';
import { SCIM_PATH } from './environment.js';

/** What the application needs to know before it is built. */
export interface AppSettings {
  readonly databaseUrl: string;
  /** Address of the SCIM endpoints as identity providers see them. */
  readonly publicUrl: string | undefined;
  /** Secret of the paging cursors. */
  readonly cursorKey: string | Uint8Array;
}

/** The application: a data source, and SCIM over it. */
@Module({})
export class AppModule {
  static register({ databaseUrl, publicUrl, cursorKey }: AppSettings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({ ...databaseOptions(databaseUrl), retryAttempts: 0 }),
        ScimModule.forRoot({
          path: SCIM_PATH,
          publicUrl,
          cursorKey,
          entities: { user: AppUser },
          users: { extensions: userExtensions() },
        }),
      ],
    };
  }
}

/** Additions to users; with NODE_ENV=test also one attribute of each unusual kind, for the tests to try. */
function userExtensions(): Type[] {
  return process.env['NODE_ENV'] === 'test' ? [AcmeUser, AcmeProbe] : [AcmeUser];
}
