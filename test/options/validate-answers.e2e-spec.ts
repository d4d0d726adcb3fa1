import { afterEach, describe, expect, it } from 'vitest';
import { CapturedLog } from '../support/captured-log.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';

describe('validateAnswers', () => {
  let scim: ScimApp;
  const log = new CapturedLog();
  afterEach(async () => {
    log.detach();
    await scim.close();
  });

  const boot = async (validateAnswers: boolean): Promise<void> => {
    scim = await bootScim({ scim: { validateAnswers }, configure: (app) => log.attach(app) });
  };
  /** As if an attribute had left the schema, or a hand had written to the table. */
  const spoil = (id: string): Promise<unknown> =>
    scim.dataSource.query(
      `update scim_user set document = json_set(document, '$.title', 4711, '$.shoeSize', 42) where id = '${id}'`,
    );

  it('answers 500 in place of a resource that does not follow its schema, and logs why', async () => {
    await boot(true);
    const client = await scim.client();
    const { id, userName } = await createUser(client);
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
    await spoil(id);
    expectError(await client.get(`/Users/${id}`), 500);
    expectError(await client.get('/Users', { query: { filter: `userName eq "${userName}"` } }), 500);
    expectError(await client.get(`/Users/${id}`, { query: { attributes: 'title' } }), 500);
    expect(log.text).toContain('title is not of type string; shoeSize is in no schema');
    expect(log.text).not.toContain('4711');
  });

  it('lets every answer of a group through, with members and without', async () => {
    await boot(true);
    const client = await scim.client();
    const member = await createUser(client);
    const { id } = await createGroup(client, { members: [{ value: member.id }] });
    expect((await client.get(`/Groups/${id}`)).body.members).toHaveLength(1);
    const without = await client.get(`/Groups/${id}`, { query: { excludedAttributes: 'members' } });
    expect(without.body.members).toBeUndefined();
    expect((await client.get('/Groups')).body.totalResults).toBe(1);
  });

  it('off: sends what is stored', async () => {
    await boot(false);
    const client = await scim.client();
    const { id } = await createUser(client);
    await spoil(id);
    expect((await client.get(`/Users/${id}`)).body).toMatchObject({ title: 4711, shoeSize: 42 });
  });
});
