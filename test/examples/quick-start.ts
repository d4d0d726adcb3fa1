// #region quick-start
import { Injectable, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimModule, ScimTokens } from 'nestjs-scim';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';

/** Call it where your administrators connect a customer. The token is shown once. */
@Injectable()
export class CustomerConnections {
  constructor(private readonly tokens: ScimTokens) {}

  async connect(tenantId: string): Promise<string> {
    const { token } = await this.tokens.issue({ tenantId, connection: { name: 'okta' } });
    return token;
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: scimEntities(), // and yours
      migrations: SCIM_MIGRATIONS, // and yours
      migrationsRun: true,
    }),
    ScimModule.forRoot({ publicUrl: 'https://api.example.com/scim/v2' }),
  ],
  providers: [CustomerConnections],
})
export class AppModule {}
// #endregion quick-start
