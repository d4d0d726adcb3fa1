import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, AcmeUser } from './support/acme-user.js';
import type { DatabaseName } from './support/databases.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  ERROR,
  fresh,
  group,
  GROUP,
  SEARCH,
  USER,
  user,
} from './support/resources.js';
import type { AdapterName, ScimApp } from './support/scim-app.js';
import type { ScimCall, ScimClient, ScimReply } from './support/scim-client.js';
import { bootScimOn } from './support/scim-on-database.js';

const PLACES: [AdapterName, DatabaseName][] = [
  ['express', 'postgres'],
  ['fastify', 'sqlite'],
];
/** No answer may take longer, on the slowest of build machines. */
const BOUND_MS = 3000;
const UNKNOWN = '018f0000-0000-7000-8000-000000000000';
const BUILT_IN = Reflect.ownKeys(Object.prototype).sort(byText);

/** Characters that databases refuse, change or cut off at. */
const BAD_TEXTS: [string, string][] = [
  ['NUL', 'a\0b'],
  ['a lone high surrogate', 'a\ud800b'],
  ['a lone low surrogate', '\udc00'],
];

/** Last segments of an address that are no id, as they go over the wire. */
const NO_IDS = [
  '..',
  '%2e%2e',
  '..%2fUsers',
  'a%2Fb',
  '%2f',
  'a%5Cb',
  '%00',
  'a%00',
  '%',
  '%zz',
  '%ed%a0%80',
  '%ff',
  '{id}',
  `'%20or%20'1'='1`,
  '%25',
  '*',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  '1',
  '-1',
  'x'.repeat(101),
  'x'.repeat(5000),
  '%F0%9F%98%80'.repeat(500),
  `${UNKNOWN}%00`,
  `%7B${UNKNOWN}%7D`,
  `..;/${UNKNOWN}`,
  `../Users/${UNKNOWN}`,
  `./././.././../${UNKNOWN}`,
];

describe.each(PLACES)('hostile input on %s and %s', (adapter, database) => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;
  let person: { id: string; userName: string };
  let team: { id: string; displayName: string };

  beforeAll(async () => {
    scim = await bootScimOn(database, { adapter, scim: { users: { extensions: [AcmeUser] } } });
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
    person = await createUser(client, { title: 'T', emails: [{ value: 'v@x.example', type: 'work' }] });
    team = await createGroup(client, { members: [{ value: person.id }] });
  });
  afterAll(() => scim.close());

  /** All that a client can see. */
  async function state(): Promise<unknown> {
    const users = await client.get('/Users');
    const groups = await client.get('/Groups');
    expect([users.status, groups.status]).toEqual([200, 200]);
    return [users.body, groups.body];
  }

  /** Sends, and holds the answer to what every refusal owes: in time, as a SCIM error, with nothing written. */
  async function refuses(
    statuses: readonly number[],
    send: () => Promise<ScimReply>,
    about = '',
  ): Promise<ScimReply> {
    const before = await state();
    const start = performance.now();
    const reply = await send();
    expect(performance.now() - start, about).toBeLessThan(BOUND_MS);
    expect(statuses, `${about}: ${reply.status} ${reply.text.slice(0, 300)}`).toContain(reply.status);
    expect(reply.headers['content-type'], about).toMatch(/^application\/scim\+json/);
    expect(reply.body, about).toMatchObject({ schemas: [ERROR], status: String(reply.status) });
    expect(reply.text.length, about).toBeLessThan(2000);
    expect(await state(), about).toEqual(before);
    return reply;
  }

  const search = (filter: string, as = client): Promise<ScimReply> =>
    as.post('/Users/.search', { schemas: [SEARCH], filter });
  const patchUser = (operations: unknown, as = client): Promise<ScimReply> =>
    as.patch(`/Users/${person.id}`, operations);

  it('refuses filters of 8 KiB, by GET, by .search and in a PATCH path [S1, D-23]', async () => {
    const long = `${'title eq "x" or '.repeat(512)}title pr`;
    const get = await refuses([400], () => client.get('/Users', { query: { filter: long } }));
    expect(get.body.scimType).toBe('invalidFilter');
    expect((await refuses([400], () => search(long))).body.scimType).toBe('invalidFilter');
    const path = `emails[${long}].value`;
    const patch = await refuses([400], () => patchUser([{ op: 'replace', path, value: 'x' }]));
    expect(['invalidPath', 'invalidFilter']).toContain(patch.body.scimType);
  });

  it.each([
    ['blanks', ' '],
    ['backslashes', '\\'],
    ['quotes', '"'],
    ['parentheses', '('],
    ['brackets', '['],
    ['negations', 'not ('],
    ['value paths', 'emails['],
    ['dots', '.'],
    ['digits', '9'],
    ['names', 'a.'],
    ['URNs', 'urn:ietf:params:scim:schemas:core:2.0:'],
    ['a beginning that is right', 'userName eq "'],
    ['wildcards', '%_'],
  ])('refuses 100 KB of %s as filter, as path and as sortBy [S1, D-23]', async (_, piece) => {
    const flood = piece.repeat(Math.ceil(100_000 / piece.length));
    for (const filter of [
      flood,
      `userName eq ${flood}`,
      `userName eq "${flood}`,
      `emails[type eq ${flood}`,
    ]) {
      expect((await refuses([400], () => search(filter))).body.scimType).toBe('invalidFilter');
    }
    for (const path of [flood, `emails[type eq ${flood}`, `name.${flood}`]) {
      await refuses([400], () => patchUser([{ op: 'replace', path, value: 'x' }], strict), 'strict');
      await refuses([400], () => patchUser([{ op: 'replace', path, value: 'x' }]), 'default');
    }
    await refuses([400], () => client.post('/Users/.search', { schemas: [SEARCH], sortBy: `name${flood}` }));
  });

  it.each([33, 1000, 100_000])('refuses JSON of %i levels, wherever it is nested [S1]', async (levels) => {
    const array = '['.repeat(levels) + ']'.repeat(levels);
    const object = '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    const open = '[{"a":'.repeat(levels);
    const schemas = JSON.stringify([USER]);
    for (const deep of [array, object, open]) {
      for (const raw of [deep, `{"schemas":${schemas},"userName":"${fresh()}","x":${deep}}`]) {
        await refuses([400, 413], () => client.send('POST', '/Users', { raw }));
        await refuses([400, 413], () => client.send('PUT', `/Users/${person.id}`, { raw }));
        await refuses([400, 413], () => client.send('PATCH', `/Users/${person.id}`, { raw }));
        await refuses([400, 413], () => client.send('POST', '/Users/.search', { raw }));
      }
    }
  });

  it('refuses filters and paths nested 33 levels and more [S1, D-23]', async () => {
    for (const levels of [33, 300]) {
      const filter = '('.repeat(levels) + 'title pr' + ')'.repeat(levels);
      expect((await refuses([400], () => search(filter))).body.scimType).toBe('invalidFilter');
      const path = `emails[${filter.replace('title', 'type')}].value`;
      await refuses([400], () => patchUser([{ op: 'replace', path, value: 'x' }]));
    }
  });

  it.each([
    [1001, { op: 'replace', path: 'title', value: 'x' }],
    [10_001, { op: 'add', path: 'nickName', value: 'x' }],
    [100_000, { op: 'remove' }],
    [100_000, 0],
  ])('refuses %i PATCH operations with 413 [S1]', async (count, operation) => {
    const operations = Array(count).fill(operation);
    await refuses([413], () => patchUser(operations));
    await refuses([413], () => client.patch(`/Groups/${team.id}`, operations));
  });

  it('answers what is just within the limits in bounded time too [S1]', async () => {
    const tenant = await scim.client({ tenant: fresh('limits') });
    const emails = Array.from({ length: 200 }, (_, i) => ({ value: `${i}@x.example`, type: `t${i}` }));
    const path = `/Users/${(await createUser(tenant, { emails })).id}`;
    const terms = Array.from({ length: 45 }, (_, i) => `type ew "t${i}"`).join(' or ');
    const bounded = async (send: () => Promise<ScimReply>, status: number): Promise<ScimReply> => {
      const start = performance.now();
      const reply = await send();
      expect(performance.now() - start).toBeLessThan(BOUND_MS);
      expect(reply.status, reply.text.slice(0, 300)).toBe(status);
      return reply;
    };
    const thousand = (of: (i: number) => object): object[] => Array.from({ length: 1000 }, (_, i) => of(i));
    // A thousand operations with long filters over a long list: bounded by the work, not by the count alone.
    const heavy = thousand((i) => ({ op: 'replace', path: `emails[${terms}].display`, value: `d${i}` }));
    await bounded(() => tenant.patch(path, heavy), 413);
    const light = thousand((i) => ({ op: 'replace', path: 'emails[type eq "t7"].display', value: `d${i}` }));
    const written = await bounded(() => tenant.patch(path, light.slice(-500)), 200);
    expect(
      written.body.emails.filter((email: { display?: string }) => email.display === 'd999'),
    ).toHaveLength(1);
    await bounded(
      () =>
        tenant.patch(
          path,
          thousand((i) => ({ op: 'add', path: 'emails', value: emails[i % 200] })),
        ),
      200,
    );
    await bounded(
      () => tenant.patch(path, thousand(() => ({ op: 'add', value: { emails } })).slice(0, 60)),
      200,
    );
    const people = await Promise.all(Array.from({ length: 40 }, () => createUser(tenant)));
    const everybody = people.map(({ id }) => ({ value: id as string }));
    const teamPath = `/Groups/${(await createGroup(tenant, { members: everybody })).id}`;
    const one = (i: number): { value: string } => everybody[i % 40]!;
    await bounded(
      () =>
        tenant.patch(
          teamPath,
          thousand((i) =>
            i % 2
              ? { op: 'add', path: 'members', value: [one(i)] }
              : { op: 'remove', path: `members[value eq "${one(i).value}"]` },
          ),
        ),
      204,
    );
    expect((await tenant.get(teamPath)).body.members).toHaveLength(20);
    const nested = '('.repeat(31) + 'title pr' + ')'.repeat(31);
    await bounded(() => search(nested, tenant), 200);
    await bounded(() => search(Array(200).fill('title pr').join(' or '), tenant), 200);
    await bounded(() => search(`title eq "${'é'.repeat(1024)}"`, tenant), 200);
    const unknown = Array.from({ length: 10_000 }, (_, i) => ({
      value: `${UNKNOWN.slice(0, -5)}${10_000 + i}`,
    }));
    await bounded(() => tenant.patch(teamPath, [{ op: 'remove', path: 'members', value: unknown }]), 204);
  });

  it('refuses lists and objects that are too large [S1]', async () => {
    const emails = (count: number): unknown[] =>
      Array.from({ length: count }, (_, i) => ({ value: `${i}@x.example` }));
    await refuses([400, 413], () => client.post('/Users', user({ emails: emails(201) })));
    await refuses([400, 413], () => patchUser([{ op: 'add', path: 'emails', value: emails(201) }]));
    await refuses([400, 413], () => client.put(`/Users/${person.id}`, user({ emails: emails(201) })));
    await refuses([400, 413], () =>
      patchUser([
        { op: 'add', path: 'emails', value: emails(150) },
        { op: 'add', path: 'emails', value: emails(300).slice(150) },
      ]),
    );
    const keys = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, i]));
    await refuses([400, 413], () => client.post('/Users', user(keys)));
    for (const title of ['x'.repeat(1025), 'x'.repeat(500_000)]) {
      await refuses([400], () => client.post('/Users', user({ title })));
      await refuses([400], () => patchUser([{ op: 'replace', path: 'title', value: title }]));
      await refuses([400], () => client.put(`/Users/${person.id}`, user({ title })));
    }
    for (const name of ['userName', 'externalId']) {
      await refuses([400], () => client.post('/Users', user({ [name]: 'é'.repeat(513) })));
      await refuses([400], () => patchUser([{ op: 'replace', path: name, value: '\u{1F600}'.repeat(513) }]));
    }
    const schemas = Array(10_001).fill(USER);
    await refuses([400, 413], () => client.post('/Users', user({ schemas })));
    const attributes = Array.from({ length: 101 }, (_, i) => `a${i}`);
    await refuses([400], () => client.get('/Users', { query: { attributes: attributes.join(',') } }));
    await refuses([400], () => client.post('/Users/.search', { schemas: [SEARCH], attributes }));
    await refuses([400], () =>
      client.get(`/Users/${person.id}`, { query: { excludedAttributes: attributes.join() } }),
    );
  });

  it('refuses 10,000 unknown member ids with one answer, and more than that with 413 [S1, G4]', async () => {
    const ids = (count: number): object[] =>
      Array.from({ length: count }, (_, i) => ({ value: UNKNOWN.slice(0, -8) + String(i).padStart(8, '0') }));
    const many = ids(10_000);
    const reply = await refuses([400], () => client.post('/Groups', group({ members: many })));
    expect(reply.body.scimType).toBe('invalidValue');
    await refuses([400], () =>
      client.patch(`/Groups/${team.id}`, [{ op: 'add', path: 'members', value: many }]),
    );
    await refuses([400], () =>
      client.patch(`/Groups/${team.id}`, [{ op: 'replace', path: 'members', value: many }]),
    );
    await refuses([400], () => client.put(`/Groups/${team.id}`, group({ members: many })));
    const tooMany = ids(10_001);
    await refuses([413], () => client.post('/Groups', group({ members: tooMany })));
    await refuses([413], () =>
      client.patch(`/Groups/${team.id}`, [{ op: 'add', path: 'members', value: tooMany }]),
    );
    const split = [ids(6000), ids(12_000).slice(6000)].map((value) => ({
      op: 'add',
      path: 'members',
      value,
    }));
    await refuses([400, 413], () => client.patch(`/Groups/${team.id}`, split));
  });

  it('never pollutes a prototype, whatever the keys [S1]', async () => {
    const evil = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'];
    const value = '{"polluted":true,"prototype":{"polluted":true},"value":"p"}';
    for (const key of evil) {
      const name = fresh();
      const raw = `{"schemas":["${USER}"],"userName":"${name}","${key}":${value},"name":{"${key}":${value}},
        "emails":[{"value":"e@x.example","${key}":${value}}],"${ENTERPRISE}":{"${key}":${value}}}`;
      await refuses([400], () => strict.send('POST', '/Users', { raw }), key);
      const tolerant = await client.send('POST', '/Users', { raw });
      expect([key, tolerant.status]).toEqual([key, 201]);
      expect(Object.keys(tolerant.body).sort()).toEqual([
        'active',
        'emails',
        'id',
        'meta',
        'schemas',
        'userName',
      ]);
      expect(tolerant.body.emails).toEqual([{ value: 'e@x.example' }]);
      await client.delete(`/Users/${tolerant.body.id}`);
      const pathless = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
        {"op":"add","value":{"${key}":${value},"name":{"${key}":${value}},"${key}.polluted":true,
        "name.${key}.polluted":true}}]}`;
      await refuses([400], () => strict.send('PATCH', `/Users/${person.id}`, { raw: pathless }), key);
      const before = await state();
      await client.send('PATCH', `/Users/${person.id}`, { raw: pathless });
      expect(await state(), key).toEqual(before);
    }
    clean();
  });

  it('never pollutes a prototype, whatever the path, filter, sort or projection [S1]', async () => {
    const paths = [
      '__proto__',
      '__proto__.polluted',
      'constructor.prototype',
      'constructor.prototype.polluted',
      'toString.x',
      'toString',
      'name.__proto__',
      'name.constructor',
      'emails.__proto__',
      'emails.constructor',
      'emails[type eq "work"].__proto__',
      'emails[__proto__ eq "x"].value',
      'emails[constructor pr].value',
      `${USER}:__proto__`,
      `${ENTERPRISE}:constructor`,
      `${ENTERPRISE}:__proto__.polluted`,
    ];
    for (const path of paths) {
      for (const op of ['add', 'replace', 'remove']) {
        const operation = { op, path, ...(op === 'remove' ? {} : { value: { polluted: true } }) };
        await refuses([400], () => patchUser([operation], strict), path);
        const before = await state();
        const reply = await patchUser([operation]);
        expect([path, reply.status < 500]).toEqual([path, true]);
        expect(await state(), path).toEqual(before);
      }
      for (const filter of [`${path} eq "x"`, `${path} pr`, `not (${path} pr)`]) {
        expect((await refuses([400], () => search(filter))).body.scimType, filter).toBe('invalidFilter');
      }
      await refuses([400], () => client.get('/Users', { query: { sortBy: path } }));
      for (const parameter of ['attributes', 'excludedAttributes']) {
        const reply = await client.get('/Users', { query: { [parameter]: path } });
        expect(reply.status).toBeLessThan(500);
      }
    }
    clean();
  });

  function clean(): void {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
    expect((() => 0) as unknown as Record<string, unknown>).not.toHaveProperty('polluted');
    expect(Reflect.ownKeys(Object.prototype).sort(byText)).toEqual(BUILT_IN);
  }

  describe.each(BAD_TEXTS)('with %s', (_, bad) => {
    const bodies: [string, Record<string, unknown>][] = [
      ['userName', { userName: bad }],
      ['externalId', { externalId: bad }],
      ['title', { title: bad }],
      ['displayName', { displayName: bad }],
      ['profileUrl', { profileUrl: `https://x.example/${bad}` }],
      ['name.familyName', { name: { familyName: bad } }],
      ['emails.value', { emails: [{ value: bad }] }],
      ['emails.type', { emails: [{ value: 'x@y.example', type: bad }] }],
      ['emails.display', { emails: [{ value: 'x@y.example', display: bad }] }],
      ['roles.value', { roles: [{ value: bad }] }],
      ['department', { [ENTERPRISE]: { department: bad } }],
      ['manager.value', { [ENTERPRISE]: { manager: { value: bad } } }],
      ['tags', { [ACME]: { tags: ['a', bad] } }],
      ['code', { [ACME]: { code: bad } }],
      ['secret', { [ACME]: { secret: bad } }],
      ['badge', { [ACME]: { badge: bad } }],
      ['hired', { [ACME]: { hired: bad } }],
    ];

    it.each(bodies)('in %s of a user is refused by POST, PUT and PATCH [S1, D-50]', async (__, more) => {
      await refuses([400], () => client.post('/Users', user(more)));
      await refuses([400], () => client.put(`/Users/${person.id}`, user(more)));
      await refuses([400], () => patchUser([{ op: 'replace', value: more }]));
      await refuses([400], () => patchUser([{ op: 'add', value: more }]));
      const [[path, value]] = Object.entries(more) as [[string, unknown]];
      await refuses([400], () => patchUser([{ op: 'add', path, value }]));
    });

    it('in a group is refused by POST, PUT and PATCH [S1, D-50]', async () => {
      for (const more of [{ displayName: bad }, { externalId: bad }, { members: [{ value: bad }] }]) {
        await refuses([400], () => client.post('/Groups', group(more)));
        await refuses([400], () => client.put(`/Groups/${team.id}`, group(more)));
        await refuses([400], () => client.patch(`/Groups/${team.id}`, [{ op: 'add', value: more }]));
      }
      const path = `members[value eq ${JSON.stringify(bad)}]`;
      for (const op of ['add', 'replace', 'remove']) {
        const value = op === 'remove' ? {} : { value: { value: bad } };
        await refuses([400], () => client.patch(`/Groups/${team.id}`, [{ op, path, ...value }]));
      }
      const removal = [{ op: 'remove', path: 'members', value: [{ value: bad }] }];
      const before = await state();
      expect((await client.patch(`/Groups/${team.id}`, removal)).status).toBeLessThan(500);
      expect(await state()).toEqual(before);
    });

    it('in keys, URNs, verbs and paths is refused by the strict profile and never kept [S1, D-50]', async () => {
      for (const more of [
        { [`x${bad}`]: 1 },
        { name: { [bad]: 'x' } },
        { schemas: [USER, `urn:x:${bad}`] },
      ]) {
        await refuses([400], () => strict.post('/Users', user(more)));
        const reply = await client.post('/Users', user(more));
        if (reply.status === 201) {
          expect(reply.text).not.toMatch(/\\u0000|\\ud800|\\udc00|\ufffd/i);
          await client.delete(`/Users/${reply.body.id}`);
        } else expect(reply.status).toBe(400);
      }
      await refuses([400], () => patchUser([{ op: `add${bad}`, path: 'title', value: 'x' }]));
      await refuses([400], () => patchUser([{ op: 'replace', path: `title${bad}`, value: 'x' }], strict));
      await refuses([400], () =>
        patchUser([{ op: 'replace', path: `emails[type eq "${bad}"].value`, value: 'x' }]),
      );
      await refuses([400], () => client.post('/Users/.search', { schemas: [SEARCH], sortBy: `title${bad}` }));
      await refuses([400], () =>
        client.post('/Users/.search', { schemas: [SEARCH], sortBy: 'id', sortOrder: bad }),
      );
      await refuses([400], () => client.post('/Users/.search', { schemas: [bad] }));
      const attributes = await client.post('/Users/.search', { schemas: [SEARCH], attributes: [bad] });
      expect(attributes.status).toBeLessThan(500);
    });

    it('in a filter is refused, escaped or not [S1, D-50]', async () => {
      for (const attribute of [
        'userName',
        'externalId',
        'id',
        'title',
        'emails.value',
        'profileUrl',
        'groups.value',
      ]) {
        for (const literal of [JSON.stringify(bad), `"${bad}"`]) {
          for (const operator of ['eq', 'ne', 'co']) {
            const filter = `${attribute} ${operator} ${literal}`;
            expect((await refuses([400], () => search(filter))).body.scimType, filter).toBe('invalidFilter');
          }
        }
        const query = { filter: `${attribute} eq ${JSON.stringify(bad)}` };
        await refuses([400], () => client.get('/Users', { query }));
      }
      await refuses([400], () => client.get(`/Users?filter=userName%20eq%20%22a%00b%22`));
    });
  });

  it.each(NO_IDS.map((id) => [id.slice(0, 60), id]))(
    'knows no resource with the id %s [S1]',
    async (_, id) => {
      for (const endpoint of ['/Users', '/Groups']) {
        const path = `${endpoint}/${id!}`;
        const body = endpoint === '/Users' ? user() : group();
        for (const send of [
          () => client.get(path),
          () => client.put(path, body),
          () => client.patch(path, [{ op: 'replace', path: 'externalId', value: 'x' }]),
          () => client.delete(path),
        ]) {
          await refuses([404], send, path.slice(0, 100));
        }
      }
    },
  );

  it('compares ids exactly: no spelling of an id is that id [S1]', async () => {
    for (const id of [
      person.id.toUpperCase(),
      `${person.id}%20`,
      `%20${person.id}`,
      `{${person.id}}`,
      person.id.replaceAll('-', ''),
    ]) {
      await refuses([404], () => client.get(`/Users/${id}`), id);
      await refuses([404], () => client.delete(`/Users/${id}`), id);
      const value = decodeURIComponent(id);
      await refuses([400], () => client.post('/Groups', group({ members: [{ value }] })), id);
    }
  });

  it.each([
    ['Content-Length', {}],
    ['chunks', { 'transfer-encoding': 'chunked', 'content-length': null }],
  ])('refuses 5 MB by %s with 413 [S1]', async (_, headers) => {
    const title = 'x'.repeat(5 * 1024 * 1024);
    const call: ScimCall = { headers };
    await refuses([413], () => client.post('/Users', user({ title }), call));
    await refuses([413], () => client.put(`/Users/${person.id}`, user({ title }), call));
    await refuses([413], () =>
      client.patch(`/Users/${person.id}`, [{ op: 'add', path: 'title', value: title }], call),
    );
    await refuses([413], () => client.post('/Users/.search', { schemas: [SEARCH], filter: title }, call));
    await refuses([413], () =>
      client.send('POST', '/Users', { ...call, raw: Buffer.alloc(5 * 1024 * 1024) }),
    );
  });

  it('refuses numbers without measure [S1]', async () => {
    for (const number of ['1e308', '1e999', '-1e308']) {
      for (const name of ['startIndex', 'count']) {
        const raw = `{"schemas":["${SEARCH}"],"${name}":${number}}`;
        const reply = await client.send('POST', '/Users/.search', { raw });
        // 1e999 is no number that JSON.parse knows; the others are integers and are bent (P-3.4.2.4-02, -04, -06).
        expect([number, name, reply.status]).toEqual([number, name, number === '1e999' ? 400 : 200]);
        if (reply.status === 200) expect(reply.body.totalResults).toBe(1);
      }
      for (const raw of [
        `{"schemas":["${USER}","${ACME}"],"userName":"${fresh()}","${ACME}":{"grade":${number}}}`,
        `{"schemas":["${USER}","${ACME}"],"userName":"${fresh()}","${ACME}":{"grade":1.5}}`,
      ]) {
        await refuses([400], () => client.send('POST', '/Users', { raw }), raw);
      }
      const compared = await search(`${ACME}:grade gt ${number}`);
      expect([number, compared.status < 500]).toEqual([number, true]);
      const dated = await search(`${ACME}:hired gt "292278994-01-01T00:00:00Z"`);
      expect(dated.status).toBe(400);
    }
  });

  it('refuses bodies that are no JSON object in UTF-8 [S1]', async () => {
    for (const raw of [
      '',
      'null',
      '[]',
      '5',
      '"x"',
      '{',
      '{"userName":}',
      `{"userName":"x",}`,
      "{'userName':'x'}",
      '{"userName":"x"}{}',
      '\0',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.from(JSON.stringify(user()), 'utf16le'),
      Buffer.from([0xed, 0xa0, 0x80]),
    ]) {
      for (const [method, path] of [
        ['POST', '/Users'],
        ['PUT', `/Users/${person.id}`],
        ['PATCH', `/Users/${person.id}`],
        ['POST', '/Users/.search'],
      ] as const) {
        const reply = await refuses(
          [400],
          () => client.send(method, path, { raw }),
          `${method} ${String(raw)}`,
        );
        expect(reply.body.scimType).toBe('invalidSyntax');
      }
    }
    await refuses([400], () => client.post('/Groups', [GROUP]));
  });

  it('outlives clients that go away in the middle of a body [S1]', async () => {
    const before = await state();
    const { port } = new URL(scim.origin);
    const { token } = await scim.tokens.issue({
      tenantId: 'acme',
      connection: { name: 'default-idp', profile: 'default' },
    });
    await Promise.all(
      ['content-length: 1000', 'transfer-encoding: chunked'].map(async (header) => {
        const socket = connect(Number(port), '127.0.0.1');
        await once(socket, 'connect');
        socket.write(
          `POST /scim/v2/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
            `content-type: application/scim+json\r\n${header}\r\n\r\n5\r\n{"use`,
        );
        await delay(50);
        socket.destroy();
        await once(socket, 'close');
      }),
    );
    await delay(50);
    expect(await state()).toEqual(before);
  });

  it('keeps a never returned attribute out of answers, filters, sorting and projection [S2]', async () => {
    const tenant = await scim.client({ tenant: fresh('s2') });
    const secret = 'hunter2-never-shown';
    const answers: ScimReply[] = [];
    const created = await tenant.post('/Users', user({ title: 'T', [ACME]: { secret, code: 'c' } }));
    expect(created.status).toBe(201);
    const path = `/Users/${created.body.id}`;
    answers.push(created);
    const projections: Record<string, string>[] = [
      {},
      { attributes: `${ACME}:secret` },
      { attributes: ACME },
      { attributes: 'secret,title' },
    ];
    for (const query of projections) {
      answers.push(await tenant.get(path, { query }), await tenant.get('/Users', { query }));
    }
    answers.push(await tenant.patch(path, [{ op: 'replace', path: `${ACME}:secret`, value: `${secret}!` }]));
    answers.push(await tenant.put(path, user({ [ACME]: { secret: `${secret}?` } })));
    for (const { status, text } of answers) {
      expect(status).toBeLessThan(300);
      expect(text).not.toContain('secret');
      expect(text).not.toContain('hunter2');
    }
    for (const guess of [secret, 'wrong']) {
      const refusals = [
        await tenant.get('/Users', { query: { filter: `${ACME}:secret eq "${guess}"` } }),
        await tenant.get('/Users', { query: { filter: `secret sw "${guess}"` } }),
        await tenant.get('/Users', { query: { sortBy: `${ACME}:secret` } }),
        await tenant.patch(path, [{ op: 'replace', path: `emails[secret eq "${guess}"].value`, value: 'x' }]),
      ];
      for (const { status, text } of refusals) {
        expect(status).toBe(400);
        expect(text).not.toContain(guess);
      }
    }
  });
});

function byText(a: string | symbol, b: string | symbol): number {
  return String(a).localeCompare(String(b));
}
