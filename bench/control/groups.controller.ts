import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Patch,
  Query,
  Req,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { Readable } from 'node:stream';
import { PUBLIC_URL } from '../servers/server-settings.js';
import { ControlDatabase, together } from './control-database.js';
import {
  ADD_MEMBERS,
  BUMP_GROUP,
  GROUP_BY_ID,
  LOCK_GROUP,
  LOCK_USERS,
  MEMBERS_AFTER,
  PRESENT_MEMBERS,
  REMOVE_MEMBERS,
} from './group-sql.js';
import { eventRow, eventValues } from './event-row.js';
import { groupStart, metaText, type ResourceRow } from './resource-text.js';
import { type ControlRequest, TokenGuard } from './token-guard.js';
import { INSERT_EVENT } from './user-sql.js';

const JOIN_GROUP = together('control_join_group', [ADD_MEMBERS, BUMP_GROUP, INSERT_EVENT]);
const LEAVE_GROUP = together('control_leave_group', [REMOVE_MEMBERS, BUMP_GROUP, INSERT_EVENT]);

const SCIM = 'application/scim+json';
const BATCH = 2000;

interface MemberRow {
  readonly id: string;
  readonly type: string;
}

interface PatchRequest {
  readonly Operations: readonly [
    { readonly op: string; readonly path: string; readonly value?: readonly { readonly value: string }[] },
  ];
}

@Controller('scim/v2')
@UseGuards(TokenGuard)
export class GroupsController {
  constructor(@Inject(ControlDatabase) private readonly database: ControlDatabase) {}

  @Get('Groups/:id')
  @Header('content-type', SCIM)
  async read(
    @Req() { tenant }: ControlRequest,
    @Param('id') id: string,
    @Query('excludedAttributes') excluded: string | undefined,
  ): Promise<string | StreamableFile> {
    const [row] = await this.database.run<ResourceRow>(GROUP_BY_ID, [tenant, id]);
    if (!row) throw new Error('There is no such group.');
    if (excluded === 'members') return groupStart(row) + metaText('Group', row);
    return new StreamableFile(Readable.from(this.pieces(tenant, row), { objectMode: false }), { type: SCIM });
  }

  /** Loads all members, builds objects of them and makes one text of the whole. */
  @Get('Groups/:id/whole')
  @Header('content-type', SCIM)
  async whole(@Req() { tenant }: ControlRequest, @Param('id') id: string): Promise<string> {
    const [row] = await this.database.run<ResourceRow>(GROUP_BY_ID, [tenant, id]);
    if (!row) throw new Error('There is no such group.');
    const all = await this.database.run<MemberRow>(MEMBERS_AFTER, [tenant, id, '', 10_000_000]);
    const members = all.map((member) => ({
      value: member.id,
      $ref: `${PUBLIC_URL}/${member.type}s/${member.id}`,
      type: member.type,
    }));
    const location = `${PUBLIC_URL}/Groups/${id}`;
    const { version, created_at: created, modified_at: lastModified } = row;
    const meta = { resourceType: 'Group', created, lastModified, location, version: `W/"${version}"` };
    return JSON.stringify({ id, ...(JSON.parse(row.document) as object), members, meta });
  }

  @Patch('Groups/:id')
  @HttpCode(204)
  async patch(
    @Req() { tenant }: ControlRequest,
    @Param('id') id: string,
    @Body() { Operations: [{ op, path, value }] }: PatchRequest,
  ): Promise<void> {
    const ids = value?.map((member) => member.value) ?? [path.slice(path.indexOf('"') + 1, -2)];
    await this.database.transaction(async (run) => {
      const [row] = await run<ResourceRow>(LOCK_GROUP, [tenant, id]);
      if (op === 'add') await run(LOCK_USERS, [tenant, ids]);
      if (op === 'add') await run(PRESENT_MEMBERS, [tenant, id, ids]);
      const now = new Date().toISOString();
      const changed = { type: 'Group' as const, id, version: (row?.version ?? 0) + 1 };
      const members = ids.map((member) => ({ id: member, type: 'User' }));
      const event = eventRow('scim.group.members-changed.v1', changed, now, tenant, { members });
      const written = [tenant, id, ids, tenant, id, now, ...eventValues(tenant, now, event)];
      await run(op === 'add' ? JOIN_GROUP : LEAVE_GROUP, written);
    });
  }

  private async *pieces(tenant: string, row: ResourceRow): AsyncGenerator<string> {
    yield `${groupStart(row)},"members":[`;
    for (let after = '', size = BATCH; size === BATCH;) {
      const members = await this.database.run<MemberRow>(MEMBERS_AFTER, [tenant, row.id, after, BATCH]);
      size = members.length;
      const texts = members.map(
        ({ id, type }) => `{"value":"${id}","$ref":"${PUBLIC_URL}/${type}s/${id}","type":"${type}"}`,
      );
      if (size > 0) yield (after === '' ? '' : ',') + texts.join(',');
      after = members.at(-1)?.id ?? after;
    }
    yield `]${metaText('Group', row)}`;
  }
}
