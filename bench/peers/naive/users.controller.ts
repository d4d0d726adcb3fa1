import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  Inject,
  NotFoundException,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { PatchRequest } from './groups.controller.js';
import { NaiveTokenGuard } from './naive-token.guard.js';

interface UserRow {
  readonly id: string;
  readonly document: Record<string, unknown>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS: Readonly<Record<string, string>> = {
  userName: 'user_name',
  externalId: 'external_id',
  id: 'id',
};

@Controller('Users')
@UseGuards(NaiveTokenGuard)
export class NaiveUsersController {
  constructor(@Inject(Pool) private readonly database: Pool) {}

  @Get()
  async list(
    @Query('filter') filter: string | undefined,
    @Query('startIndex') startIndex = '1',
    @Query('count') count = '100',
  ): Promise<object> {
    const values: string[] = [];
    let where = '';
    if (filter !== undefined) {
      const [, attribute = '', value = ''] = /^(\w+) eq "([^"]*)"$/.exec(filter) ?? [];
      const column = COLUMNS[attribute];
      if (column === undefined) throw new BadRequestException('This filter is not supported.');
      where = `WHERE ${column} = $1`;
      values.push(value);
    }
    const found = await this.database.query<{ total: string }>(
      `SELECT count(*) AS total FROM naive_user ${where}`,
      values,
    );
    const { rows } = await this.database.query<UserRow>(
      `SELECT * FROM naive_user ${where} ORDER BY created_at, id
        LIMIT ${Number(count)} OFFSET ${Number(startIndex) - 1}`,
      values,
    );
    const Resources: object[] = [];
    for (const row of rows) Resources.push(await this.toUser(row));
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: Number(found.rows[0]?.total),
      startIndex: Number(startIndex),
      itemsPerPage: Resources.length,
      Resources,
    };
  }

  @Get(':id')
  async get(@Param('id') id: string): Promise<object> {
    return this.toUser(await this.find(id));
  }

  @Post()
  async create(@Body() document: Record<string, unknown>): Promise<object> {
    const same = await this.database.query('SELECT * FROM naive_user WHERE user_name = $1', [
      document['userName'],
    ]);
    if (same.rows.length > 0) throw new ConflictException('The userName is taken.');
    const { rows } = await this.database.query<UserRow>(
      `INSERT INTO naive_user (id, user_name, external_id, active, document)
        VALUES ($1, $2, $3, $4, $5) RETURNING *`,
      [randomUUID(), document['userName'], document['externalId'], document['active'] ?? true, document],
    );
    return this.toUser(rows[0]!);
  }

  @Put(':id')
  async replace(@Param('id') id: string, @Body() document: Record<string, unknown>): Promise<object> {
    await this.find(id);
    return this.toUser(await this.update(id, document));
  }

  @Patch(':id')
  async patch(@Param('id') id: string, @Body() { Operations }: PatchRequest): Promise<object> {
    const { document } = await this.find(id);
    for (const { path, value } of Operations) Object.assign(document, path ? { [path]: value } : value);
    return this.toUser(await this.update(id, document));
  }

  private async find(id: string): Promise<UserRow> {
    const { rows } = await this.database.query<UserRow>('SELECT * FROM naive_user WHERE id = $1', [id]);
    if (rows.length === 0) throw new NotFoundException();
    return rows[0]!;
  }

  private async update(id: string, document: Record<string, unknown>): Promise<UserRow> {
    const { rows } = await this.database.query<UserRow>(
      `UPDATE naive_user SET user_name = $2, external_id = $3, active = $4, document = $5, updated_at = now()
        WHERE id = $1 RETURNING *`,
      [id, document['userName'], document['externalId'], document['active'] ?? true, document],
    );
    return rows[0]!;
  }

  private async toUser({ id, document, created_at, updated_at }: UserRow): Promise<object> {
    const { rows } = await this.database.query<{ id: string; display_name: string }>(
      `SELECT g.id, g.display_name FROM naive_membership m JOIN naive_group g ON g.id = m.group_id
        WHERE m.user_id = $1`,
      [id],
    );
    return {
      ...document,
      id,
      groups: rows.map((group) => ({ value: group.id, display: group.display_name })),
      meta: {
        resourceType: 'User',
        created: created_at,
        lastModified: updated_at,
        location: `https://api.example.com/scim/v2/Users/${id}`,
      },
    };
  }
}
