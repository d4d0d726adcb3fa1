import { ScimAttribute, ScimOptionsError, ScimSchema } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  fresh,
  GROUP,
  group,
  USER,
  user,
} from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

interface AttributeDocument {
  readonly name: string;
  readonly multiValued: boolean;
  readonly canonicalValues?: readonly string[];
  readonly caseExact?: boolean;
  readonly subAttributes?: readonly AttributeDocument[];
}

class LockerSchema {
  @ScimAttribute({})
  value?: string;

  @ScimAttribute({})
  type?: string;
}

@ScimSchema({ id: 'urn:example:params:scim:schemas:extension:lockers:2.0:User', name: 'Lockers' })
class LockersSchema {
  @ScimAttribute({ type: () => LockerSchema, multiValued: true })
  lockers?: LockerSchema[];
}

describe('the interop profile', () => {
  let scim: ScimApp;
  let client: ScimClient;
  let strict: ScimClient;
  let lenient: ScimClient;
  beforeAll(async () => {
    scim = await bootScim();
    client = await scim.client({ profile: 'interop' });
    strict = await scim.client({ profile: 'strict' });
    lenient = await scim.client();
  });
  afterAll(() => scim.close());

  const one = async (operation: object, id: string, endpoint = 'Users') =>
    client.patch(`/${endpoint}/${id}`, [operation]);

  it('lists every schema that a resource type names, and nothing else [I-5.1-01]', async () => {
    const types = (await client.get('/ResourceTypes')).body.Resources as {
      schema: string;
      schemaExtensions?: { schema: string }[];
    }[];
    const named = types.flatMap(({ schema, schemaExtensions = [] }) => [
      schema,
      ...schemaExtensions.map((extension) => extension.schema),
    ]);
    const listed = ((await client.get('/Schemas')).body.Resources as { id: string }[]).map(({ id }) => id);
    expect(listed.toSorted()).toEqual([...new Set(named)].toSorted());
    for (const urn of named) expect((await client.get(`/Schemas/${urn}`)).status).toBe(200);
    expect((await client.get('/ServiceProviderConfig')).status).toBe(200);
  });

  it('accepts every writable attribute that /Schemas lists [I-5.1-01]', async () => {
    const [schema] = (await client.get('/Schemas')).body.Resources as { id: string; attributes: Sample[] }[];
    expect(schema?.id).toBe(USER);
    const writable = schema!.attributes.filter(({ mutability }) => mutability === 'readWrite');
    expect(writable.length).toBeGreaterThan(15);
    for (const attribute of writable) {
      const value = attribute.name === 'userName' ? fresh() : sample(attribute);
      const reply = await client.post('/Users', user({ [attribute.name]: value }));
      expect([attribute.name, reply.status], reply.text).toEqual([attribute.name, 201]);
      expect(reply.body[attribute.name]).toEqual(value);
    }
  });

  it('gives each resource type its name as id [I-5.1-02]', async () => {
    const { Resources } = (await client.get('/ResourceTypes')).body;
    expect(Resources.length).toBe(2);
    for (const { id, name } of Resources) expect(id).toBe(name);
  });

  it('has one case rule for filters and for uniqueness [I-5.2-01]', async () => {
    const userName = fresh('Case');
    const externalId = fresh('Ext');
    const { id } = await createUser(client, { userName, externalId });
    expect(await client.ids('/Users', `userName eq "${userName.toUpperCase()}"`)).toEqual([id]);
    expectError(await client.post('/Users', user({ userName: userName.toUpperCase() })), 409, 'uniqueness');
    expect(await client.ids('/Users', `externalId eq "${externalId.toUpperCase()}"`)).toEqual([]);
    expect(await client.ids('/Users', `id eq "${id.toUpperCase()}"`)).toEqual([]);
    expect((await client.get(`/Users/${id.toUpperCase()}`)).status).toBe(404);
  });

  it('refuses undefined attributes and schemas wherever they stand [I-5.3-01, P12]', async () => {
    const { id } = await createUser(client, { name: { givenName: 'Ann' } });
    const bodies = [
      user({ shoeSize: 42 }),
      user({ name: { shoeSize: 42 } }),
      user({ emails: [{ value: 'a@b.example', shoeSize: 42 }] }),
      user({ schemas: [USER, 'urn:example:unknown'] }),
      user({ 'urn:example:unknown': { a: 1 } }),
      user({ [ENTERPRISE]: { shoeSize: 42 } }),
    ];
    for (const body of bodies) {
      expectError(await client.post('/Users', body), 400, 'invalidSyntax');
      expectError(await client.put(`/Users/${id}`, body), 400, 'invalidSyntax');
    }
    for (const path of ['shoeSize', 'name.shoeSize', 'urn:example:unknown', `${ENTERPRISE}:shoeSize`]) {
      expectError(await one({ op: 'add', path, value: 42 }, id), 400, 'invalidSyntax');
      expectError(await strict.patch(`/Users/${id}`, [{ op: 'add', path, value: 42 }]), 400, 'invalidPath');
    }
    expectError(await one({ op: 'add', path: 'name', value: { shoeSize: 42 } }, id), 400, 'invalidSyntax');
    expect((await client.get(`/Users/${id}`)).body.name).toEqual({ givenName: 'Ann' });
  });

  it('publishes the canonical values of type sub-attributes [I-5.4-01]', async () => {
    const conformant = await bootScim({ scim: { interopProfile: true } });
    const discovery = await (await conformant.client()).get('/Schemas');
    await conformant.close();
    const { Resources } = discovery.body as { Resources: { attributes: AttributeDocument[] }[] };
    const typed = Resources.flatMap(({ attributes }) => attributes).flatMap(({ name, subAttributes = [] }) =>
      subAttributes
        .filter((sub) => sub.name === 'type')
        .map((sub) => ({ name, values: sub.canonicalValues ?? [] })),
    );
    expect(typed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['emails', 'phoneNumbers', 'ims', 'photos', 'addresses', 'groups', 'members']),
    );
    expect(typed.filter(({ values }) => values.length === 0)).toEqual([]);
  });

  it('addresses a resource by its endpoint and id only [I-6.1-01]', async () => {
    const { id, userName, meta } = await createUser(client);
    expect(meta.location.endsWith(`/Users/${id}`)).toBe(true);
    expectError(await client.get(`/Users/${userName}`), 404);
    expectError(await client.get(`/Groups/${id}`), 404);
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it('speaks application/scim+json [I-6.2-01]', async () => {
    const posted = await client.post('/Users', user(), {
      headers: { 'content-type': 'application/scim+json' },
    });
    const list = await client.get('/Users', { headers: { accept: 'application/scim+json' } });
    for (const reply of [posted, list, await client.get('/Users/unknown'), await client.get('/Schemas')]) {
      expect(reply.headers['content-type']).toBe('application/scim+json');
    }
  });

  it('filters with eq and and, and refuses unknown attributes [I-6.3-01]', async () => {
    const title = fresh('title');
    const { id, userName } = await createUser(client, { title });
    await createUser(client, { title });
    expect(await client.ids('/Users', `title eq "${title}" and userName eq "${userName}"`)).toEqual([id]);
    const reply = await client.get('/Users', { query: { filter: 'shoeSize eq 42' } });
    expectError(reply, 400, 'invalidFilter');
  });

  it('gives pages of 100 and cuts what is larger than the maximum [I-6.4-01]', async () => {
    const other = await scim.client({ profile: 'interop', tenant: fresh('tenant') });
    await Promise.all(Array.from({ length: 203 }, () => createUser(other)));
    const size = async (query: Record<string, number>): Promise<number[]> => {
      const { body } = await other.get('/Users', { query });
      return [body.Resources.length, body.itemsPerPage, body.totalResults];
    };
    expect(await size({})).toEqual([100, 100, 203]);
    expect(await size({ count: 100 })).toEqual([100, 100, 203]);
    expect(await size({ count: 1000 })).toEqual([200, 200, 203]);
    expect(await size({ startIndex: 201, count: 100 })).toEqual([3, 3, 203]);
  });

  it('supports PATCH and says so [I-6.5-01]', async () => {
    const { id } = await createUser(client);
    expect((await client.get('/ServiceProviderConfig')).body.patch).toEqual({ supported: true });
    expect((await one({ op: 'replace', path: 'title', value: 'Clerk' }, id)).body.title).toBe('Clerk');
  });

  it('refuses an operation without path, the whole request with it [I-6.5-02]', async () => {
    const { id, meta } = await createUser(client);
    const titled = { op: 'add', path: 'title', value: 'Clerk' };
    for (const operation of [
      { op: 'replace', value: { active: false } },
      { op: 'add', value: { title: 'Clerk' } },
      { op: 'add', path: '', value: { title: 'Clerk' } },
      { op: 'remove' },
      { op: 'replace', path: USER, value: { title: 'Clerk' } },
    ]) {
      expectError(await client.patch(`/Users/${id}`, [titled, operation]), 400, 'invalidSyntax');
    }
    expect((await client.get(`/Users/${id}`)).body.meta).toEqual(meta);
    const pathless = [{ op: 'replace', value: { title: 'Clerk' } }];
    for (const other of [strict, lenient])
      expect((await other.patch(`/Users/${id}`, pathless)).status).toBe(200);
  });

  it('takes add and replace of a simple attribute as the same [I-6.5-03]', async () => {
    for (const op of ['add', 'replace']) {
      const { id } = await createUser(client, { title: 'Clerk' });
      expect((await one({ op, path: 'title', value: 'Head' }, id)).body.title).toBe('Head');
      expect((await one({ op, path: 'nickName', value: 'Annie' }, id)).body.nickName).toBe('Annie');
      expect((await one({ op, path: 'active', value: false }, id)).body.active).toBe(false);
    }
  });

  it('merges what is added to a complex attribute [I-6.5-04]', async () => {
    const { id } = await createUser(client, { name: { givenName: 'Ann', familyName: 'Lee' } });
    const { body } = await one({ op: 'add', path: 'name', value: { familyName: 'Wu' } }, id);
    expect(body.name).toEqual({ givenName: 'Ann', familyName: 'Wu' });
  });

  it('replaces the whole of a complex attribute [I-6.5-05]', async () => {
    const name = { givenName: 'Ann', familyName: 'Lee' };
    const operation = { op: 'replace', path: 'name', value: { familyName: 'Wu' } };
    const { id } = await createUser(client, { name });
    const { body } = await one(operation, id);
    expect(body.name).toEqual({ familyName: 'Wu' });
    // The same again is no change (D-32), and the RFC keeps the others (RP-06).
    expect((await one(operation, id)).body.meta).toEqual(body.meta);
    const other = await createUser(strict, { name });
    const kept = await strict.patch(`/Users/${other.id}`, [operation]);
    expect(kept.body.name).toEqual({ givenName: 'Ann', familyName: 'Wu' });
    // One sub-attribute can still be named by itself.
    const part = await one({ op: 'replace', path: 'name.givenName', value: 'Zoe' }, id);
    expect(part.body.name).toEqual({ givenName: 'Zoe', familyName: 'Wu' });
  });

  it('takes an array for a multi-valued attribute: replace swaps, add appends [I-6.5-06]', async () => {
    const [home, work, third] = ['home', 'work', 'other'].map((type) => ({
      value: `${type}@x.example`,
      type,
    }));
    const { id } = await createUser(client, { emails: [home] });
    const added = await one({ op: 'add', path: 'emails', value: [work] }, id);
    expect(added.body.emails).toEqual([home, work]);
    const replaced = await one({ op: 'replace', path: 'emails', value: [third] }, id);
    expect(replaced.body.emails).toEqual([third]);
    for (const op of ['add', 'replace']) {
      expectError(await one({ op, path: 'emails', value: work }, id), 400, 'invalidValue');
    }
    const { id: groupId } = await createGroup(client);
    for (const op of ['add', 'replace']) {
      expectError(
        await one({ op, path: 'members', value: { value: id } }, groupId, 'Groups'),
        400,
        'invalidValue',
      );
      expect((await one({ op, path: 'members', value: [{ value: id }] }, groupId, 'Groups')).status).toBe(
        204,
      );
    }
    const other = await createUser(strict);
    expect(
      (await strict.patch(`/Users/${other.id}`, [{ op: 'add', path: 'emails', value: work }])).status,
    ).toBe(200);
  });

  it('wants a sub-attribute behind a filter, and one match [I-6.5-07, D-43]', async () => {
    const emails = [
      { value: 'a@x.example', type: 'work' },
      { value: 'b@x.example', type: 'work' },
      { value: 'c@x.example', type: 'home' },
    ];
    const { id } = await createUser(client, { emails });
    const work = 'emails[type eq "work"]';
    const home = 'emails[type eq "home"]';
    for (const op of ['add', 'replace']) {
      expectError(await one({ op, path: home, value: { display: 'C' } }, id), 400, 'invalidPath');
      expectError(await one({ op, path: `${work}.display`, value: 'A' }, id), 400, 'invalidFilter');
      const reply = await one({ op, path: `${home}.display`, value: `C ${op}` }, id);
      expect(reply.body.emails[2].display).toBe(`C ${op}`);
    }
    expectError(await one({ op: 'remove', path: `${work}.type` }, id), 400, 'invalidFilter');
    expectError(await one({ op: 'remove', path: work }, id), 400, 'invalidFilter');
    // To take one element out there is no other way.
    expect((await one({ op: 'remove', path: home }, id)).body.emails).toEqual(emails.slice(0, 2));
    const both = await strict.patch(`/Users/${id}`, [{ op: 'add', path: `${work}.display`, value: 'A' }]);
    expect(both.body.emails.map(({ display }: { display: string }) => display)).toEqual(['A', 'A']);
  });

  it('takes one member out by a filter, and not several [I-6.5-07]', async () => {
    const [a, b] = [await createUser(client), await createUser(client)];
    const { id } = await createGroup(client, { members: [{ value: a.id }, { value: b.id }] });
    const remove = (filter: string) => one({ op: 'remove', path: `members[${filter}]` }, id, 'Groups');
    expectError(await remove('type eq "User"'), 400, 'invalidFilter');
    expectError(await remove(`value eq "${a.id}" or value eq "${b.id}"`), 400, 'invalidFilter');
    expect((await remove(`value eq "${a.id}"`)).status).toBe(204);
    expect((await client.get(`/Groups/${id}`)).body.members).toMatchObject([{ value: b.id }]);
  });

  it('never deletes by PATCH nor deactivates by DELETE [I-6.6-01]', async () => {
    const { id, userName } = await createUser(client);
    await one({ op: 'replace', path: 'active', value: false }, id);
    expect((await client.get(`/Users/${id}`)).body.active).toBe(false);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    const again = [
      await client.get(`/Users/${id}`),
      await client.put(`/Users/${id}`, user({ userName })),
      await one({ op: 'replace', path: 'active', value: true }, id),
      await client.delete(`/Users/${id}`),
    ];
    for (const reply of again) expectError(reply, 404);
    expect(await client.ids('/Users', `userName eq "${userName}"`)).toEqual([]);
    const reused = await createUser(client, { userName });
    expect(reused.id).not.toBe(id);
  });

  it('serves clients that send no conditional headers [I-6.7-01]', async () => {
    const { id } = await createUser(client);
    expect((await one({ op: 'add', path: 'title', value: 'Clerk' }, id)).status).toBe(200);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
  });

  it('answers 409 uniqueness to POST and PATCH [I-6.9-01]', async () => {
    const { userName } = await createUser(client);
    expectError(await client.post('/Users', user({ userName })), 409, 'uniqueness');
    const other = await createUser(client);
    expectError(await one({ op: 'replace', path: 'userName', value: userName }, other.id), 409, 'uniqueness');
  });

  it('forgives nothing that the strict profile refuses', async () => {
    const { id } = await createUser(client);
    expectError(await one({ op: 'Replace', path: 'active', value: false }, id), 400, 'invalidSyntax');
    expectError(await one({ op: 'replace', path: 'active', value: 'False' }, id), 400, 'invalidValue');
    expectError(await client.post('/Groups', { displayName: fresh() }), 400, 'invalidSyntax');
    expect((await client.post('/Groups', group({ schemas: [GROUP] }))).status).toBe(201);
  });
});

describe('the option interopProfile', () => {
  const publicUrl = 'https://api.example.com/scim/v2';
  const flagOf = async (scim: ScimApp): Promise<unknown> => {
    const client = await scim.client({ profile: 'interop' });
    return (await client.get('/ServiceProviderConfig')).body.interopProfileConformant;
  };

  it('puts every connection on the profile and says so [I-4-01]', async () => {
    const scim = await bootScim({ scim: { interopProfile: true, publicUrl } });
    expect(await flagOf(scim)).toBe(true);
    for (const profile of ['default', 'strict', 'interop']) {
      const client = await scim.client({ profile });
      const { id } = await createUser(client);
      const pathless = await client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }]);
      expectError(pathless, 400, 'invalidSyntax');
    }
    await scim.close();
  });

  it.each([
    ['off, though a connection has the profile', { publicUrl }],
    ['on without TLS', { interopProfile: true }],
    ['on at an address without TLS', { interopProfile: true, publicUrl: 'http://api.example.com/scim/v2' }],
  ])('claims nothing when it is %s [I-4-01, I-7-01]', async (_, options) => {
    const scim = await bootScim({ scim: options });
    expect(await flagOf(scim)).toBeUndefined();
    await scim.close();
  });

  it('claims nothing while an extension leaves the values of a type open [I-4-01, I-5.4-01]', async () => {
    const extensions = [LockersSchema];
    const scim = await bootScim({ scim: { interopProfile: true, publicUrl, users: { extensions } } });
    expect(await flagOf(scim)).toBeUndefined();
    await scim.close();
  });

  it.each([
    { features: { patch: false } },
    { features: { filter: false } },
    { maxCount: 99, defaultCount: 10 },
  ])('does not start with what the profile forbids: %j [I-4-01]', async (options) => {
    await expect(bootScim({ scim: { interopProfile: true, ...options } })).rejects.toThrow(ScimOptionsError);
  });

  it('wants no HTTP Basic [I-7-01]', async () => {
    const scim = await bootScim({ scim: { interopProfile: true, publicUrl } });
    const client = await scim.client();
    const { authenticationSchemes } = (await client.get('/ServiceProviderConfig')).body;
    expect(authenticationSchemes.map(({ type }: { type: string }) => type)).toEqual(['oauthbearertoken']);
    const basic = await client.get('/Users', { headers: { authorization: 'Basic YTpi' } });
    expectError(basic, 401);
    await scim.close();
  });
});

interface Sample extends AttributeDocument {
  readonly type: string;
  readonly mutability: string;
  readonly subAttributes?: readonly Sample[];
}

/** A value that fits the description of an attribute. */
function sample({ name, type, multiValued, subAttributes = [], canonicalValues }: Sample): unknown {
  const single = (): unknown => {
    if (type === 'boolean') return true;
    if (type === 'complex') {
      const parts = subAttributes.filter(({ mutability }) => mutability === 'readWrite');
      return Object.fromEntries(
        parts.map((sub) => [sub.name, sub.name === 'value' ? valueFor(name) : sample(sub)]),
      );
    }
    return canonicalValues?.[0] ?? textFor(name);
  };
  return multiValued ? [single()] : single();
}

function valueFor(list: string): string {
  const values: Record<string, string> = {
    emails: 'ann@example.com',
    phoneNumbers: 'tel:+1-201-555-0123',
    photos: 'https://example.com/a.jpg',
    x509Certificates: 'MAIFAA==',
  };
  return values[list] ?? 'ann';
}

function textFor(name: string): string {
  const values: Record<string, string> = {
    profileUrl: 'https://example.com/ann',
    preferredLanguage: 'en-US',
    locale: 'en-US',
    timezone: 'Europe/Berlin',
    country: 'DE',
    $ref: 'https://example.com/a',
  };
  return values[name] ?? 'Ann';
}
