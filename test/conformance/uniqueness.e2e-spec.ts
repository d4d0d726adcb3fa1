import { ScimAttribute, ScimSchema } from 'nestjs-scim';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { createUser, fresh, USER, user } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const BADGE = 'urn:example:params:scim:schemas:extension:badge:2.0:User';

@ScimSchema({ id: BADGE, name: 'Badge' })
class BadgeSchema {
  @ScimAttribute({ uniqueness: 'server', description: 'Number printed on the badge.' })
  number?: string;

  @ScimAttribute({
    multiValued: true,
    uniqueness: 'server',
    caseExact: true,
    description: 'Keys that it opens.',
  })
  keys?: string[];
}

describeEachDatabase('an attribute of an extension that must be unique', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { users: { extensions: [BadgeSchema] } } });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  const withBadge = (badge: object): object => user({ schemas: [USER, BADGE], [BADGE]: badge });

  it('is refused a second time on create, PUT and PATCH, compared by its case rule [S-7-02, D-10]', async () => {
    const number = fresh('Badge');
    const first = await createUser(client, { [BADGE]: { number } });
    const taken = await client.post('/Users', withBadge({ number: number.toUpperCase() }));
    expect(taken.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    const second = await createUser(client);
    const patched = await client.patch(`/Users/${second.id}`, [
      { op: 'add', path: `${BADGE}:number`, value: number },
    ]);
    expect(patched.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    const put = await client.put(`/Users/${second.id}`, { ...second, [BADGE]: { number } });
    expect(put.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect((await client.get(`/Users/${second.id}`)).body.meta.version).toBe(second.meta.version);
    expect((await client.put(`/Users/${first.id}`, { ...first, title: 'Own value' })).status).toBe(200);
  });

  it('may differ by case where case counts, and may stand twice in one list', async () => {
    const key = fresh('Key');
    await createUser(client, { [BADGE]: { keys: [key] } });
    expect((await client.post('/Users', withBadge({ keys: [key.toLowerCase()] }))).status).toBe(201);
    expect((await client.post('/Users', withBadge({ keys: ['other', key] }))).status).toBe(409);
  });

  it('is free again after a delete, and in another tenant [P-3.6-04, P-6.2-02]', async () => {
    const number = fresh('Badge');
    const { id } = await createUser(client, { [BADGE]: { number } });
    expect((await (await scim.client({ tenant: 'bolt' })).post('/Users', withBadge({ number }))).status).toBe(
      201,
    );
    await client.delete(`/Users/${id}`);
    expect((await client.post('/Users', withBadge({ number }))).status).toBe(201);
  });

  it('is had by exactly one of twenty parallel creates [D-22]', async () => {
    const number = fresh('Badge');
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => client.post('/Users', withBadge({ number }))),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 19 }, () => 409),
    ]);
  });
});
