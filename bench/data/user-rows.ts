import { comparisonKey } from 'nestjs-scim/protocol';
import type { Cell } from '../database/copy-rows.js';
import type { Tenant } from './directory.js';
import { person, type Person } from './person.js';
import { seededTime, seededUuid, type IdSpace } from './seeded-uuid.js';

export const USER_COLUMNS = [
  'tenant_id',
  'id',
  'external_id',
  'user_name',
  'user_name_key',
  'active',
  'version',
  'created_at',
  'modified_at',
  'document',
] as const;

export const VALUE_COLUMNS = [
  'tenant_id',
  'resource_type',
  'resource_id',
  'path',
  'position',
  'type',
  'value_key',
] as const;

/** Row of scim_user as the library writes it; the database checks that against a user made over HTTP. */
export function userRow(tenantId: string, id: string, time: number, document: Person): Cell[] {
  const moment = new Date(time).toISOString();
  const { externalId, userName, active } = document;
  return [
    tenantId,
    id,
    externalId,
    userName,
    comparisonKey(userName),
    active,
    1,
    moment,
    moment,
    JSON.stringify(document),
  ];
}

/** Rows of scim_attribute_value: e-mail addresses are what is indexed by default. */
export function valueRows(tenantId: string, id: string, document: Person): Cell[][] {
  return document.emails.map(({ value, type }, position) => [
    tenantId,
    'User',
    id,
    'emails.value',
    position,
    type,
    comparisonKey(value),
  ]);
}

/** The users of a tenant; `space` and `first` say which ids they have. */
export function* usersOf(
  tenant: Pick<Tenant, 'id' | 'domain' | 'first' | 'users'>,
  space: IdSpace = 'user',
): Generator<{ id: string; time: number; document: Person }> {
  for (let number = 0; number < tenant.users; number++) {
    const index = tenant.first + number;
    yield { id: seededUuid(space, index), time: seededTime(index), document: person(tenant.domain, number) };
  }
}
