import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACME, AcmeUser } from '../support/acme-user.js';
import { describeEachDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createUser, ENTERPRISE, user, USER } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import { bootScimOn } from '../support/scim-on-database.js';

/** Attributes for which the host has no column and no use. */
const UNMAPPED = {
  nickName: 'Babs',
  profileUrl: 'https://example.com/babs',
  timezone: 'America/Los_Angeles',
  phoneNumbers: [{ value: '+1 555 0100', type: 'work' }],
  ims: [{ value: 'babs', type: 'aim' }],
  photos: [{ value: 'https://example.com/babs.jpg', type: 'photo' }],
  addresses: [{ streetAddress: '100 Universal City Plaza', locality: 'Hollywood', type: 'work' }],
  entitlements: [{ value: 'parking' }],
  [ENTERPRISE]: { employeeNumber: '701984', costCenter: '4130', division: 'Theme Park' },
  [ACME]: { badge: 'YmFkZ2U=' },
};

describeEachDatabase('attributes that the host has no use for', (database) => {
  let scim: ScimApp;
  beforeAll(async () => {
    scim = await bootScimOn(database, { scim: { users: { extensions: [AcmeUser] } } });
  });
  afterAll(() => scim.close());

  it.each(['default', 'strict', 'interop'])(
    'survive every way there and back with the profile %s [L7]',
    async (profile) => {
      const client = await scim.client({ profile });
      const schemas = [USER, ENTERPRISE, ACME];
      const { id, ...created } = await createUser(client, { schemas, ...UNMAPPED });
      expect(created).toMatchObject(UNMAPPED);
      const read = (await client.get(`/Users/${id}`)).body;
      expect(read).toMatchObject(UNMAPPED);
      const query = { filter: `userName eq "${read.userName}"` };
      expect((await client.get('/Users', { query })).body.Resources[0]).toEqual(read);
      const put = await client.put(`/Users/${id}`, { ...read, title: 'Tour guide' });
      expect(put.body).toMatchObject({ ...UNMAPPED, title: 'Tour guide' });
      const patch = await client.patch(`/Users/${id}`, [
        { op: 'replace', path: 'title', value: 'Manager' },
        { op: 'replace', path: 'active', value: false },
      ]);
      expect(patch.status).toBeLessThan(300);
      expect((await client.get(`/Users/${id}`)).body).toMatchObject({ ...UNMAPPED, title: 'Manager' });
    },
  );

  it('are refused, or missing from the answer, when no schema defines them [L7, P12]', async () => {
    const odd = { shoeSize: 43, [ENTERPRISE]: { desk: '12b', division: 'Theme Park' } };
    const client = await scim.client();
    const created = await createUser(client, odd);
    expect(created[ENTERPRISE]).toEqual({ division: 'Theme Park' });
    expect(created).not.toHaveProperty('shoeSize');
    expect((await client.get(`/Users/${created.id}`)).body).toEqual(created);
    const strict = await scim.client({ profile: 'strict' });
    for (const body of [{ shoeSize: 43 }, { [ENTERPRISE]: { desk: '12b' } }]) {
      const refused = await strict.post('/Users', user({ schemas: [USER, ENTERPRISE], ...body }));
      expectError(refused, 400, 'invalidSyntax');
      expect(refused.body.detail).toContain('attribute');
    }
  });
});
