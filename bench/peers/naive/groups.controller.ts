import { Body, Controller, Get, Inject, NotFoundException, Param, Patch, UseGuards } from '@nestjs/common';
import { Pool } from 'pg';
import { NaiveTokenGuard } from './naive-token.guard.js';

/** Body of a PATCH request, as it should be. */
export interface PatchRequest {
  readonly Operations: readonly { readonly op: string; readonly path?: string; readonly value?: unknown }[];
}

interface Member {
  readonly value: string;
}

interface GroupRow {
  readonly id: string;
  readonly document: Record<string, unknown> & { members: Member[] };
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Groups with their members in the document, and beside it a table that says which groups a user is in. */
@Controller('Groups')
@UseGuards(NaiveTokenGuard)
export class NaiveGroupsController {
  constructor(@Inject(Pool) private readonly database: Pool) {}

  @Get(':id')
  async get(@Param('id') id: string): Promise<object> {
    return toGroup(await this.find(id));
  }

  @Patch(':id')
  async patch(@Param('id') id: string, @Body() { Operations }: PatchRequest): Promise<object> {
    const { document } = await this.find(id);
    for (const { op, path, value } of Operations) {
      if (op.toLowerCase() === 'add' && path === 'members') await this.add(id, document, value as Member[]);
      if (op.toLowerCase() === 'remove') await this.remove(id, document, path ?? '');
    }
    const { rows } = await this.database.query<GroupRow>(
      'UPDATE naive_group SET document = $2, updated_at = now() WHERE id = $1 RETURNING *',
      [id, document],
    );
    return toGroup(rows[0]!);
  }

  private async find(id: string): Promise<GroupRow> {
    const { rows } = await this.database.query<GroupRow>('SELECT * FROM naive_group WHERE id = $1', [id]);
    if (rows.length === 0) throw new NotFoundException();
    return rows[0]!;
  }

  private async add(id: string, document: GroupRow['document'], members: readonly Member[]): Promise<void> {
    const known = new Set(document.members.map(({ value }) => value));
    for (const member of members) {
      if (known.has(member.value)) continue;
      document.members.push(member);
      await this.database.query('INSERT INTO naive_membership VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        id,
        member.value,
      ]);
    }
  }

  private async remove(id: string, document: GroupRow['document'], path: string): Promise<void> {
    const [, member] = /^members\[value eq "([^"]*)"\]$/.exec(path) ?? [];
    document.members = document.members.filter(({ value }) => value !== member);
    await this.database.query('DELETE FROM naive_membership WHERE group_id = $1 AND user_id = $2', [
      id,
      member,
    ]);
  }
}

function toGroup({ id, document, created_at, updated_at }: GroupRow): object {
  return {
    ...document,
    id,
    meta: {
      resourceType: 'Group',
      created: created_at,
      lastModified: updated_at,
      location: `https://api.example.com/scim/v2/Groups/${id}`,
    },
  };
}
