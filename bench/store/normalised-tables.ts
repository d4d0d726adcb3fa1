import type { Client } from 'pg';
import { ENTERPRISE_SCHEMA, type Person } from '../data/person.js';

const SCHEMA = 'bench_normalised';

/**
 * A user in five tables, as most write it first: one row of the user and of the extension, and a row for each e-mail
 * address, telephone number and address; everything that SCIM looks users up by has an index. Without foreign keys, which would
 * cost it more.
 */
const TABLES = `
  create table ${SCHEMA}.users (id uuid primary key, tenant_id text not null, user_name text not null,
    user_name_key text not null, external_id text, active boolean not null, display_name text, nick_name text,
    profile_url text, title text, user_type text, preferred_language text, locale text, timezone text,
    formatted_name text, given_name text, family_name text, honorific_prefix text, version int not null default 1,
    created_at timestamptz not null default now(), modified_at timestamptz not null default now());
  create table ${SCHEMA}.email (id bigserial primary key, user_id uuid not null, tenant_id text not null,
    value text not null, value_key text not null, type text, is_primary boolean);
  create table ${SCHEMA}.phone (id bigserial primary key, user_id uuid not null, value text, type text);
  create table ${SCHEMA}.address (id bigserial primary key, user_id uuid not null, type text, street text,
    locality text, region text, postal_code text, country text, formatted text, is_primary boolean);
  create table ${SCHEMA}.enterprise (user_id uuid primary key, employee_number text, cost_center text,
    organization text, division text, department text)`;

const INDEXES = `
  create unique index on ${SCHEMA}.users (tenant_id, user_name_key);
  create index on ${SCHEMA}.users (tenant_id, external_id);
  create index on ${SCHEMA}.users (tenant_id, modified_at, id);
  create index on ${SCHEMA}.email (user_id);
  create index on ${SCHEMA}.email (tenant_id, value_key, user_id);
  create index on ${SCHEMA}.phone (user_id);
  create index on ${SCHEMA}.address (user_id);
  analyze ${SCHEMA}.users, ${SCHEMA}.email, ${SCHEMA}.phone, ${SCHEMA}.address, ${SCHEMA}.enterprise`;

/** Makes the tables and copies the users of a tenant into them. */
export async function fillNormalisedTables(database: Client, tenantId: string): Promise<void> {
  await dropNormalisedTables(database);
  await database.query(`create schema ${SCHEMA}`);
  await database.query(TABLES);
  const from = `from public.scim_user u where u.tenant_id = $1`;
  const each = (list: string): string =>
    `from public.scim_user u, jsonb_array_elements(u.document -> '${list}') v where u.tenant_id = $1`;
  const copies = [
    `users (${USER_COLUMNS.join(', ')}) select u.id::uuid, u.tenant_id, u.user_name, u.user_name_key, u.external_id,
      u.active, u.document ->> 'displayName', u.document ->> 'nickName', u.document ->> 'profileUrl',
      u.document ->> 'title', u.document ->> 'userType', u.document ->> 'preferredLanguage', u.document ->> 'locale',
      u.document ->> 'timezone', u.document #>> '{name,formatted}', u.document #>> '{name,givenName}',
      u.document #>> '{name,familyName}', u.document #>> '{name,honorificPrefix}' ${from}`,
    `email (user_id, tenant_id, value, value_key, type, is_primary) select u.id::uuid, u.tenant_id, v ->> 'value',
      lower(v ->> 'value'), v ->> 'type', (v ->> 'primary')::boolean ${each('emails')}`,
    `phone (user_id, value, type) select u.id::uuid, v ->> 'value', v ->> 'type' ${each('phoneNumbers')}`,
    `address (${ADDRESS_COLUMNS.join(', ')}) select u.id::uuid, v ->> 'type', v ->> 'streetAddress', v ->> 'locality',
      v ->> 'region', v ->> 'postalCode', v ->> 'country', v ->> 'formatted', (v ->> 'primary')::boolean ${each('addresses')}`,
    `enterprise select u.id::uuid, e ->> 'employeeNumber', e ->> 'costCenter', e ->> 'organization', e ->> 'division',
      e ->> 'department' from public.scim_user u, jsonb_extract_path(u.document, '${ENTERPRISE_SCHEMA}') e
      where u.tenant_id = $1`,
  ];
  for (const copy of copies) await database.query(`insert into ${SCHEMA}.${copy}`, [tenantId]);
  await database.query(INDEXES);
}

export async function dropNormalisedTables(database: Client): Promise<void> {
  await database.query(`drop schema if exists ${SCHEMA} cascade`);
}

const USER_COLUMNS = [
  'id',
  'tenant_id',
  'user_name',
  'user_name_key',
  'external_id',
  'active',
  'display_name',
  'nick_name',
  'profile_url',
  'title',
  'user_type',
  'preferred_language',
  'locale',
  'timezone',
  'formatted_name',
  'given_name',
  'family_name',
  'honorific_prefix',
];
const ADDRESS_COLUMNS = [
  'user_id',
  'type',
  'street',
  'locality',
  'region',
  'postal_code',
  'country',
  'formatted',
  'is_primary',
];

/** Creates a user: one transaction, one prepared insert for each row. */
export async function createNormalised(
  database: Client,
  tenantId: string,
  id: string,
  user: Person,
): Promise<void> {
  const insert = (
    table: string,
    columns: readonly string[],
    values: readonly unknown[],
  ): Promise<unknown> => {
    const places = columns.map((_, i) => `$${i + 1}`).join(', ');
    const text = `insert into ${SCHEMA}.${table} (${columns.join(', ')}) values (${places})`;
    return database.query({ name: `${SCHEMA}_${table}`, text, values: [...values] });
  };
  const { name, phoneNumbers, addresses, [ENTERPRISE_SCHEMA]: extension } = user as unknown as Parts;
  await database.query('begin');
  await insert('users', USER_COLUMNS, [
    id,
    tenantId,
    user.userName,
    user.userName.toLowerCase(),
    user.externalId,
    user.active,
    ...['displayName', 'nickName', 'profileUrl', 'title', 'userType', 'preferredLanguage'].map(
      (a) => user[a],
    ),
    user['locale'],
    user['timezone'],
    name['formatted'],
    name['givenName'],
    name['familyName'],
    name['honorificPrefix'],
  ]);
  for (const { value, type, primary } of user.emails) {
    const columns = ['user_id', 'tenant_id', 'value', 'value_key', 'type', 'is_primary'];
    await insert('email', columns, [id, tenantId, value, value.toLowerCase(), type, primary ?? false]);
  }
  for (const { value, type } of phoneNumbers)
    await insert('phone', ['user_id', 'value', 'type'], [id, value, type]);
  for (const address of addresses) {
    const names = ['type', 'streetAddress', 'locality', 'region', 'postalCode', 'country', 'formatted'];
    await insert('address', ADDRESS_COLUMNS, [id, ...names.map((part) => address[part]), true]);
  }
  const columns = ['user_id', 'employee_number', 'cost_center', 'organization', 'division', 'department'];
  const names = ['employeeNumber', 'costCenter', 'organization', 'division', 'department'];
  await insert('enterprise', columns, [id, ...names.map((part) => extension[part])]);
  await database.query('commit');
}

interface Parts {
  readonly name: Readonly<Record<string, string>>;
  readonly phoneNumbers: readonly Readonly<Record<string, string>>[];
  readonly addresses: readonly Readonly<Record<string, string>>[];
  readonly [ENTERPRISE_SCHEMA]: Readonly<Record<string, string>>;
}
