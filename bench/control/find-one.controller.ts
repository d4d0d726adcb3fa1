import { Controller, Get, Header, Inject, NotFoundException, Param, Req, UseGuards } from '@nestjs/common';
import { scimEntities } from 'nestjs-scim/typeorm';
import { DataSource } from 'typeorm';
import { AppUser } from '../../src/app-user.entity.js';
import { databaseOptions } from '../../src/database-options.js';
import { PUBLIC_URL, readServerSettings } from '../servers/server-settings.js';
import { type ControlRequest, TokenGuard } from './token-guard.js';

/** Opens what the controller reads from. */
export function openDataSource(): Promise<DataSource> {
  const options = {
    ...databaseOptions(readServerSettings().databaseUrl),
    entities: scimEntities({ user: AppUser }),
  };
  return new DataSource(options).initialize();
}

/** The way of the textbook: the entity is loaded by its repository and serialised again. */
@Controller('scim/v2')
@UseGuards(TokenGuard)
export class FindOneController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('Users/:id')
  @Header('content-type', 'application/scim+json')
  async read(@Req() { tenant }: ControlRequest, @Param('id') id: string): Promise<object> {
    const user = await this.dataSource.getRepository(AppUser).findOne({ where: { tenantId: tenant, id } });
    if (!user) throw new NotFoundException();
    const meta = {
      resourceType: 'User',
      created: user.createdAt,
      lastModified: user.modifiedAt,
      location: `${PUBLIC_URL}/Users/${id}`,
      version: `W/"${user.version}"`,
    };
    return { id, ...user.document, meta };
  }
}
