import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, fresh, group, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const MANAGER = `${ENTERPRISE}:manager`;

/** A DER value of the type SEQUENCE with that many bytes in it. */
function der(bytes: number): Buffer {
  return Buffer.from([0x30, bytes, ...Array.from({ length: bytes }, () => 1)]);
}

describe('values of the core attributes (RFC 7643 §4)', () => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;

  beforeAll(async () => {
    scim = await bootScim();
    client = await scim.client();
    strict = await scim.client({ profile: 'strict' });
  });
  afterAll(() => scim.close());

  describe('userName', () => {
    it('is required and not blank [S-4.1.1-01]', async () => {
      const { id } = await createUser(client);
      for (const as of [client, strict]) {
        for (const userName of [undefined, null, '', '   ', '\t\u00a0']) {
          expectError(await as.post('/Users', user({ userName })), 400, 'invalidValue');
          expectError(await as.put(`/Users/${id}`, user({ userName })), 400, 'invalidValue');
        }
        const removed = await as.patch(`/Users/${id}`, [{ op: 'remove', path: 'userName' }]);
        expectError(removed, 400, 'mutability');
      }
    });

    it('is unique in POST, PUT and PATCH, whatever the letter case [S-4.1.1-01, S-7-02, D-10, L1]', async () => {
      const userName = fresh('Straße-É');
      await createUser(client, { userName });
      const other = await createUser(client);
      for (const same of [
        userName,
        userName.toUpperCase(),
        userName.toLowerCase(),
        userName.normalize('NFD'),
      ]) {
        expectError(await client.post('/Users', user({ userName: same })), 409, 'uniqueness');
        expectError(await client.put(`/Users/${other.id}`, user({ userName: same })), 409, 'uniqueness');
        const patched = await client.patch(`/Users/${other.id}`, [
          { op: 'replace', path: 'userName', value: same },
        ]);
        expectError(patched, 409, 'uniqueness');
      }
      expect((await client.get(`/Users/${other.id}`)).body.userName).toBe(other.userName);
      const globex = await scim.client({ tenant: 'globex' });
      expect((await globex.post('/Users', user({ userName }))).status).toBe(201);
    });
  });

  it('gives names back as they came and invents none [S-4.1.1-02, S-4.1.1-03]', async () => {
    for (const name of [
      { formatted: 'Ms. Barbara J Jensen' },
      { familyName: 'Jensen', givenName: 'Barbara' },
      { formatted: 'Barbara Jensen', familyName: 'Jensen', givenName: 'Barbara', middleName: 'J' },
    ]) {
      const created = await createUser(client, { name });
      expect(created.name).toEqual(name);
      expect(created).not.toHaveProperty('displayName');
    }
  });

  /** Attribute, values that every profile takes, values that only the strict profile refuses. */
  const forms: [string, string, (value: string) => object, string[], string[]][] = [
    [
      'S-4.1.1-04',
      'profileUrl',
      (profileUrl) => ({ profileUrl }),
      ['https://a.example/b?c#d'],
      ['not a url', '/x'],
    ],
    [
      'S-4.1.1-04',
      'photos.value',
      (value) => ({ photos: [{ value, type: 'photo' }] }),
      ['https://a.example/f.jpg'],
      ['me'],
    ],
    [
      'S-4.1.1-05',
      'preferredLanguage',
      (preferredLanguage) => ({ preferredLanguage }),
      ['en', 'en-GB, de;q=0.7', '*;q=0.1'],
      [';;', 'en GB'],
    ],
    [
      'S-4.1.1-06',
      'locale',
      (locale) => ({ locale }),
      ['en-US', 'en_US', 'es-419', 'x-pig-latin'],
      ['en US'],
    ],
    ['S-4.1.1-07', 'timezone', (timezone) => ({ timezone }), ['America/Los_Angeles'], ['PST8', '+01:00']],
    [
      'S-4.1.2-01',
      'emails.value',
      (value) => ({ emails: [{ value }] }),
      ['a+b@c.example'],
      ['nobody', 'a b@c.example'],
    ],
    [
      'S-4.1.2-05',
      'addresses.country',
      (country) => ({ addresses: [{ country }] }),
      ['US', 'de'],
      ['United States'],
    ],
    [
      'S-4.1.2-12',
      'x509Certificates.value',
      (value) => ({ x509Certificates: [{ value }] }),
      [der(3).toString('base64')],
      [Buffer.concat([der(3), der(3)]).toString('base64')],
    ],
  ];
  for (const [rule, name, body, good, odd] of forms) {
    it(`${name} is checked by the strict profile and left alone by the default [${rule}]`, async () => {
      for (const value of good)
        expect(await createUser(strict, body(value) as never)).toMatchObject(body(value));
      for (const value of odd) {
        expectError(await strict.post('/Users', user(body(value) as never)), 400, 'invalidValue');
        expect(await createUser(client, body(value) as never)).toMatchObject(body(value));
      }
    });
  }

  it('keeps free text as it came: phone numbers, streets with lines, roles [S-4.1.2-02, S-4.1.2-06, S-4.1.2-11]', async () => {
    const free = {
      phoneNumbers: [{ value: '(201) 555-0123', type: 'Büro' }, { value: 'tel:+1-201-555-0123' }],
      addresses: [{ formatted: '100 Universal City\nHollywood', streetAddress: '100\nUniversal' }],
      entitlements: [{ value: 'anything at all', type: 'own type' }],
      roles: [{ value: '{"json":true}' }],
      ims: [{ value: 'Some One' }],
    };
    for (const as of [client, strict]) {
      const { id } = await createUser(as, free);
      expect((await as.get(`/Users/${id}`)).body).toMatchObject(free);
    }
  });

  describe('active', () => {
    it('is a boolean that neither hides nor deletes [S-4.1.1-08]', async () => {
      const { id, active, userName } = await createUser(client);
      expect(active).toBe(true);
      const off = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
      expect([off.status, off.body.active]).toEqual([200, false]);
      const read = await client.get(`/Users/${id}`);
      expect([read.status, read.body.active]).toEqual([200, false]);
      expect(await client.ids('/Users', `userName eq "${userName}"`)).toEqual([id]);
      expect(await client.ids('/Users', `id eq "${id}" and active eq false`)).toEqual([id]);
      const wrong = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: 'maybe' }]);
      expectError(wrong, 400, 'invalidValue');
    });

    it('stays off when a PUT does not mention it', async () => {
      const { id, userName } = await createUser(client, { active: false });
      expect((await client.put(`/Users/${id}`, user({ userName }))).body.active).toBe(false);
    });
  });

  describe('password', () => {
    it('is in no answer and cannot be asked for [S-4.1.1-09, S-4.1.1-12, S5]', async () => {
      const password = fresh('Pa55');
      const created = await client.post('/Users', user({ password }));
      const { id } = created.body;
      const replies = [
        created,
        await client.get(`/Users/${id}`, { query: { attributes: 'password,userName' } }),
        await client.get('/Users', { query: { attributes: 'password', filter: `id eq "${id}"` } }),
        await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: password }]),
        await client.patch(`/Users/${id}`, [{ op: 'replace', value: { password } }]),
        await client.put(`/Users/${id}`, user({ password })),
        await client.post('/Users', user({ password, userName: created.body.userName, emails: 7 })),
        await client.post('/Users', user({ password: { value: password } })),
        await client.patch(`/Users/${id}`, [
          { op: 'replace', path: `password[value eq "${password}"]`, value: 1 },
        ]),
      ];
      for (const { text } of replies) expect(text).not.toMatch(new RegExp(`${password}|"password"`));
      for (const filter of [`password eq "${password}"`, 'password pr', `userName pr and password sw "P"`]) {
        const refused = await client.get('/Users', { query: { filter } });
        expectError(refused, 400, 'invalidFilter');
        expect(refused.text).not.toContain(password);
      }
    });
  });

  describe('manager', () => {
    it('has the displayName of the manager, computed on every read [S-4.3-01]', async () => {
      const boss = await createUser(client, { displayName: 'Ada' });
      const body = user({
        [ENTERPRISE]: { department: 'R&D', manager: { value: boss.id, displayName: 'Eve' } },
      });
      const created = await client.post('/Users', body);
      const { id } = created.body;
      const expected = { value: boss.id, displayName: 'Ada' };
      expect(created.body[ENTERPRISE].manager).toEqual(expected);
      expect((await client.get(`/Users/${id}`)).body[ENTERPRISE].manager).toEqual(expected);
      const named = await client.get(`/Users/${id}`, { query: { attributes: `${MANAGER}.displayName` } });
      expect(named.body[ENTERPRISE]).toEqual({ manager: { displayName: 'Ada' } });
      await client.patch(`/Users/${boss.id}`, [{ op: 'replace', path: 'displayName', value: 'Ada L.' }]);
      const listed = await client.get('/Users', { query: { filter: `id eq "${id}"` } });
      expect(listed.body.Resources[0][ENTERPRISE].manager.displayName).toBe('Ada L.');
      const put = await client.put(`/Users/${id}`, body);
      expect(put.body[ENTERPRISE].manager.displayName).toBe('Ada L.');
    });

    it('does not let PATCH set the displayName [S-4.3-01]', async () => {
      const boss = await createUser(client);
      const { id } = await createUser(client, { [ENTERPRISE]: { manager: { value: boss.id } } });
      for (const op of ['add', 'replace', 'remove']) {
        const operation = { op, path: `${MANAGER}.displayName`, value: op === 'remove' ? undefined : 'Eve' };
        expectError(await client.patch(`/Users/${id}`, [operation]), 400, 'mutability');
      }
      expect((await client.get(`/Users/${id}`)).body[ENTERPRISE].manager).toEqual({ value: boss.id });
    });

    it('does not look for a displayName that is not asked for', async () => {
      const boss = await createUser(client, { displayName: 'Ada' });
      const { id } = await createUser(client, { [ENTERPRISE]: { manager: { value: boss.id } } });
      const query = { excludedAttributes: `${MANAGER}.displayName` };
      expect((await client.get(`/Users/${id}`, { query })).body[ENTERPRISE].manager).toEqual({
        value: boss.id,
      });
    });

    it('may come as a bare id, and goes with an empty value [D-15]', async () => {
      const boss = await createUser(client);
      const { id } = await createUser(client);
      const set = (value: unknown, as = client): ReturnType<ScimClient['patch']> =>
        as.patch(`/Users/${id}`, [{ op: 'Replace', path: MANAGER, value }]);
      for (const nothing of ['', null, undefined]) {
        expect((await set(boss.id)).body[ENTERPRISE].manager.value).toBe(boss.id);
        const op = nothing === undefined ? 'remove' : 'replace';
        const cleared = await client.patch(`/Users/${id}`, [{ op, path: MANAGER, value: nothing }]);
        expect([cleared.status, cleared.body[ENTERPRISE]]).toEqual([200, undefined]);
      }
      expectError(
        await strict.patch(`/Users/${id}`, [{ op: 'replace', path: MANAGER, value: boss.id }]),
        400,
        'invalidValue',
      );
      const created = await createUser(client, { [ENTERPRISE]: { manager: boss.id } });
      expect(created[ENTERPRISE].manager.value).toBe(boss.id);
    });

    it('survives a user that manages itself and two that manage each other', async () => {
      const a = await createUser(client, { displayName: 'A' });
      const b = await createUser(client, { displayName: 'B', [ENTERPRISE]: { manager: { value: a.id } } });
      for (const manager of [a, b]) {
        const reply = await client.patch(`/Users/${a.id}`, [
          { op: 'replace', path: `${MANAGER}.value`, value: manager.id },
        ]);
        expect(reply.body[ENTERPRISE].manager).toEqual({
          value: manager.id,
          displayName: manager.displayName,
        });
      }
      expect((await client.delete(`/Users/${a.id}`)).status).toBe(204);
      expect((await client.get(`/Users/${b.id}`)).body).not.toHaveProperty([ENTERPRISE]);
    });
  });

  describe('groups of a user', () => {
    it('cannot be written on the user [S-4.1.2-07, V3]', async () => {
      const { id: groupId } = await createGroup(client);
      const groups = [{ value: groupId }];
      const created = await createUser(client, { groups });
      const put = await client.put(`/Users/${created.id}`, user({ groups }));
      expect([created.groups, put.status, put.body.groups]).toEqual([undefined, 200, undefined]);
      for (const op of ['add', 'replace', 'remove']) {
        const value = op === 'remove' ? undefined : groups;
        expectError(
          await client.patch(`/Users/${created.id}`, [{ op, path: 'groups', value }]),
          400,
          'mutability',
        );
      }
      expect((await client.get(`/Groups/${groupId}`)).body.members).toEqual([]);
    });
  });

  describe('displayName of a group', () => {
    it('is required and not empty [S-4.2-01]', async () => {
      for (const as of [client, strict]) {
        const { id } = await createGroup(as);
        for (const displayName of [undefined, null, '', ' ']) {
          expectError(await as.post('/Groups', group({ displayName })), 400, 'invalidValue');
          expectError(await as.put(`/Groups/${id}`, group({ displayName })), 400, 'invalidValue');
        }
        expectError(
          await as.patch(`/Groups/${id}`, [{ op: 'remove', path: 'displayName' }]),
          400,
          'mutability',
        );
      }
    });

    it('is not unique by the core schema, but kept apart for providers that count on it [S-4.2-02]', async () => {
      const displayName = fresh('Team');
      expect((await strict.post('/Groups', group({ displayName }))).status).toBe(201);
      expect((await strict.post('/Groups', group({ displayName }))).status).toBe(201);
      expectError(
        await client.post('/Groups', group({ displayName: displayName.toUpperCase() })),
        409,
        'uniqueness',
      );
    });
  });

  it('makes no request to the addresses that it is given [S-4.1.2-04]', async () => {
    const hits: string[] = [];
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => {
      hits.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/photo.jpg`;
    await createUser(client, { photos: [{ value: url, type: 'photo' }], profileUrl: url });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => server.close(resolve));
    expect(hits).toEqual([]);
  });
});
