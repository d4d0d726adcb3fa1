import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASES, emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, group, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

describe.each(DATABASES)('uniqueExternalId on %s', (name) => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  let client: ScimClient;

  beforeAll(async () => {
    database = await emptyDatabase(name);
    scim = await bootScim({ database: database.options, scim: { uniqueExternalId: true } });
    client = await scim.client();
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });

  it.each([
    ['/Users', user, createUser],
    ['/Groups', group, createGroup],
  ] as const)('refuses a second one in %s on POST, PUT and PATCH [D-07]', async (endpoint, body, create) => {
    const externalId = fresh('external');
    const first = await create(client, { externalId });
    expectError(await client.post(endpoint, body({ externalId })), 409, 'uniqueness');
    const second = await create(client);
    const path = `${endpoint}/${second.id}`;
    expectError(await client.put(path, { ...second, externalId }), 409, 'uniqueness');
    const patch = [{ op: 'add', path: 'externalId', value: externalId }];
    expectError(await client.patch(path, patch), 409, 'uniqueness');
    expect((await client.get(path)).body.externalId).toBeUndefined();
    // Its own is no conflict, letter case counts, and a deleted one is free again.
    expect((await client.put(`${endpoint}/${first.id}`, { ...first })).status).toBe(200);
    expect((await client.post(endpoint, body({ externalId: externalId.toUpperCase() }))).status).toBe(201);
    await client.delete(`${endpoint}/${first.id}`);
    expect((await client.post(endpoint, body({ externalId }))).status).toBe(201);
  });

  it('is for each tenant and each type on its own [D-07]', async () => {
    const externalId = fresh('external');
    await createUser(client, { externalId });
    const elsewhere = await scim.client({ tenant: 'other' });
    expect((await elsewhere.post('/Users', user({ externalId }))).status).toBe(201);
    expect((await client.post('/Groups', group({ externalId }))).status).toBe(201);
  });

  it('lets one of many parallel requests win [D-07]', async () => {
    const externalId = fresh('external');
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => client.post('/Users', user({ externalId }))),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(7).fill(409)]);
    expect(await client.ids('/Users', `externalId eq "${externalId}"`)).toHaveLength(1);
  });
});

describe('uniqueExternalId switched on later', () => {
  it('sees what was stored before [D-07]', async () => {
    const database = await emptyDatabase('postgres');
    const before = await bootScim({ database: database.options });
    await createUser(await before.client(), { externalId: 'from-before' });
    await before.close();
    const scim = await bootScim({ database: database.options, scim: { uniqueExternalId: true } });
    const client = await scim.client();
    expectError(await client.post('/Users', user({ externalId: 'from-before' })), 409, 'uniqueness');
    await scim.close();
    await database.drop();
  });
});

describe('uniqueExternalId off', () => {
  it('lets an externalId stand twice [D-07]', async () => {
    const scim = await bootScim();
    const client = await scim.client();
    const externalId = fresh('external');
    await createUser(client, { externalId });
    expect((await client.post('/Users', user({ externalId }))).status).toBe(201);
    await scim.close();
  });
});

describe.each(['default', 'strict', 'interop'])('uniqueGroupNames for the %s profile', (profile) => {
  const uniqueness = async (client: ScimClient): Promise<unknown> => {
    const { body } = await client.get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group');
    return body.attributes.find(({ name }: { name: string }) => name === 'displayName').uniqueness;
  };
  const tryTwice = async (client: ScimClient): Promise<number> => {
    const displayName = fresh('Group');
    await createGroup(client, { displayName });
    return (await client.post('/Groups', group({ displayName: displayName.toUpperCase() }))).status;
  };

  it.each([
    [true, 409, 'server'],
    [false, 201, 'none'],
    [undefined, profile === 'default' ? 409 : 201, 'none'],
  ])(
    '%s: a second one of the same name is %i, and /Schemas says so [S-4.2-02]',
    async (option, status, said) => {
      const scim = await bootScim({ scim: option === undefined ? {} : { uniqueGroupNames: option } });
      const client = await scim.client({ profile });
      expect(await tryTwice(client)).toBe(status);
      expect(await uniqueness(client)).toBe(said);
      await scim.close();
    },
  );

  it('true: a rename by PUT or PATCH to a name that is taken is 409 [S-4.2-02]', async () => {
    const scim = await bootScim({ scim: { uniqueGroupNames: true } });
    const client = await scim.client({ profile });
    const taken = await createGroup(client);
    const other = await createGroup(client);
    const { displayName } = taken as { displayName: string };
    const path = `/Groups/${other.id}`;
    expectError(await client.put(path, { ...other, displayName }), 409, 'uniqueness');
    const rename = [{ op: 'replace', path: 'displayName', value: displayName }];
    expectError(await client.patch(path, rename), 409, 'uniqueness');
    await client.delete(`/Groups/${taken.id}`);
    expect((await client.patch(path, rename)).status).toBe(204);
    await scim.close();
  });
});
