import {
  Controller,
  Get,
  Header,
  Inject,
  NotFoundException,
  Param,
  Query,
  Req,
  UseGuards,
} from '@nestjs/common';
import { ScimGroup, ScimGroupMember, scimEntities } from 'nestjs-scim/typeorm';
import { DataSource, In } from 'typeorm';
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

/** The way of the textbook: entities are loaded by their repositories and serialised again. */
@Controller('scim/v2')
@UseGuards(TokenGuard)
export class FindOneController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('Users/:id')
  @Header('content-type', 'application/scim+json')
  async read(
    @Req() { tenant }: ControlRequest,
    @Param('id') id: string,
    @Query('excludedAttributes') excluded: string | undefined,
  ): Promise<object> {
    const user = await this.dataSource.getRepository(AppUser).findOne({ where: { tenantId: tenant, id } });
    if (!user) throw new NotFoundException();
    const meta = {
      resourceType: 'User',
      created: user.createdAt,
      lastModified: user.modifiedAt,
      location: `${PUBLIC_URL}/Users/${id}`,
      version: `W/"${user.version}"`,
    };
    if (excluded === 'groups') return { id, ...user.document, meta };
    const groups = await this.groupsOf(tenant, id);
    return { id, ...user.document, ...(groups.length === 0 ? {} : { groups }), meta };
  }

  /** Those that name the user; groups in groups would take further rounds. */
  private async groupsOf(tenantId: string, memberId: string): Promise<object[]> {
    const members = await this.dataSource
      .getRepository(ScimGroupMember)
      .find({ where: { tenantId, memberId } });
    if (members.length === 0) return [];
    const ids = members.map(({ groupId }) => groupId);
    const groups = await this.dataSource.getRepository(ScimGroup).find({ where: { tenantId, id: In(ids) } });
    return groups.map(({ id, displayName }) => ({
      value: id,
      $ref: `${PUBLIC_URL}/Groups/${id}`,
      display: displayName,
      type: 'direct',
    }));
  }
}
