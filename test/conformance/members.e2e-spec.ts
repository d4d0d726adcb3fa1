import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, group, GROUP, user } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

interface Element {
  readonly value: string;
  readonly type?: string;
}

describeEachDatabase('members and groups (RFC 7643 §4.1.2, §4.2)', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;
  const statements: string[] = [];

  beforeAll(async () => {
    scim = await bootScimOn(database);
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
    const { logger } = scim.dataSource;
    const logQuery = logger.logQuery.bind(logger);
    logger.logQuery = (text, ...rest) => {
      statements.push(text);
      logQuery(text, ...rest);
    };
  });
  afterAll(() => scim.close());

  const patch = (
    id: string,
    op: string,
    value?: unknown,
    path = 'members',
    as = client,
  ): Promise<ScimReply> => as.patch(`/Groups/${id}`, [{ op, path, value }]);
  const values = (elements: readonly Element[] = []): string[] =>
    elements.map(({ value }) => value).toSorted();
  const members = async (id: string): Promise<string[]> =>
    values((await client.get(`/Groups/${id}`)).body.members as Element[]);
  // oxlint-disable-next-line typescript/no-explicit-any
  const groups = async (id: string): Promise<any[]> => (await client.get(`/Users/${id}`)).body.groups ?? [];

  it('fills in type and $ref of a member, users and groups alike [S-4.2-04]', async () => {
    const person = await createUser(client);
    const inner = await createGroup(client);
    const created = await createGroup(client, { members: [{ value: person.id }, { value: inner.id }] });
    const expected = [
      { value: person.id, $ref: person.meta.location, type: 'User' },
      { value: inner.id, $ref: inner.meta.location, type: 'Group' },
    ].toSorted((a, b) => (a.value < b.value ? -1 : 1));
    expect(created.members).toEqual(expected);
    expect((await client.get(`/Groups/${created.id}`)).body.members).toEqual(expected);
  });

  it('believes the value, else the $ref of a member, and refuses neither [D-12]', async () => {
    const person = await createUser(client);
    const other = await createUser(client);
    const lying = { value: person.id, type: 'Group', $ref: other.meta.location, display: 'Eve' };
    const byRef = { $ref: other.meta.location };
    const created = await createGroup(client, { members: [lying, byRef, { $ref: `../Users/${other.id}` }] });
    expect(created.members).toEqual(
      [person, other]
        .map(({ id, meta }) => ({ value: id, type: 'User', $ref: meta.location }))
        .toSorted((a, b) => (a.value < b.value ? -1 : 1)),
    );
    for (const nothing of [{}, { display: 'x' }, { value: '' }, { $ref: '' }]) {
      for (const as of [client, strict]) {
        const body = group({ members: [nothing] });
        expectError(await as.post('/Groups', body), 400, 'invalidValue');
        expectError(await patch(created.id, 'add', [nothing], 'members', as), 400, 'invalidValue');
      }
    }
  });

  it('refuses ids that belong to nobody of the tenant, and then changes nothing [S-2.3.7-02, D-51, G7]', async () => {
    const person = await createUser(client);
    const foreign = await createUser(await scim.client({ tenant: 'globex' }));
    const gone = await createUser(client);
    await client.delete(`/Users/${gone.id}`);
    const team = await createGroup(client, { members: [{ value: person.id }] });
    const fine = await createUser(client);
    for (const id of ['nobody', foreign.id, gone.id, (person.id as string).toUpperCase(), `${person.id} `]) {
      const both = [{ value: fine.id }, { value: id }];
      expectError(await patch(team.id, 'add', both), 400, 'invalidValue');
      expectError(await patch(team.id, 'replace', both), 400, 'invalidValue');
      expectError(await client.put(`/Groups/${team.id}`, group({ members: both })), 400, 'invalidValue');
      expectError(await client.post('/Groups', group({ members: both })), 400, 'invalidValue');
    }
    expect((await client.get(`/Groups/${team.id}`)).body).toEqual(team);
  });

  it('does not let a group contain itself by any road [D-13]', async () => {
    const person = await createUser(client);
    const team = await createGroup(client, { members: [{ value: person.id }] });
    const itself = [{ value: person.id }, { value: team.id }];
    for (const as of [client, strict]) {
      expectError(await patch(team.id, 'add', itself, 'members', as), 400, 'invalidValue');
      expectError(await patch(team.id, 'replace', itself, 'members', as), 400, 'invalidValue');
      const whole = await as.patch(`/Groups/${team.id}`, [{ op: 'add', value: { members: itself } }]);
      expectError(whole, 400, 'invalidValue');
      const { displayName } = team;
      expectError(
        await as.put(`/Groups/${team.id}`, group({ displayName, members: itself })),
        400,
        'invalidValue',
      );
      const byRef = [{ $ref: team.meta.location }];
      expectError(await patch(team.id, 'add', byRef, 'members', as), 400, 'invalidValue');
    }
    expectError(
      await patch(team.id, 'add', undefined, `members[value eq "${team.id}"]`),
      400,
      'invalidValue',
    );
    expect((await client.get(`/Groups/${team.id}`)).body).toEqual(team);
  });

  it('accepts longer circles, in which every read ends [D-13, G7]', async () => {
    const person = await createUser(client);
    const [a, b, c] = [await createGroup(client), await createGroup(client), await createGroup(client)];
    for (const [outer, inner] of [
      [a, b],
      [b, c],
      [c, a],
    ]) {
      expect((await patch(outer.id, 'add', [{ value: inner.id }])).status).toBe(204);
    }
    await patch(c.id, 'add', [{ value: person.id }]);
    expect(values(await groups(person.id))).toEqual([a.id, b.id, c.id].toSorted());
    expect(await client.ids('/Users', `groups.value eq "${a.id}" and id eq "${person.id}"`)).toEqual([
      person.id,
    ]);
    expect((await client.delete(`/Groups/${b.id}`)).status).toBe(204);
    // The way from c to a led through b.
    expect(values(await groups(person.id))).toEqual([c.id]);
  });

  it('shows a user its direct and indirect groups, with address and name [S-4.1.2-08, S-4.1.2-09]', async () => {
    const person = await createUser(client);
    const inner = await createGroup(client, { members: [{ value: person.id }] });
    const middle = await createGroup(client, { members: [{ value: inner.id }] });
    const outer = await createGroup(client, { members: [{ value: middle.id }, { value: person.id }] });
    const element = (team: typeof inner, type: string): object => ({
      value: team.id,
      $ref: team.meta.location,
      display: team.displayName,
      type,
    });
    const expected = [element(inner, 'direct'), element(middle, 'indirect'), element(outer, 'direct')];
    const sorted = (list: Element[]): Element[] => list.toSorted((x, y) => (x.value < y.value ? -1 : 1));
    expect(sorted(await groups(person.id))).toEqual(sorted(expected as Element[]));
    const [listed] = (await client.get('/Users', { query: { filter: `id eq "${person.id}"` } })).body
      .Resources;
    expect(sorted(listed.groups)).toEqual(sorted(expected as Element[]));
    // What is indirect is not editable: removing the user from the outer group leaves the way through the inner one.
    await patch(outer.id, 'remove', [{ value: person.id }]);
    const types = (await groups(person.id)).map(({ value, type }) => [value, type]);
    expect(new Map(types as [string, string][])).toEqual(
      new Map([
        [inner.id, 'direct'],
        [middle.id, 'indirect'],
        [outer.id, 'indirect'],
      ]),
    );
    await patch(inner.id, 'remove', [{ value: person.id }]);
    expect(await groups(person.id)).toEqual([]);
  });

  it('lets members come and go, but nobody edits one [S-4.2-03, V2]', async () => {
    const [a, b] = [await createUser(client), await createUser(client)];
    const { id } = await createGroup(client, { members: [{ value: a.id }] });
    for (const part of ['value', 'type', '$ref', 'display']) {
      for (const path of [`members[value eq "${a.id}"].${part}`, `members.${part}`]) {
        expectError(await patch(id, 'replace', b.id, path), 400, 'mutability');
      }
      expectError(
        await patch(id, 'remove', undefined, `members[value eq "${a.id}"].${part}`),
        400,
        'mutability',
      );
    }
    expect(await members(id)).toEqual([a.id]);
    expect((await patch(id, 'add', [{ value: b.id }])).status).toBe(204);
    expect((await patch(id, 'remove', undefined, `members[value eq "${a.id}"]`)).status).toBe(204);
    expect(await members(id)).toEqual([b.id]);
    expect((await client.put(`/Groups/${id}`, group({ members: [{ value: a.id }] }))).status).toBe(200);
    expect(await members(id)).toEqual([a.id]);
  });

  it('removes nobody when a filter or a list names nobody [G3, P1, P2]', async () => {
    const people = [await createUser(client), await createUser(client)];
    const created = await createGroup(client, { members: people.map(({ id }) => ({ value: id })) });
    const { id, meta } = created;
    for (const [value, path] of [
      [undefined, 'members[value eq "nobody"]'],
      [undefined, 'members[type eq "Group"]'],
      [[], 'members'],
      [[{ value: 'nobody' }], 'members'],
    ] as const) {
      expect((await patch(id, 'remove', value, path)).status, path).toBe(204);
    }
    for (const path of ['members[]', 'members[value eq ""', 'members[nope eq "x"]', 'members[value]']) {
      const refused = await patch(id, 'remove', undefined, path, strict);
      expect(refused.status, path).toBe(400);
    }
    expect((await client.get(`/Groups/${id}`)).body.meta).toEqual(meta);
    expect(await members(id)).toEqual(values(people.map((person) => ({ value: person.id }))));
    await patch(id, 'remove', [{ value: people[0].id }]);
    expect(await members(id)).toEqual([people[1].id]);
    await patch(id, 'remove');
    expect(await members(id)).toEqual([]);
  });

  it('says members: [] for a group without members [D-14]', async () => {
    const created = await createGroup(client);
    expect(created.members).toEqual([]);
    const [listed] = (await client.get('/Groups', { query: { filter: `id eq "${created.id}"` } })).body
      .Resources;
    expect([(await client.get(`/Groups/${created.id}`)).body, listed]).toEqual([created, created]);
    const query = { attributes: 'displayName' };
    expect((await client.get(`/Groups/${created.id}`, { query })).body).not.toHaveProperty('members');
  });

  it('asks for no members where the answer holds none [G5, P-3.9-10, D-11]', async () => {
    const person = await createUser(client);
    const { id } = await createGroup(client, { members: [{ value: person.id }] });
    const memberQueries = async (work: () => Promise<ScimReply>): Promise<number> => {
      statements.length = 0;
      const reply = await work();
      expect(reply.status).toBeLessThan(300);
      expect(statements.length).toBeGreaterThan(0);
      return statements.filter((text) => text.includes('scim_group_member')).length;
    };
    const filter = `id eq "${id}"`;
    const without = { excludedAttributes: 'members' };
    expect(await memberQueries(() => client.get(`/Groups/${id}`, { query: without }))).toBe(0);
    expect(await memberQueries(() => client.get('/Groups', { query: { ...without, filter } }))).toBe(0);
    expect(
      await memberQueries(() => client.get('/Groups', { query: { attributes: 'displayName', filter } })),
    ).toBe(0);
    const rename = [{ op: 'replace', path: 'displayName', value: fresh('team') }];
    expect(await memberQueries(() => client.patch(`/Groups/${id}`, rename))).toBe(0);
    expect(await memberQueries(() => client.get(`/Groups/${id}`))).toBe(1);
    expect(await memberQueries(() => client.get('/Groups', { query: { filter } }))).toBe(1);
    const users = { excludedAttributes: 'groups' };
    expect(await memberQueries(() => client.get(`/Users/${person.id}`, { query: users }))).toBe(0);
    expect(await memberQueries(() => client.get('/Users', { query: { attributes: 'userName' } }))).toBe(0);
    expect(await memberQueries(() => client.get(`/Users/${person.id}`))).toBe(1);
  });

  it('gives the same members in a list, a search and a single read [G6]', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => createUser(client)));
    const { id } = await createGroup(client, { members: people.map((person) => ({ value: person.id })) });
    const single = (await client.get(`/Groups/${id}`)).body;
    expect(single.members).toHaveLength(5);
    const filter = `id eq "${id}"`;
    const [listed] = (await client.get('/Groups', { query: { filter } })).body.Resources;
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const [found] = (await client.post('/Groups/.search', { schemas, filter })).body.Resources;
    expect([listed, found]).toEqual([single, single]);
  });

  it('keeps what must be returned of a group with attributes [D4]', async () => {
    const person = await createUser(client);
    const { id } = await createGroup(client, { members: [{ value: person.id }] });
    const { body } = await client.get(`/Groups/${id}`, { query: { attributes: 'members.$ref' } });
    expect(body).toEqual({ schemas: [GROUP], id, members: [{ $ref: person.meta.location }] });
  });

  it('loses nobody when many join and leave at once [G1]', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => createUser(client)));
    const { id } = await createGroup(client, {
      members: people.slice(0, 10).map((person) => ({ value: person.id })),
    });
    const replies = await Promise.all(
      people.map((person, i) => patch(id, i < 10 ? 'remove' : 'add', [{ value: person.id }])),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await members(id)).toEqual(values(people.slice(10).map((person) => ({ value: person.id }))));
  });

  it('tells one story on both sides after any changes [S-4.1.2-10]', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => createUser(client)));
    const teams = await Promise.all(Array.from({ length: 3 }, () => createGroup(client)));
    const all: string[] = [...people, ...teams].map(({ id }) => id as string);
    const step = fc.record({
      team: fc.nat({ max: teams.length - 1 }),
      kind: fc.constantFrom('add', 'remove', 'replace', 'put', 'removeByPath'),
      who: fc.uniqueArray(fc.nat({ max: all.length - 1 }), { maxLength: 4 }),
    });
    const apply = async ({
      team,
      kind,
      who,
    }: {
      team: number;
      kind: string;
      who: number[];
    }): Promise<void> => {
      const { id, displayName } = teams[team];
      // A group that is told to contain itself refuses; the others are the story.
      const chosen = who.map((i) => all[i]!).filter((member) => member !== id);
      const elements = chosen.map((value) => ({ value }));
      if (kind === 'put') await client.put(`/Groups/${id}`, group({ displayName, members: elements }));
      else if (kind === 'removeByPath') {
        for (const value of chosen) await patch(id, 'remove', undefined, `members[value eq "${value}"]`);
      } else await patch(id, kind, elements);
    };
    const check = async (): Promise<void> => {
      const contained = new Map<string, string[]>();
      for (const { id } of teams) contained.set(id as string, await members(id as string));
      for (const { id } of people) {
        const direct = [...contained]
          .filter(([, inside]) => inside.includes(id as string))
          .map(([team]) => team);
        const reached = new Set(direct);
        for (let size = -1; size !== reached.size;) {
          size = reached.size;
          for (const [team, inside] of contained)
            if (inside.some((member) => reached.has(member))) reached.add(team);
        }
        const told = (await groups(id as string)) as Element[];
        expect(values(told)).toEqual([...reached].toSorted());
        expect(values(told.filter(({ type }) => type === 'direct'))).toEqual(direct.toSorted());
        for (const team of contained.keys()) {
          const found = await client.ids('/Users', `id eq "${id}" and groups.value eq "${team}"`);
          expect(found).toEqual(reached.has(team) ? [id] : []);
        }
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        for (const change of steps) await apply(change);
        await check();
      }),
      { numRuns: 12 },
    );
  });

  it('leaves nothing behind of a group whose creation failed [L3]', async () => {
    const displayName = fresh('team');
    const person = await createUser(client);
    const members = [{ value: person.id }, { value: 'nobody' }];
    expectError(await client.post('/Groups', group({ displayName, members })), 400, 'invalidValue');
    expect(await groups(person.id)).toEqual([]);
    expect(
      (await client.post('/Groups', group({ displayName, members: [{ value: person.id }] }))).status,
    ).toBe(201);
  });

  it('compares group names in POST, PUT and PATCH, whatever the letter case [L1, D-10]', async () => {
    const displayName = fresh('Team');
    await createGroup(client, { displayName });
    const { id } = await createGroup(client);
    const same = displayName.toUpperCase();
    expectError(await client.post('/Groups', group({ displayName: same })), 409, 'uniqueness');
    expectError(await client.put(`/Groups/${id}`, group({ displayName: same })), 409, 'uniqueness');
    expectError(await patch(id, 'replace', same, 'displayName'), 409, 'uniqueness');
  });

  it('echoes externalId of a group and finds by it, with its case [L6]', async () => {
    const externalId = fresh('Ext');
    const { id, externalId: echoed } = await createGroup(client, { externalId });
    expect(echoed).toBe(externalId);
    expect(await client.ids('/Groups', `externalId eq "${externalId}"`)).toEqual([id]);
    expect(await client.ids('/Groups', `externalId eq "${externalId.toLowerCase()}"`)).toEqual([]);
  });

  it('ignores groups and ids that a client sends back in PUT, refuses them in PATCH [V3]', async () => {
    const person = await createUser(client);
    const team = await createGroup(client, { members: [{ value: person.id }] });
    const read = (await client.get(`/Users/${person.id}`)).body;
    const put = await client.put(`/Users/${person.id}`, { ...read, groups: [], id: team.id });
    expect([put.status, values(put.body.groups)]).toEqual([200, [team.id]]);
    const removed = await client.patch(`/Users/${person.id}`, [
      { op: 'remove', path: `groups[value eq "${team.id}"]` },
    ]);
    expectError(removed, 400, 'mutability');
    expect((await client.post('/Users', user({ groups: [{ value: team.id }] }))).body).not.toHaveProperty(
      'groups',
    );
    expect(await members(team.id)).toEqual([person.id]);
  });
});
