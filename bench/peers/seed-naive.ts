import { Client } from 'pg';
import type { Directory } from '../data/directory.js';
import { usersOf } from '../data/user-rows.js';
import { type Cell, copyRows } from '../database/copy-rows.js';

const TABLES = `
  create table naive_user (id text primary key, user_name text not null, external_id text, active boolean not null,
    document jsonb not null, created_at timestamptz not null default now(),
    updated_at timestamptz not null default now());
  create table naive_group (id text primary key, display_name text, document jsonb not null,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now());
  create table naive_membership (group_id text, user_id text, primary key (group_id, user_id))`;

const INDEXES = `
  create unique index on naive_user (user_name);
  create index on naive_user (external_id);
  create index on naive_user (created_at, id);
  create index on naive_membership (user_id);
  analyze naive_user, naive_group, naive_membership`;

/** Tables of the server that was written in a hurry, filled with the large tenant and a group of it. */
export async function seedNaive(url: string, directory: Directory): Promise<void> {
  const { large, sizedGroups } = directory;
  const { id: groupId, members } = sizedGroups[1]!;
  const memberIds = Array.from({ length: members }, (_, i) => directory.userId(large, i));
  const group = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Group',
    members: memberIds.map((value) => ({ value })),
  };
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(TABLES);
    const columns = ['id', 'user_name', 'external_id', 'active', 'document', 'created_at', 'updated_at'];
    await copyRows(client, 'naive_user', columns, userRows(directory));
    await copyRows(
      client,
      'naive_group',
      ['id', 'display_name', 'document'],
      [[groupId, 'Group', JSON.stringify(group)]],
    );
    const memberships = memberIds.map((userId) => [groupId, userId]);
    await copyRows(client, 'naive_membership', ['group_id', 'user_id'], memberships);
    await client.query(INDEXES);
  } finally {
    await client.end();
  }
}

function* userRows({ large }: Directory): Generator<Cell[]> {
  for (const { id, time, document } of usersOf(large)) {
    const moment = new Date(time).toISOString();
    const { userName, externalId, active } = document;
    yield [id, userName, externalId, active, JSON.stringify(document), moment, moment];
  }
}
