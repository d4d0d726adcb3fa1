import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase, emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, group, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

/** Spellings of one name each; every name is unlike the others. */
const SPELLINGS: readonly (readonly string[])[] = [
  ['bjensen', 'BJensen', 'BJENSEN', '\uff22\uff2aensen'],
  ['\u00e9mile', '\u00c9MILE', 'e\u0301mile', 'E\u0301MILE'],
  ['\uff21\uff4c\uff49\uff43\uff45@example.com', 'alice@example.com', 'ALICE@EXAMPLE.COM'],
  ['\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2', '\u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3'],
  ['\u0438\u0432\u0430\u043d', '\u0418\u0412\u0410\u041d'],
  ['\uff8a\uff9f', '\u30d1'],
  ['istanbul', 'ISTANBUL'],
  ['\u0131stanbul'],
  ['straße', 'STRASSE', 'STRA\u1e9eE'],
  ['\u{1f600}name'],
];

describeEachDatabase('userName', (name) => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  beforeAll(async () => {
    database = await emptyDatabase(name);
    scim = await bootScim({ database: database.options, scim: { breaker: { enabled: false } } });
  });
  afterAll(async () => {
    await scim.close();
    await database.drop();
  });

  it.each(SPELLINGS.map((spellings, i) => [spellings, i] as const))(
    'is prepared by PRECIS before it is compared: %j [P-5-01, H-8265-01, L1]',
    async (spellings, i) => {
      const client = await scim.client({ tenant: `precis-${i}` });
      for (const [first] of SPELLINGS.filter((other) => other !== spellings)) {
        await createUser(client, { userName: first });
      }
      const { id } = await createUser(client, { userName: spellings[0] });
      for (const spelling of spellings) {
        const filter = `userName eq ${JSON.stringify(spelling)}`;
        expect([spelling, await client.ids('/Users', filter)]).toEqual([spelling, [id]]);
        expectError(await client.post('/Users', user({ userName: spelling })), 409, 'uniqueness');
      }
      const other = await createUser(client);
      const [last] = spellings.slice(-1);
      expectError(await client.put(`/Users/${other.id}`, user({ userName: last })), 409, 'uniqueness');
      const operation = { op: 'replace', path: 'userName', value: last };
      expectError(await client.patch(`/Users/${other.id}`, [operation]), 409, 'uniqueness');
      expect((await client.patch(`/Users/${id}`, [operation])).body.userName).toBe(last);
    },
  );

  it('comes back as it was sent [D-48]', async () => {
    const client = await scim.client({ tenant: 'as-sent' });
    for (const userName of SPELLINGS.map((spellings) => spellings.at(-1))) {
      const created = await client.post('/Users', user({ userName }));
      expect(created.body.userName).toBe(userName);
      expect((await client.get(`/Users/${created.body.id}`)).body.userName).toBe(userName);
    }
  });

  it('is found by a filter exactly where uniqueness refuses it [D-49]', async () => {
    const client = await scim.client({ tenant: 'law' });
    const letter = fc.constantFrom(
      ...[
        'a',
        'A',
        '\u00e5',
        'A\u030a',
        '\u212b',
        '\uff21',
        '\u00df',
        '\u1e9e',
        's',
        '\u017f',
        'i',
        'I',
        '\u0131',
        '\u0130',
      ],
      ...[
        '\u03c3',
        '\u03c2',
        '\u03a3',
        '\u1fb3',
        '\uac00',
        '\u1100\u1161',
        '\u{10400}',
        '\u{10428}',
        '%',
        '_',
        '\\',
        '"',
        '1',
      ],
    );
    const text = fc.string({ unit: letter, minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const stored = await client.post('/Users', user({ userName: `x${one}` }));
        const filter = `userName eq ${JSON.stringify(`x${other}`)}`;
        const found = await client.ids('/Users', filter);
        const second = await client.post('/Users', user({ userName: `x${other}` }));
        for (const { status, body } of [stored, second]) {
          if (status === 201) await client.delete(`/Users/${body.id}`);
        }
        expect([one, other, stored.status, second.status]).toEqual([
          one,
          other,
          201,
          found.length === 1 ? 409 : 201,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('is not the only text that is compared without regard to case and composition [P-7.8-01]', async () => {
    const client = await scim.client({ tenant: 'others' });
    const composed = '\u00c5ngstr\u00f6m';
    const { id } = await createUser(client, {
      displayName: composed,
      name: { familyName: composed },
      emails: [{ value: `${composed}@example.com`, display: composed }],
    });
    const { id: groupId } = await createGroup(client, { displayName: composed });
    for (const spelling of ['A\u030angstro\u0308m', '\u212bNGSTR\u00d6M', 'a\u030aNGSTRO\u0308M']) {
      for (const filter of [
        `displayName eq "${spelling}"`,
        `name.familyName eq "${spelling}"`,
        `name.familyName co "${spelling.slice(-4)}"`,
        `emails.value eq "${spelling}@EXAMPLE.com"`,
        `emails[display sw "${spelling.slice(0, 4)}"]`,
      ]) {
        expect([filter, await client.ids('/Users', filter)]).toEqual([filter, [id]]);
      }
      expect(await client.ids('/Groups', `displayName eq "${spelling}"`)).toEqual([groupId]);
      expectError(await client.post('/Groups', group({ displayName: spelling })), 409, 'uniqueness');
    }
  });

  it('leaves exact attributes exact [D-49]', async () => {
    const client = await scim.client({ tenant: 'exact' });
    const { id } = await createUser(client, { externalId: 'Ext-\u00e9' });
    expect(await client.ids('/Users', 'externalId eq "Ext-\u00e9"')).toEqual([id]);
    expect(await client.ids('/Users', 'externalId eq "ext-\u00e9"')).toEqual([]);
    expect(await client.ids('/Users', `id eq "${id.toUpperCase()}"`)).toEqual(
      id === id.toUpperCase() ? [id] : [],
    );
  });
});

describe.each(ADAPTERS)('characters on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
  });
  afterAll(() => scim.close());

  it.each(['john doe', 'a\u00a7b', '\u2460', '\u2603'])(
    'outside of the PRECIS class are for tolerant connections: %j [D-48, H-8265-01]',
    async (userName) => {
      expectError(await strict.post('/Users', user({ userName })), 400, 'invalidValue');
      const created = await client.post('/Users', user({ userName }));
      expect([created.status, created.body.userName]).toEqual([201, userName]);
      const { id } = await createUser(strict);
      expectError(await strict.put(`/Users/${id}`, user({ userName })), 400, 'invalidValue');
      const operation = { op: 'replace', path: 'userName', value: userName };
      expectError(await strict.patch(`/Users/${id}`, [operation]), 400, 'invalidValue');
    },
  );

  it.each(['bjensen', 'a.b+c@example.com', '\u5c71\u7530', '\u00c9mile', '\u05d3\u05d5\u05d3'])(
    'of ordinary names are for all: %j [H-8265-01]',
    async (userName) => {
      const created = await createUser(strict, { userName });
      expect(created.userName).toBe(userName);
    },
  );

  it.each(['', ' ', '\t', '\u3000', '\u00a0'])(
    'must leave something of a name: %j [H-8265-01]',
    async (userName) => {
      for (const connection of [client, strict]) {
        expectError(await connection.post('/Users', user({ userName })), 400, 'invalidValue');
      }
    },
  );

  it('that mix directions are refused where PRECIS is asked for [H-8265-01]', async () => {
    expectError(await strict.post('/Users', user({ userName: '\u05d3abc' })), 400, 'invalidValue');
  });

  it.each(['zero\u200bwidth', 'over\u202eride', 'soft\u00adhyphen', 'bell\u0007', ' blank', 'blank '])(
    'that make look-alike accounts are refused from everybody: %j [H-8265-01]',
    async (userName) => {
      for (const connection of [client, strict]) {
        expectError(await connection.post('/Users', user({ userName })), 400, 'invalidValue');
      }
    },
  );

  it('are Unicode: a lone surrogate is refused in every place [D-50]', async () => {
    const { id } = await createUser(client);
    for (const lone of ['\\ud800', '\\udc00', 'a\\ud83d', '\\ude00\\ud83d']) {
      for (const attribute of [
        `"displayName":"${lone}"`,
        `"name":{"familyName":"${lone}"}`,
        `"emails":[{"value":"${lone}"}]`,
        `"externalId":"${lone}"`,
      ]) {
        const raw = `{"schemas":["${USER}"],"userName":"${fresh()}",${attribute}}`;
        expectError(await client.send('POST', '/Users', { raw }), 400, 'invalidSyntax');
        expectError(await client.send('PUT', `/Users/${id}`, { raw }), 400, 'invalidSyntax');
      }
      const named = `{"schemas":["${USER}"],"userName":"${lone}"}`;
      expectError(await client.send('POST', '/Users', { raw: named }), 400, 'invalidSyntax');
      const patch =
        `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],` +
        `"Operations":[{"op":"add","path":"title","value":"${lone}"}]}`;
      expectError(await client.send('PATCH', `/Users/${id}`, { raw: patch }), 400, 'invalidSyntax');
      const filter = `userName eq "${lone}"`;
      expect((await client.get('/Users', { query: { filter } })).status).toBe(400);
    }
    const whole = `{"schemas":["${USER}"],"userName":"${fresh()}","title":"\\ud83d\\ude00"}`;
    expect((await client.send('POST', '/Users', { raw: whole })).body.title).toBe('\u{1f600}');
  });

  it('may be anything but NUL [D-50]', async () => {
    const { id } = await createUser(client);
    const text = 'a\u0000b';
    for (const more of [
      { userName: text },
      { displayName: text },
      { name: { givenName: text } },
      { emails: [{ value: text }] },
      { externalId: text },
    ]) {
      expectError(await client.post('/Users', user(more)), 400, 'invalidValue');
      expectError(await client.put(`/Users/${id}`, user(more)), 400, 'invalidValue');
    }
    expectError(
      await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: text }]),
      400,
      'invalidValue',
    );
    expectError(await client.post('/Groups', group({ members: [{ value: text }] })), 400, 'invalidValue');
    expect((await client.get('/Users', { query: { filter: `title eq "a\\u0000b"` } })).status).toBe(400);
    expectError(await client.get('/Users/a%00b'), 404);
    expectError(await client.delete('/Groups/%00'), 404);
  });

  it('stay themselves in every attribute [P-3.8-01]', async () => {
    const texts = [
      '\u202eabc',
      'a\u200db',
      '\u{1f468}\u200d\u{1f469}',
      '\u2028',
      '\ufffd',
      '\ufeff',
      '\'"\\/<>&',
      '\u0001',
    ];
    for (const text of texts) {
      const { id } = await createUser(client, { displayName: `x${text}y` });
      expect((await client.get(`/Users/${id}`)).body.displayName).toBe(`x${text}y`);
    }
  });

  it('of a password are never kept, shown or compared, as passwords are not supported [P-5-01]', async () => {
    const { id } = await createUser(client, { password: 'secret-one' });
    for (const filter of ['password eq "secret-one"', 'password pr', 'password eq "other"']) {
      expectError(await client.get('/Users', { query: { filter } }), 400, 'invalidFilter');
    }
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: 'secret-two' }]);
    expect((await client.get(`/Users/${id}?attributes=password`)).text).not.toContain('secret');
    const rows: unknown = await scim.dataSource.query('select * from scim_user');
    expect(JSON.stringify(rows)).not.toContain('secret-');
  });
});
