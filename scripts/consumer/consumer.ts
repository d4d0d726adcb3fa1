import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimModule, ScimTokens } from 'nestjs-scim';
import { parseFilter, type Filter } from 'nestjs-scim/protocol';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'sqljs', entities: scimEntities(), migrations: SCIM_MIGRATIONS }),
    ScimModule.forRoot({ publicUrl: 'https://api.example.com/scim/v2' }),
  ],
})
export class AppModule {
  constructor(private readonly tokens: ScimTokens) {}

  async tokenFor(tenantId: string): Promise<string> {
    return (await this.tokens.issue({ tenantId, connection: { name: 'okta' } })).token;
  }
}

export const filter: Filter = parseFilter('userName eq "bjensen"');
