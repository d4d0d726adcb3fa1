import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASES } from './support/databases.js';
import { expectError } from './support/expect-error.js';
import { createGroup, createUser, fresh, user } from './support/resources.js';
import type { ScimApp } from './support/scim-app.js';
import type { ScimClient } from './support/scim-client.js';
import { bootScimOn } from './support/scim-on-database.js';

/** A table of the host whose rows need their user. */
async function addInvoices(scim: ScimApp): Promise<void> {
  const collation = await collationOf(scim);
  await scim.dataSource.query(
    `create table app_invoice (id integer primary key, tenant_id varchar(64) not null, user_id varchar(36) not null,
      foreign key (tenant_id, user_id) references scim_user (tenant_id, id))${collation}`,
  );
}

/** MySQL compares the columns of a foreign key by one collation. */
async function collationOf({ dataSource }: ScimApp): Promise<string> {
  if (!['mysql', 'mariadb'].includes(dataSource.options.type)) return '';
  const [row] = await dataSource.query<{ name: string }[]>(
    `select table_collation as name from information_schema.tables
      where table_schema = database() and table_name = 'scim_user'`,
  );
  return ` default charset=utf8mb4 collate=${row!.name}`;
}

let invoices = 0;
const bill = (scim: ScimApp, id: string): Promise<unknown> =>
  scim.dataSource.query(
    `insert into app_invoice (id, tenant_id, user_id) values (${++invoices}, 'acme', '${id}')`,
  );

describe.each(DATABASES)('DELETE of a user that the application cannot do without, on %s', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScimOn(database);
    client = await scim.client();
    await addInvoices(scim);
  });
  afterAll(() => scim?.close());

  it('answers 204 and deactivates the user, who keeps id, name and groups [L4]', async () => {
    const { id, userName } = await createUser(client, { title: 'Dr' });
    const team = await createGroup(client, { members: [{ value: id }] });
    await bill(scim, id);
    const reply = await client.delete(`/Users/${id}`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    const now = (await client.get(`/Users/${id}`)).body;
    expect(now).toMatchObject({ id, userName, title: 'Dr', active: false });
    expect((await client.get(`/Groups/${team.id}`)).body.members).toHaveLength(1);
    expectError(await client.post('/Users', user({ userName })), 409, 'uniqueness');
    // And again: nothing is left to change.
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    expect((await client.get(`/Users/${id}`)).body.meta).toEqual(now.meta);
  });

  it('does so in Bulk, and deletes whom nothing refers to', async () => {
    const [needed, other] = [await createUser(client), await createUser(client)];
    await bill(scim, needed.id);
    const { body } = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [needed, other].map(({ id }) => ({ method: 'DELETE', path: `/Users/${id}` })),
    });
    expect(body.Operations.map(({ status }: { status: string }) => status)).toEqual(['204', '204']);
    expect((await client.get(`/Users/${needed.id}`)).body.active).toBe(false);
    expect((await client.get(`/Users/${other.id}`)).status).toBe(404);
  });

  it('respects If-Match all the same', async () => {
    const { id, meta } = await createUser(client);
    await bill(scim, id);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: fresh() }]);
    expectError(await client.delete(`/Users/${id}`, { headers: { 'if-match': meta.version } }), 412);
    expect((await client.get(`/Users/${id}`)).body.active).toBe(true);
  });
});

describe.each(DATABASES)('blockedDelete: refuse, on %s', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { retention: { blockedDelete: 'refuse' } } });
    client = await scim.client();
    await addInvoices(scim);
  });
  afterAll(() => scim?.close());

  it('answers 409 and changes nothing [L4]', async () => {
    const { id, meta } = await createUser(client);
    await bill(scim, id);
    expectError(await client.delete(`/Users/${id}`), 409);
    expect((await client.get(`/Users/${id}`)).body.meta).toEqual(meta);
    expect(await scim.dataSource.query(`select id from scim_tombstone where id = '${id}'`)).toEqual([]);
  });
});
