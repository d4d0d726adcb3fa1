import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from './support/databases.js';
import { createUser, ENTERPRISE, fresh, group, user } from './support/resources.js';
import type { ScimApp } from './support/scim-app.js';
import type { ScimClient } from './support/scim-client.js';
import { bootScimOn } from './support/scim-on-database.js';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

// oxlint-disable-next-line typescript/no-explicit-any
async function run(client: ScimClient, operations: object[], more: object = {}): Promise<any[]> {
  const reply = await client.post('/Bulk', { schemas: [REQUEST], Operations: operations, ...more });
  expect(reply.status, reply.text).toBe(200);
  return reply.body.Operations as unknown[];
}

const post = (bulkId: string, userName: unknown = fresh(), more: object = {}): object => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: user({ userName, ...more }),
});
const team = (bulkId: string, members: string[], more: object = {}): object => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: group({ members: members.map((value) => ({ value })), ...more }),
});
const statuses = (list: readonly { status: string }[]): string[] => list.map(({ status }) => status);
const idOf = ({ location }: { location: string }): string => location.slice(location.lastIndexOf('/') + 1);

describeEachDatabase('Bulk in one transaction', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { bulk: { atomic: true } } });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('answers as without the option when all goes well', async () => {
    const { id } = await createUser(client);
    const list = await run(client, [
      team('g', ['bulkId:u', 'bulkId:h']),
      team('h', ['bulkId:g']),
      post('u'),
      { method: 'DELETE', path: `/Users/${id}` },
    ]);
    expect(statuses(list)).toEqual(['201', '201', '201', '204']);
    const [g, h, u] = list.map(idOf);
    const { members } = (await client.get(`/Groups/${g}`)).body;
    expect(members.map(({ value }: { value: string }) => value).toSorted()).toEqual([u, h].toSorted());
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
  });

  it('applies nothing when an operation fails, and says so of each', async () => {
    const old = await createUser(client);
    const names = [fresh(), fresh()];
    const list = await run(client, [
      post('a', names[0]),
      post('b', old.userName),
      { method: 'DELETE', path: `/Users/${old.id}` },
      post('c', names[1]),
      { method: 'DELETE', path: '/Users/bulkId:a' },
    ]);
    expect(statuses(list)).toEqual(['409', '409', '409', '409', '409']);
    expect(list.map(({ response }) => response.scimType)).toEqual([
      undefined,
      'uniqueness',
      undefined,
      undefined,
      undefined,
    ]);
    expect(list[0].response.detail).toContain('Not applied');
    expect(list[2].location).toBe(`${client.baseUrl}/Users/${old.id}`);
    expect(list.filter((result) => 'location' in result)).toHaveLength(1);
    expect((await client.get(`/Users/${old.id}`)).body).toEqual(old);
    for (const name of names) expect(await client.ids('/Users', `userName eq "${name}"`)).toEqual([]);
  });

  it('goes on after the failure of single statements, to tell every error', async () => {
    const { userName } = await createUser(client);
    const list = await run(client, [
      post('a', userName),
      { method: 'PUT', path: '/Users/nobody', data: user() },
      post('b', 'x'.repeat(600)),
      team('g', ['nobody']),
    ]);
    expect(statuses(list)).toEqual(['409', '404', '400', '400']);
    expect(await run(client, [post('a', userName), post('b')], { failOnErrors: 1 })).toHaveLength(1);
  });
});

describeEachDatabase('The cost of Bulk', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  const counted: string[] = [];
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { tokenCacheSeconds: 60 } });
    client = await scim.client();
    await client.get('/Users');
    const { logger } = scim.dataSource;
    const original = logger.logQuery.bind(logger);
    logger.logQuery = (query, ...rest) => {
      // What runs beside the requests, now and then.
      if (!/scim_log|scim_token/.test(query)) counted.push(query);
      original(query, ...rest);
    };
  });
  afterAll(() => scim.close());

  async function statementsOf(operations: object[], more: object = {}): Promise<number> {
    counted.length = 0;
    const list = await run(client, operations, more);
    expect(list.every(({ status }) => status === '201')).toBe(true);
    return counted.length;
  }

  it.each([{}, { failOnErrors: 1 }])('is a few statements for 1,000 creates, with %j [G4]', async (more) => {
    const people = (count: number): object[] =>
      Array.from({ length: count }, (_, i) =>
        post(`u${i}`, fresh('many'), { emails: [{ value: `${fresh()}@b.example`, type: 'work' }] }),
      );
    await statementsOf(people(2), more);
    const few = await statementsOf(people(10), more);
    const many = await statementsOf(people(1000), more);
    expect(few).toBeGreaterThan(1);
    expect(many).toBeLessThanOrEqual(few + 2);
    expect(many).toBeLessThanOrEqual(12);
  });

  it('is a few statements for a tree of users and groups [G4]', async () => {
    const forest = (count: number): object[] =>
      Array.from({ length: count }, (_, i) => [
        team(`g${i}`, [`bulkId:u${i}`, 'bulkId:boss']),
        post(`u${i}`, fresh('tree'), { [ENTERPRISE]: { manager: { value: 'bulkId:boss' } } }),
      ]).flat();
    const few = await statementsOf([...forest(5), post('boss')]);
    const many = await statementsOf([...forest(200), post('boss')]);
    expect(many).toBeLessThanOrEqual(few + 2);
  });
});
