import type { Logger } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, type EmptyDatabase } from './support/databases.js';
import { createUser, group, user } from './support/resources.js';
import { bootScim, type ScimApp } from './support/scim-app.js';
import type { ScimClient } from './support/scim-client.js';

const statements: string[] = [];
const recorder: Logger = {
  logQuery: (text: string) => void statements.push(text),
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** Not of the request itself: the log is written, and the use of the token noted, in their own time. */
const ASIDE = /scim_log|scim_token/i;
const TRANSACTION = /^(start transaction|commit)/i;

/** What one request costs the database. Times are measured by `npm run bench`; these numbers do not depend on a machine. */
describe('Statements of a request on PostgreSQL', () => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  let client: ScimClient;

  beforeAll(async () => {
    database = await emptyDatabase('postgres');
    scim = await bootScim({
      database: { ...database.options, logger: recorder },
      // The breaker asks more of a change that takes access away.
      scim: { outbox: { relay: false }, log: { enabled: false }, breaker: { enabled: false } },
    });
    client = await scim.client();
    await client.get('/Users?count=0');
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });

  const sentBy = async (work: () => Promise<unknown>): Promise<string[]> => {
    statements.length = 0;
    await work();
    return statements.filter((text) => !ASIDE.test(text));
  };
  it('is one for a user that is read, with its groups', async () => {
    const { id } = await createUser(client);
    await client.post('/Groups', group({ members: [{ value: id }] }));
    let answer: { body: { groups?: unknown[] } } | undefined;
    const sent = await sentBy(async () => (answer = await client.get(`/Users/${id}`)));
    expect(sent).toHaveLength(1);
    expect(answer!.body.groups).toHaveLength(1);
  });

  it('is one for a new user with its indexed values and its event, and needs no transaction around it', async () => {
    const sent = await sentBy(() => client.post('/Users', user({ emails: [{ value: 'a@example.com' }] })));
    expect(sent).toHaveLength(1);
    for (const table of ['scim_user', 'scim_attribute_value', 'scim_outbox']) {
      expect(sent[0]).toContain(`insert into "${table}"`);
    }
  });

  it('are two for one changed attribute with its event: what is there, and what it becomes', async () => {
    const { id } = await createUser(client, { active: true });
    const operations = [{ op: 'replace', path: 'title', value: 'Engineer' }];
    const sent = await sentBy(() => client.patch(`/Users/${id}`, operations));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toContain('insert into "scim_outbox"');
  });

  it('are four for a new member of a group and its event, in one transaction', async () => {
    const { id } = await createUser(client);
    const { body } = await client.post('/Groups', group());
    const operations = [{ op: 'add', path: 'members', value: [{ value: id }] }];
    const sent = await sentBy(() => client.patch(`/Groups/${body.id}`, operations));
    expect(sent.filter((text) => !TRANSACTION.test(text))).toHaveLength(4);
    expect(sent.filter((text) => TRANSACTION.test(text))).toHaveLength(2);
  });

  it('are four for a user that goes, with its event and all that referred to it', async () => {
    const { id } = await createUser(client);
    await client.post('/Groups', group({ members: [{ value: id }] }));
    const sent = await sentBy(() => client.delete(`/Users/${id}`));
    expect(sent.filter((text) => !TRANSACTION.test(text))).toHaveLength(4);
  });

  it.each([1, 10, 100])('are three at most for a list of %i, and none looks at all users', async (count) => {
    const bodies = Array.from({ length: count + 1 }, () => user());
    await Promise.all(bodies.map((body) => client.post('/Users', body)));
    const sent = await sentBy(() => client.get(`/Users?count=${count}`));
    expect(sent.length).toBeLessThanOrEqual(3);
    expect(sent.filter((text) => text.includes('count('))).toEqual([]);
  });

  it('do not name members for a group that is read without them', async () => {
    const { body } = await client.post('/Groups', group());
    const sent = await sentBy(() => client.get(`/Groups/${body.id}?excludedAttributes=members`));
    expect(sent).toHaveLength(1);
    expect(sent[0]).not.toContain('scim_group_member');
  });
});
