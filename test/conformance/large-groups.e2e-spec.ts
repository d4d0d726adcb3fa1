import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { createGroup, fresh, group, user } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
/** More than the largest page has resources. */
const MANY = 900;

interface Element {
  readonly value: string;
}

describeEachDatabase('groups of many members', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  let everybody: string[];
  const statements: string[] = [];

  beforeAll(async () => {
    scim = await bootScimOn(database);
    client = await scim.client();
    const Operations = Array.from({ length: MANY + 10 }, (_, i) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `u${i}`,
      data: user(),
    }));
    const reply = await client.post('/Bulk', { schemas: [REQUEST], Operations });
    everybody = reply.body.Operations.map(({ location }: { location: string }) => location.split('/').at(-1));
    const { logger } = scim.dataSource;
    const logQuery = logger.logQuery.bind(logger);
    logger.logQuery = (text, ...rest) => {
      // What runs beside the requests, now and then.
      if (!/scim_log|scim_token/.test(text)) statements.push(text);
      logQuery(text, ...rest);
    };
  });
  afterAll(() => scim.close());

  const elements = (count: number): Element[] => everybody.slice(0, count).map((value) => ({ value }));
  const members = async (id: string): Promise<string[]> => {
    const { body } = await client.get(`/Groups/${id}`);
    return (body.members as Element[]).map(({ value }) => value).toSorted();
  };

  it('come back whole, and what was read can be written back without losing anybody [G2, G6]', async () => {
    const { id } = await createGroup(client, { members: elements(MANY) });
    const expected = everybody.slice(0, MANY).toSorted();
    expect(await members(id)).toEqual(expected);
    const [listed] = (await client.get('/Groups', { query: { filter: `id eq "${id}"`, count: 1 } })).body
      .Resources;
    expect(listed.members).toHaveLength(MANY);
    const same = await client.put(`/Groups/${id}`, listed);
    expect([same.status, same.body.meta]).toEqual([200, listed.meta]);
    const renamed = fresh('renamed');
    expect((await client.put(`/Groups/${id}`, { ...listed, displayName: renamed })).status).toBe(200);
    const read = (await client.get(`/Groups/${id}`, { query: { excludedAttributes: 'members' } })).body;
    expect([read.displayName, read.members]).toEqual([renamed, undefined]);
    const rename = [{ op: 'replace', value: { displayName: fresh('again') } }];
    expect((await client.patch(`/Groups/${id}`, rename)).status).toBe(204);
    const joined = [{ op: 'add', path: 'members', value: [{ value: everybody[MANY] }] }];
    expect((await client.patch(`/Groups/${id}`, joined)).status).toBe(204);
    expect(await members(id)).toEqual([...expected, everybody[MANY]].toSorted());
  });

  it.each(['default', 'strict', 'interop'])(
    'are created with their members by the profile %s [G8]',
    async (profile) => {
      const own = await scim.client({ profile });
      const created = await own.post('/Groups', group({ members: elements(MANY) }));
      expect([created.status, created.body.members?.length]).toEqual([201, MANY]);
      expect(await members(created.body.id as string)).toEqual(everybody.slice(0, MANY).toSorted());
    },
  );

  it('cost as many statements as small ones, read or changed [G4]', async () => {
    const cost = async (work: () => Promise<ScimReply>): Promise<number> => {
      statements.length = 0;
      const reply = await work();
      expect(reply.status, reply.text).toBeLessThan(300);
      expect(statements.length).toBeGreaterThan(0);
      return statements.length;
    };
    const costs = async (size: number): Promise<Record<string, number>> => {
      const { id } = await createGroup(client, { members: elements(size) });
      const patch =
        (op: string, value: Element[]): (() => Promise<ScimReply>) =>
        () =>
          client.patch(`/Groups/${id}`, [{ op, path: 'members', value }]);
      const one = [{ value: everybody.at(-1)! }];
      const few = elements(5);
      const of = {
        create: await cost(() => client.post('/Groups', group({ members: elements(size) }))),
        read: await cost(() => client.get(`/Groups/${id}`)),
        list: await cost(() => client.get('/Groups', { query: { filter: `id eq "${id}"` } })),
        add: await cost(patch('add', one)),
        remove: await cost(patch('remove', one)),
        replaceAll: await cost(patch('replace', few)),
        addMany: await cost(patch('add', elements(size))),
        removeMany: await cost(patch('remove', elements(size))),
      };
      return of;
    };
    const [small, large] = [await costs(10), await costs(MANY)];
    expect(large).toEqual(small);
    expect(Math.max(...Object.values(large))).toBeLessThan(20);
  });
});
