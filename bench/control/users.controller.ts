import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  UseGuards,
} from '@nestjs/common';
import type { Person } from '../data/person.js';
import { ControlDatabase } from './control-database.js';
import { groupsOf, type UserRow, userText } from './resource-text.js';
import { type ControlRequest, TokenGuard } from './token-guard.js';
import { UserChanges } from './user-changes.js';
import { UserLists, type UserQuery } from './user-lists.js';
import { USER_ALONE, USER_BY_ID } from './user-sql.js';

const SCIM = 'application/scim+json';

interface PatchRequest {
  readonly Operations: readonly [{ readonly path: string; readonly value: never }];
}

@Controller('scim/v2')
@UseGuards(TokenGuard)
export class UsersController {
  constructor(
    @Inject(ControlDatabase) private readonly database: ControlDatabase,
    @Inject(UserLists) private readonly lists: UserLists,
    @Inject(UserChanges) private readonly changes: UserChanges,
  ) {}

  @Get('Users/:id')
  @Header('content-type', SCIM)
  async read(
    @Req() { tenant }: ControlRequest,
    @Param('id') id: string,
    @Query('excludedAttributes') excluded: string | undefined,
  ): Promise<string> {
    const alone = excluded === 'groups';
    const [row] = await this.database.run<UserRow>(alone ? USER_ALONE : USER_BY_ID, [tenant, id]);
    if (!row) throw new Error('There is no such user.');
    return userText(row, alone ? [] : groupsOf(row));
  }

  @Get('Users')
  @Header('content-type', SCIM)
  list(@Req() { tenant }: ControlRequest, @Query() query: UserQuery): Promise<string> {
    return this.lists.list(tenant, query);
  }

  @Post('Users')
  @HttpCode(201)
  @Header('content-type', SCIM)
  create(@Req() { tenant }: ControlRequest, @Body() body: Person): Promise<string> {
    return this.changes.create(tenant, body);
  }

  @Patch('Users/:id')
  @Header('content-type', SCIM)
  patch(
    @Req() { tenant }: ControlRequest,
    @Param('id') id: string,
    @Body() { Operations: [{ path, value }] }: PatchRequest,
  ): Promise<string> {
    if (path === 'active' || path === 'title') {
      return this.changes.change(tenant, id, (document) => ({ ...document, [path]: value }), false);
    }
    const emailed = (document: Person): Person => ({
      ...document,
      emails: document.emails.map((email) => (email.type === 'work' ? { ...email, value } : email)),
    });
    return this.changes.change(tenant, id, emailed, true);
  }

  @Put('Users/:id')
  @Header('content-type', SCIM)
  replace(@Req() { tenant }: ControlRequest, @Param('id') id: string, @Body() body: Person): Promise<string> {
    return this.changes.change(tenant, id, () => body, false);
  }

  @Delete('Users/:id')
  @HttpCode(204)
  remove(@Req() { tenant }: ControlRequest, @Param('id') id: string): Promise<void> {
    return this.changes.remove(tenant, id);
  }

  @Post('Bulk')
  @HttpCode(200)
  @Header('content-type', SCIM)
  bulk(
    @Req() { tenant }: ControlRequest,
    @Body() { Operations }: { Operations: readonly { readonly data: Person }[] },
  ): Promise<string> {
    return this.changes.createMany(
      tenant,
      Operations.map(({ data }) => data),
    );
  }
}
