import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  fresh,
  group,
  GROUP,
  SEARCH,
  user,
  USER,
} from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const NAME = { formatted: 'Barbara Jensen', familyName: 'Jensen', givenName: 'Barbara' };
const EMAILS = [{ value: 'b@work.example', type: 'work', primary: true }, { value: 'b@home.example' }];
const WORK = { employeeNumber: '701984', department: 'R&D' };

interface Projection {
  readonly attributes?: string;
  readonly excludedAttributes?: string;
}

describe.each(ADAPTERS)('attributes and excludedAttributes on %s (RFC 7644 §3.9)', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;

  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  const body = (more: object = {}): Record<string, unknown> =>
    user({ displayName: 'Babs', name: NAME, emails: EMAILS, [ENTERPRISE]: WORK, ...more });
  const schemas = [USER, ENTERPRISE];

  /** One user through every call that returns a resource; what each of them gives. */
  async function everywhere(query: Projection): Promise<Record<string, unknown>[]> {
    const sent = body();
    const parameters = query as Record<string, string>;
    const created = await client.post('/Users', sent, { query: parameters });
    const { id } = created.body;
    const filter = `id eq "${id}"`;
    const search = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, value.split(',')]),
    );
    const replies = [
      created,
      await client.get(`/Users/${id}`, { query: parameters }),
      await client.put(`/Users/${id}`, sent, { query: parameters }),
      await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: '' }], {
        query: parameters,
      }),
    ];
    const lists = [
      await client.get('/Users', { query: { ...parameters, filter } }),
      await client.post('/Users/.search', { schemas: [SEARCH], filter, ...search }),
    ];
    expect([...replies, ...lists].map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200]);
    const resources = [
      ...replies.map((reply) => reply.body as Record<string, unknown>),
      ...lists.map((reply) => reply.body.Resources[0] as Record<string, unknown>),
    ];
    for (const resource of resources) expect(resource.id).toBe(id);
    return resources.map(({ id: _, ...rest }) => rest);
  }

  it('works on every call that returns a resource: the always set and what is named [P-3.4.2.5-01, P-3.9-01, D4]', async () => {
    for (const resource of await everywhere({ attributes: 'displayName' })) {
      expect(resource).toEqual({ schemas, displayName: 'Babs' });
    }
  });

  it('works on every call that returns a resource: the default set less what is named [P-3.4.2.5-01, P-3.9-02, D4]', async () => {
    for (const resource of await everywhere({
      excludedAttributes: `id,schemas,meta,emails,userName,${ENTERPRISE}`,
    })) {
      expect(resource).toEqual({ schemas, displayName: 'Babs', name: NAME, active: true });
    }
  });

  it('returns no more of a group that was patched than was asked for [P-3.4.2.5-01, D4]', async () => {
    const { id: member } = await createUser(client);
    const { id } = await createGroup(client, { members: [{ value: member }] });
    const rename = [{ op: 'replace', path: 'displayName', value: fresh('team') }];
    expect((await client.patch(`/Groups/${id}`, rename)).status).toBe(204);
    const patched = await client.patch(`/Groups/${id}`, rename, { query: { attributes: 'displayName' } });
    expect([patched.status, patched.body]).toEqual([
      200,
      { schemas: [GROUP], id, displayName: rename[0]!.value },
    ]);
    const query = { attributes: 'members.value' };
    const expected = { schemas: [GROUP], id, members: [{ value: member }] };
    expect((await client.get(`/Groups/${id}`, { query })).body).toEqual(expected);
    const [listed] = (await client.get('/Groups', { query: { ...query, filter: `id eq "${id}"` } })).body
      .Resources;
    expect(listed).toEqual(expected);
    const without = await client.put(`/Groups/${id}`, group(), { query: { excludedAttributes: 'members' } });
    expect([without.status, 'members' in without.body]).toEqual([200, false]);
  });

  describe('names', () => {
    let id: string;
    beforeAll(async () => {
      const { id: manager } = await createUser(client, { displayName: 'Ada' });
      ({ id } = await createUser(client, body({ [ENTERPRISE]: { ...WORK, manager: { value: manager } } })));
    });
    const get = async (query: Projection): Promise<Record<string, unknown>> => {
      const reply = await client.get(`/Users/${id}`, { query: query as Record<string, string> });
      expect(reply.status, reply.text).toBe(200);
      const { id: _, schemas: __, ...rest } = reply.body;
      return rest as Record<string, unknown>;
    };

    it('are separated by commas with blanks, in attribute notation, in any case [P-3.9-03]', async () => {
      const attributes = ` NAME.givenname ,${ENTERPRISE.toUpperCase()}:Manager.DISPLAYNAME,\tUrn:ietf:params:scim:schemas:core:2.0:user:displayName `;
      expect(await get({ attributes })).toEqual({
        displayName: 'Babs',
        name: { givenName: 'Barbara' },
        [ENTERPRISE]: { manager: { displayName: 'Ada' } },
      });
    });

    it('mean a complex attribute as a whole, or one part of it in each element [P-3.9-04]', async () => {
      expect(await get({ attributes: 'name' })).toEqual({ name: NAME });
      expect(await get({ attributes: 'emails.type' })).toEqual({ emails: [{ type: 'work' }] });
      expect(await get({ attributes: 'emails.type,emails' })).toEqual({ emails: EMAILS });
      expect((await get({ excludedAttributes: 'emails.value' })).emails).toEqual([
        { type: 'work', primary: true },
      ]);
      expect(await get({ attributes: 'meta.resourceType' })).toEqual({ meta: { resourceType: 'User' } });
    });

    it('are spelled alike in filter, path, sortBy and attributes [P-3.10-01]', async () => {
      const spellings = [
        [
          'name.familyName',
          'Name.FAMILYNAME',
          `${USER}:name.familyName`,
          `${USER.toUpperCase()}:NAME.familyname`,
        ],
        [`${ENTERPRISE}:department`, `${ENTERPRISE.toLowerCase()}:Department`],
      ];
      for (const [i, forms] of spellings.entries()) {
        for (const [j, name] of forms.entries()) {
          const value = fresh(`v${i}${j}`);
          const patched = await client.patch(`/Users/${id}`, [{ op: 'replace', path: name, value }]);
          expect(patched.status, name).toBe(200);
          const query = { filter: `${name} eq "${value}"`, sortBy: name, attributes: name };
          const listed = (await client.get('/Users', { query })).body;
          const { id: found, schemas: _, ...shown } = listed.Resources[0];
          expect(found).toBe(id);
          expect(shown).toEqual(
            i === 0 ? { name: { familyName: value } } : { [ENTERPRISE]: { department: value } },
          );
        }
      }
      await client.patch(`/Users/${id}`, [
        { op: 'replace', path: 'name', value: NAME },
        { op: 'replace', path: `${ENTERPRISE}:department`, value: WORK.department },
      ]);
    });

    it('may be a whole extension [P-3.9-05]', async () => {
      expect(Object.keys(await get({ attributes: ENTERPRISE }))).toEqual([ENTERPRISE]);
      expect((await get({ attributes: ENTERPRISE }))[ENTERPRISE]).toMatchObject(WORK);
      expect(await get({ excludedAttributes: ENTERPRISE.toUpperCase() })).not.toHaveProperty([ENTERPRISE]);
    });

    it('of both kinds at once are refused [P-3.9-06]', async () => {
      const query = { attributes: 'userName', excludedAttributes: 'emails' };
      expectError(await client.get(`/Users/${id}`, { query }), 400, 'invalidValue');
      expectError(await client.get('/Users', { query }), 400, 'invalidValue');
      const before = await client.ids('/Users', 'id pr');
      expectError(await client.post('/Users', user(), { query }), 400, 'invalidValue');
      expectError(await client.put(`/Users/${id}`, user(), { query }), 400, 'invalidValue');
      const patch = [{ op: 'remove', path: 'displayName' }];
      expectError(await client.patch(`/Users/${id}`, patch, { query }), 400, 'invalidValue');
      // Refused before anything was written.
      expect(await client.ids('/Users', 'id pr')).toEqual(before);
      expect((await get({})).displayName).toBe('Babs');
    });

    it('that are unknown are ignored, empty ones count as not given [P-3.9-07]', async () => {
      const all = await get({});
      expect(await get({ attributes: 'nope,name.nope,urn:x:y' })).toEqual({});
      expect(await get({ attributes: 'nope,displayName,__proto__,constructor' })).toEqual({
        displayName: 'Babs',
      });
      expect(await get({ excludedAttributes: 'nope,__proto__' })).toEqual(all);
      for (const empty of ['', ' ', ',', ' , ']) {
        expect(await get({ attributes: empty })).toEqual(all);
        expect(await get({ attributes: empty, excludedAttributes: empty })).toEqual(all);
      }
    });

    it('cannot bring a password out [P-3.9-08]', async () => {
      expect(await get({ attributes: 'password' })).toEqual({});
      const created = await client.post('/Users', user({ password: 'Pa55word' }), {
        query: { attributes: 'password' },
      });
      expect(Object.keys(created.body).toSorted()).toEqual(['id', 'schemas']);
    });

    it('of all parts remove the whole, of all but one leave that one [P-3.9-09]', async () => {
      expect(
        await get({ excludedAttributes: 'name.formatted,name.familyName,name.givenName' }),
      ).not.toHaveProperty('name');
      expect((await get({ excludedAttributes: 'name.formatted,name.familyName' })).name).toEqual({
        givenName: 'Barbara',
      });
    });
  });
});
