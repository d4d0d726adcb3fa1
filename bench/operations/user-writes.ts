import type { Client } from 'pg';
import { copyRows } from '../database/copy-rows.js';
import type { Directory } from '../data/directory.js';
import { person } from '../data/person.js';
import { seededTime, seededUuid } from '../data/seeded-uuid.js';
import { USER_COLUMNS, userRow, VALUE_COLUMNS, valueRows } from '../data/user-rows.js';
import { MANY, type Operation, type RequestRange } from './operation.js';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
/** Domain of the users that writes create, so that they can be found again. */
export const NEW_DOMAIN = 'new.example';
/** Most users that are changed over and over. */
const CHANGED = 2000;
const BULK_USERS = 1000;

/** Body of a PATCH request. */
export function patchBody(...Operations: object[]): string {
  return JSON.stringify({ schemas: [PATCH], Operations });
}

/** By their names: ids of created users are the server's. */
export async function deleteNewUsers(database: Client): Promise<void> {
  const ours = `tenant_id = 'large' and user_name_key like 'user.%@${NEW_DOMAIN}'`;
  await database.query(
    `delete from scim_attribute_value where tenant_id = 'large' and resource_type = 'User'
      and resource_id in (select id from scim_user where ${ours})`,
  );
  await database.query(`delete from scim_user where ${ours}`);
  // What remembers deleted users, and their events, would not take the same ones a second time.
  for (const table of ['scim_tombstone_member', 'scim_tombstone', 'scim_outbox']) {
    await database.query(`delete from ${table} where tenant_id = 'large'`);
  }
}

async function addVictims(database: Client, { from, count }: RequestRange): Promise<void> {
  const numbers = Array.from({ length: count }, (_, i) => from + i);
  const users = numbers.map((number) => ({
    id: seededUuid('victim', number),
    time: seededTime(number),
    document: person(NEW_DOMAIN, number),
  }));
  await copyRows(
    database,
    'scim_user',
    USER_COLUMNS,
    users.map(({ id, time, document }) => userRow('large', id, time, document)),
  );
  await copyRows(
    database,
    'scim_attribute_value',
    VALUE_COLUMNS,
    users.flatMap(({ id, document }) => valueRows('large', id, document)),
  );
}

/** Which user a request is about, and for the how manieth time; `part` tells the operations' users apart. */
function changed(number: number, part: number, { large }: Directory): { user: number; time: number } {
  const users = Math.min(CHANGED, Math.floor(large.users / 4));
  return { user: part * users + (number % users), time: Math.floor(number / users) };
}

/** Whether a request activates or deactivates its user: the other way each time. */
function activates(number: number, directory: Directory): boolean {
  const { user, time } = changed(number, 0, directory);
  return (time + user) % 2 === 0;
}

/** Turns the users of a run to the opposite of what it will ask for. */
async function turnAround(database: Client, directory: Directory, range: RequestRange): Promise<void> {
  const before = new Map<string, boolean>();
  for (let number = range.from; number < range.from + range.count; number++) {
    const id = directory.userId(directory.large, changed(number, 0, directory).user);
    if (!before.has(id)) before.set(id, !activates(number, directory));
  }
  await database.query(
    `update scim_user set active = v.active, document = jsonb_set(document, '{active}', to_jsonb(v.active))
      from unnest($1::text[], $2::boolean[]) as v(id, active)
      where scim_user.tenant_id = 'large' and scim_user.id = v.id and scim_user.active is distinct from v.active`,
    [[...before.keys()], [...before.values()]],
  );
}

export const USER_WRITES: readonly Operation[] = [
  {
    name: 'create-user',
    title: 'POST a user',
    connections: MANY,
    most: 20_000,
    status: 201,
    request: (i) => ({ method: 'POST', path: '/Users', body: JSON.stringify(person(NEW_DOMAIN, i)) }),
    isRight: (body, i) => body.includes(`"userName":"User.${i}@${NEW_DOMAIN}"`) && body.includes('"id":"'),
    restore: (database) => deleteNewUsers(database),
  },
  {
    name: 'patch-active',
    title: 'PATCH active of a user',
    connections: MANY,
    status: 200,
    request: (i, { directory }) => {
      const { user } = changed(i, 0, directory);
      return {
        method: 'PATCH',
        path: `/Users/${directory.userId(directory.large, user)}`,
        body: patchBody({ op: 'replace', path: 'active', value: activates(i, directory) }),
      };
    },
    isRight: (body, i, { directory }) => new RegExp(`"active":\\s?${activates(i, directory)}`).test(body),
    prepare: turnAround,
  },
  {
    name: 'patch-title',
    title: 'PATCH title of a user',
    connections: MANY,
    status: 200,
    request: (i, { directory }) => ({
      method: 'PATCH',
      path: `/Users/${directory.userId(directory.large, changed(i, 3, directory).user)}`,
      body: patchBody({ op: 'replace', path: 'title', value: `Title ${i}` }),
    }),
    isRight: (body, i) => body.includes(`"Title ${i}"`),
  },
  {
    name: 'patch-email',
    title: 'PATCH emails[type eq "work"].value of a user',
    connections: MANY,
    status: 200,
    request: (i, { directory }) => ({
      method: 'PATCH',
      path: `/Users/${directory.userId(directory.large, changed(i, 1, directory).user)}`,
      body: patchBody({
        op: 'replace',
        path: 'emails[type eq "work"].value',
        value: `moved.${i}@${NEW_DOMAIN}`,
      }),
    }),
    isRight: (body, i) => body.includes(`moved.${i}@${NEW_DOMAIN}`),
  },
  {
    name: 'put-user',
    title: 'PUT a user, one attribute changed',
    connections: MANY,
    status: 200,
    request: (i, { directory }) => {
      const { large } = directory;
      const { user } = changed(i, 2, directory);
      const body = JSON.stringify({ ...person(large.domain, user), title: `Title ${i}` });
      return { method: 'PUT', path: `/Users/${directory.userId(large, user)}`, body };
    },
    isRight: (body, i) => body.includes(`"Title ${i}"`),
  },
  {
    name: 'delete-user',
    title: 'DELETE a user',
    connections: MANY,
    most: 3000,
    status: 204,
    request: (i) => ({ method: 'DELETE', path: `/Users/${seededUuid('victim', i)}` }),
    isRight: (body) => body === '',
    prepare: (database, _, range) => addVictims(database, range),
    restore: (database) => deleteNewUsers(database),
  },
  {
    name: 'bulk-1000',
    title: 'Bulk that creates 1,000 users',
    connections: 1,
    most: 20,
    status: 200,
    request: (i) => ({ method: 'POST', path: '/Bulk', body: bulkBody(i) }),
    isRight: (body) => body.split('"status":"201"').length - 1 === BULK_USERS,
    restore: (database) => deleteNewUsers(database),
  },
];

function bulkBody(number: number): string {
  const Operations = Array.from({ length: BULK_USERS }, (_, i) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `u${i}`,
    data: person(NEW_DOMAIN, number * BULK_USERS + i),
  }));
  return JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations });
}
