import type { Logger } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase, emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, GROUP, group, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';

const UNKNOWN = '00000000-0000-7000-8000-000000000000';

/** One tenant with a manager, a user who reports to it, and two groups, one inside the other. */
interface Estate {
  readonly client: ScimClient;
  readonly user: { id: string; userName: string };
  readonly boss: { id: string };
  readonly group: { id: string; displayName: string };
  readonly outer: { id: string };
}

const SHARED = {
  userName: 'same.name@example.com',
  externalId: 'same-external-id',
  displayName: 'Same group',
};

async function settle(scim: ScimApp, tenant: string): Promise<Estate> {
  const client = await scim.client({ tenant });
  const boss = await createUser(client, { userName: `boss-${tenant}` });
  const staff = await createUser(client, {
    userName: SHARED.userName,
    externalId: SHARED.externalId,
    title: `only-${tenant}`,
    emails: [{ value: `${tenant}@example.com`, primary: true }],
    [ENTERPRISE]: { manager: { value: boss.id } },
  });
  const { displayName, externalId } = SHARED;
  const team = await createGroup(client, { displayName, externalId, members: [{ value: staff.id }] });
  const outer = await createGroup(client, { members: [{ value: team.id }] });
  return { client, user: staff, boss, group: team, outer };
}

/** The answer with the id that was asked for masked, and what differs in every answer left out. */
function masked({ status, headers, text }: ScimReply, id: string): unknown {
  const {
    date: _date,
    'content-length': _length,
    'x-correlation-id': _correlation,
    'x-request-id': _request,
    ...rest
  } = headers;
  return JSON.parse(JSON.stringify({ status, rest, text }).replaceAll(id, 'ID'));
}

/** Each call that can carry an id of another tenant, as an answer to that id. */
const CALLS: readonly (readonly [string, (mine: Estate, id: string) => Promise<ScimReply>])[] = [
  ['GET a user', ({ client }, id) => client.get(`/Users/${id}`)],
  ['HEAD a user', ({ client }, id) => client.send('HEAD', `/Users/${id}`)],
  ['GET a user, projected', ({ client }, id) => client.get(`/Users/${id}?attributes=id`)],
  [
    'GET a user, conditionally',
    ({ client }, id) => client.get(`/Users/${id}`, { headers: { 'if-none-match': '*' } }),
  ],
  ['PUT a user', ({ client }, id) => client.put(`/Users/${id}`, { schemas: [USER], userName: 'taken-over' })],
  ['PUT a user, invalidly', ({ client }, id) => client.put(`/Users/${id}`, { schemas: [USER], userName: 7 })],
  [
    'PUT a user with a tag',
    ({ client }, id) =>
      client.put(`/Users/${id}`, { schemas: [USER], userName: 'x' }, { headers: { 'if-match': 'W/"1"' } }),
  ],
  [
    'PATCH a user',
    ({ client }, id) => client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
  ],
  [
    'PATCH a user, invalidly',
    ({ client }, id) => client.patch(`/Users/${id}`, [{ op: 'remove', path: 'userName' }]),
  ],
  ['DELETE a user', ({ client }, id) => client.delete(`/Users/${id}`)],
  [
    'DELETE a user with a tag',
    ({ client }, id) => client.delete(`/Users/${id}`, { headers: { 'if-match': '*' } }),
  ],
  ['GET a group', ({ client }, id) => client.get(`/Groups/${id}`)],
  ['GET a group without members', ({ client }, id) => client.get(`/Groups/${id}?excludedAttributes=members`)],
  [
    'PUT a group',
    ({ client }, id) => client.put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'x', members: [] }),
  ],
  ['PATCH a group', ({ client }, id) => client.patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }])],
  ['DELETE a group', ({ client }, id) => client.delete(`/Groups/${id}`)],
  [
    'POST a member',
    ({ client }, id) => client.post('/Groups', group({ displayName: 'm', members: [{ value: id }] })),
  ],
  [
    'POST a member by reference',
    ({ client }, id) =>
      client.post('/Groups', group({ displayName: 'm', members: [{ $ref: `../Users/${id}` }] })),
  ],
  [
    'PUT a member',
    ({ client, group: { id: own } }, id) =>
      client.put(`/Groups/${own}`, {
        schemas: [GROUP],
        displayName: SHARED.displayName,
        members: [{ value: id }],
      }),
  ],
  [
    'PATCH a member in',
    ({ client, group: { id: own } }, id) =>
      client.patch(`/Groups/${own}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]),
  ],
  [
    'PATCH a member in by path',
    ({ client, group: { id: own } }, id) =>
      client.patch(`/Groups/${own}`, [{ op: 'add', path: `members[value eq "${id}"]` }]),
  ],
  [
    'PATCH a member out',
    ({ client, group: { id: own } }, id) =>
      client.patch(`/Groups/${own}`, [{ op: 'remove', path: `members[value eq "${id}"]` }]),
  ],
  ...[
    ['Users', 'id eq "ID"'],
    ['Users', 'groups.value eq "ID"'],
    ['Users', 'groups[value eq "ID"]'],
    ['Users', `${ENTERPRISE}:manager.value eq "ID"`],
    ['Groups', 'id eq "ID"'],
    ['Groups', 'members.value eq "ID"'],
    ['Groups', 'members[value eq "ID"]'],
    ['Groups', 'members eq "ID"'],
  ].flatMap(([endpoint, filter]) => [
    [
      `GET ${endpoint} by ${filter}`,
      ({ client }: Estate, id: string) =>
        client.get(`/${endpoint}`, { query: { filter: filter!.replace('ID', id) } }),
    ] as const,
    [
      `search ${endpoint} by ${filter}`,
      ({ client }: Estate, id: string) =>
        client.post(`/${endpoint}/.search`, { filter: filter!.replace('ID', id) }),
    ] as const,
  ]),
];

describe.each(ADAPTERS)('two tenants on %s', (adapter) => {
  let scim: ScimApp;
  let a: Estate;
  let b: Estate;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    a = await settle(scim, 'tenant-a');
    b = await settle(scim, 'tenant-b');
  });
  afterAll(() => scim.close());

  /** Everything that a tenant sees, as text. */
  const view = async ({ client }: Estate): Promise<string> =>
    (await Promise.all(['/Users', '/Groups'].map((path) => client.get(path))))
      .map(({ text }) => text)
      .join('\n');

  it('may use the same names and external ids, under different ids [P-6.2-02, P-6.2-01, S-9.3-01]', () => {
    expect(a.user.userName).toBe(b.user.userName);
    expect((a.user as { externalId?: string }).externalId).toBe(
      (b.user as { externalId?: string }).externalId,
    );
    expect(a.group.displayName).toBe(b.group.displayName);
    const ids = [a, b].flatMap((estate) => [
      estate.user.id,
      estate.boss.id,
      estate.group.id,
      estate.outer.id,
    ]);
    expect(new Set(ids).size).toBe(8);
  });

  it('each find a taken name in their own tenant only [P-6.2-02, D-51]', async () => {
    expectError(await a.client.post('/Users', user({ userName: SHARED.userName })), 409, 'uniqueness');
    const name = 'boss-tenant-b';
    const { id } = await createUser(a.client, { userName: name });
    expectError(await b.client.post('/Users', user({ userName: name })), 409, 'uniqueness');
    expect((await a.client.delete(`/Users/${id}`)).status).toBe(204);
  });

  it.each(CALLS)(
    'cannot tell an id of the other from one that never was: %s [D-51, S3]',
    async (_call, send) => {
      const before = await Promise.all([view(a), view(b)]);
      const never = masked(await send(a, UNKNOWN), UNKNOWN);
      for (const { id } of [b.user, b.boss, b.group, b.outer]) {
        expect(masked(await send(a, id), id)).toEqual(never);
      }
      expect(await Promise.all([view(a), view(b)])).toEqual(before);
    },
  );

  it('sees a manager of the other as one who is not there [D-51, S3]', async () => {
    const answers = [];
    for (const id of [UNKNOWN, b.boss.id]) {
      const reply = await a.client.post(
        '/Users',
        user({ userName: 'reports', [ENTERPRISE]: { manager: { value: id } } }),
      );
      const read = await a.client.get(`/Users/${reply.body.id}`);
      await a.client.delete(`/Users/${reply.body.id}`);
      const mask = (text: string): string =>
        text
          .replaceAll(id, 'ID')
          .replaceAll(reply.body.id, 'SELF')
          .replaceAll(/\d{4}-[\d:.T-]+Z/g, 'TIME');
      answers.push([reply.status, mask(reply.text), mask(read.text)]);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it('counts, lists and finds its own only [D-51, S3]', async () => {
    for (const [mine, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const users = await mine.client.get('/Users', { query: { count: 200, sortBy: 'userName' } });
      expect(users.body.totalResults).toBe(2);
      expect((await mine.client.get('/Groups')).body.totalResults).toBe(2);
      expect((await mine.client.get('/Users', { query: { count: 0 } })).body.totalResults).toBe(2);
      const seen = await view(mine);
      for (const { id } of [other.user, other.boss, other.group, other.outer]) expect(seen).not.toContain(id);
      for (const filter of [`userName eq "${SHARED.userName}"`, `externalId eq "${SHARED.externalId}"`]) {
        expect(await mine.client.ids('/Users', filter)).toEqual([mine.user.id]);
      }
      expect(await mine.client.ids('/Groups', `displayName eq "${SHARED.displayName}"`)).toEqual([
        mine.group.id,
      ]);
    }
  });

  it.each([
    'title eq "nobody" or title sw "only-"',
    'title sw "only-tenant-b" or title sw "only-tenant-a"',
    'not (title eq "nobody") and title pr',
    '(userName pr) or (userName pr)',
    'not (userName eq "x") or userName eq "y"',
    `emails.value eq "tenant-b@example.com" or emails.value eq "tenant-a@example.com"`,
    'emails[value co "@"] or groups.value pr',
    'meta.created gt "2000-01-01T00:00:00Z" or id pr',
  ])('stays inside its tenant whatever the filter says: %s [F6, D-51]', async (filter) => {
    for (const [mine, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const found = await mine.client.ids('/Users', filter);
      expect(found).toContain(mine.user.id);
      expect(found).not.toContain(other.user.id);
      expect(found).not.toContain(other.boss.id);
    }
  });

  it('knows nothing of the version of the other [P-6.2-02]', async () => {
    const { etag } = (await b.client.get(`/Users/${b.user.id}`)).headers;
    for (const header of ['if-match', 'if-none-match']) {
      expectError(await a.client.get(`/Users/${b.user.id}`, { headers: { [header]: etag! } }), 404);
    }
  });

  it('is the tenant of the token, whatever a header or the address says [P-6.1-01]', async () => {
    const headers = {
      'x-tenant': 'tenant-b',
      'x-tenant-id': 'tenant-b',
      host: 'tenant-b.example.com',
      cookie: 'tenant=tenant-b',
    };
    const query = { tenant: 'tenant-b', tenantId: 'tenant-b' };
    const plain = await a.client.get('/Users');
    expect((await a.client.get('/Users', { headers, query })).text).toBe(plain.text);
    expectError(await a.client.get('/Tenants/tenant-b/Users'), 404);
    const created = await createUser(a.client, { tenantId: 'tenant-b', tenant_id: 'tenant-b' });
    expectError(await b.client.get(`/Users/${created.id}`), 404);
    expect((await a.client.delete(`/Users/${created.id}`)).status).toBe(204);
  });

  it('can have several tokens and connections, and a client tokens of several tenants [P-6-01]', async () => {
    const tokens = await Promise.all(
      ['one', 'two'].map((name) => scim.tokens.issue({ tenantId: 'tenant-a', connection: { name } })),
    );
    for (const { token } of tokens) {
      expect((await a.client.as(token).get(`/Users/${a.user.id}`)).status).toBe(200);
      expectError(await a.client.as(token).get(`/Users/${b.user.id}`), 404);
    }
    await expect(scim.tokens.revoke('tenant-b', tokens[0]!.record.id)).rejects.toThrow();
    expect((await a.client.as(tokens[0]!.token).get('/Users')).status).toBe(200);
  });

  it('answers each asker for its own tenant when both ask at once [D-51, S3]', async () => {
    const askers = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? a : b));
    const replies = await Promise.all(
      askers.map(({ client }) =>
        client.get('/Users', { query: { filter: `userName eq "${SHARED.userName}"` } }),
      ),
    );
    replies.forEach(({ body }, i) => {
      expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([askers[i]!.user.id]);
    });
  });

  it('ends with its own resources and leaves those of the other [D-51]', async () => {
    const c = await settle(scim, 'tenant-c');
    const before = await Promise.all([view(a), view(b)]);
    for (const { id } of [c.outer, c.group])
      expect((await c.client.delete(`/Groups/${id}`)).status).toBe(204);
    for (const { id } of [c.user, c.boss]) expect((await c.client.delete(`/Users/${id}`)).status).toBe(204);
    expect((await c.client.get('/Users')).body.totalResults).toBe(0);
    expect(await Promise.all([view(a), view(b)])).toEqual(before);
  });
});

/** Keeps the text of every statement. */
class StatementLog implements Logger {
  readonly statements: string[] = [];
  logQuery(query: string): void {
    this.statements.push(query);
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

describeEachDatabase('statements', (name) => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  const logger = new StatementLog();
  beforeAll(async () => {
    database = await emptyDatabase(name);
    scim = await bootScim({ database: { ...database.options, logging: ['query'], logger } });
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });

  it('name the tenant, each of them [D-51]', async () => {
    const mine = await settle(scim, 'tenant-a');
    logger.statements.length = 0;
    for (const [, send] of CALLS) {
      for (const id of [UNKNOWN, mine.user.id, mine.group.id]) {
        const reply = await send(mine, id);
        expect(reply.status).toBeLessThan(500);
      }
      await mine.client.get('/Users', {
        query: { filter: 'emails.value co "a" or not (title pr)', sortBy: 'name.familyName' },
      });
    }
    await settle(scim, 'tenant-b');
    const about = /\bscim_(user|group|group_member|attribute_value)\b/;
    const touched = logger.statements.filter((statement) => about.test(statement));
    expect(touched.length).toBeGreaterThan(50);
    expect(touched.filter((statement) => !/\btenant_id\b/.test(statement))).toEqual([]);
  });
});
