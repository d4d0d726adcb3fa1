import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASES, emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { createGroup, createUser, fresh, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

/** Users that come together take a way of their own into the database; the options hold there too. */
describe.each(DATABASES)('the options in Bulk on %s', (name) => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    database = await emptyDatabase(name);
    const options = { pendingMembers: true, reactivateOnCreate: true, uniqueExternalId: true };
    scim = await bootScim({ database: database.options, scim: options });
    client = await scim.client();
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });

  const create = async (bodies: object[]): Promise<{ status: string; location?: string }[]> => {
    const Operations = bodies.map((data, i) => ({ method: 'POST', path: '/Users', bulkId: `b${i}`, data }));
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const { body } = await client.post('/Bulk', { schemas, Operations });
    return body.Operations;
  };

  it('pendingMembers: each new user joins the groups that wait [A-32, G8]', async () => {
    const externalIds = [fresh('ext'), fresh('ext'), fresh('ext')];
    const { id } = await createGroup(client, { members: externalIds.map((value) => ({ value })) });
    const outcomes = await create(externalIds.map((externalId) => user({ externalId })));
    expect(outcomes.map(({ status }) => status)).toEqual(['201', '201', '201']);
    expect((await client.get(`/Groups/${id}`)).body.members).toHaveLength(3);
  });

  it('uniqueExternalId: the second of one externalId is refused [D-07]', async () => {
    const externalId = fresh('ext');
    const outcomes = await create([user({ externalId }), user({ externalId }), user()]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['201', '201', '409']);
  });

  it('reactivateOnCreate: who was here before comes back, who is here is refused [L2]', async () => {
    const gone = await createUser(client, { active: false });
    const here = await createUser(client);
    const outcomes = await create([user({ userName: gone.userName }), user({ userName: here.userName })]);
    expect(outcomes.map(({ status }) => status)).toEqual(['201', '409']);
    expect(outcomes[0]?.location).toBe(gone.meta.location);
    expect((await client.get(`/Users/${gone.id}`)).body.active).toBe(true);
  });
});
