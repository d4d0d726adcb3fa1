import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const UNKNOWN = '01a20b6f-0000-7000-8000-000000000000';

describe.each(ADAPTERS)('PATCH on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('answers 200 with the whole user and its entity tag [P-3.5.2-15]', async () => {
    const { id, userName } = await createUser(client);
    const reply = await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'Pilot' }]);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ id, userName, title: 'Pilot', active: true });
    expect(reply.headers.etag).toBe(reply.body.meta.version);
  });

  it('answers 204 without a body for a group, with entity tag and location [P-3.5.2-15, P-3.5.2-16]', async () => {
    const member = await createUser(client);
    const { id, meta } = await createGroup(client);
    const reply = await client.patch(`/Groups/${id}`, [
      { op: 'add', path: 'members', value: [{ value: member.id }] },
    ]);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(reply.headers.etag).toBe('W/"2"');
    expect(reply.headers.location).toBe(meta.location);
  });

  it.each([{ attributes: 'displayName' }, { excludedAttributes: 'members' }])(
    'answers 200 with a body for a group when %o is given [P-3.5.2-15]',
    async (query) => {
      const { id } = await createGroup(client);
      const displayName = fresh('renamed');
      const reply = await client.patch(
        `/Groups/${id}`,
        [{ op: 'replace', path: 'displayName', value: displayName }],
        {
          query: query as Record<string, string>,
        },
      );
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ id, displayName });
      expect(reply.body).not.toHaveProperty('members');
    },
  );

  it('answers 404 for an unknown resource, whatever the precondition [P-3.5.2-18, H-9110-08]', async () => {
    const operations = [{ op: 'replace', path: 'active', value: false }];
    for (const headers of [{}, { 'if-match': 'W/"1"' }]) {
      expectError(await client.patch(`/Users/${UNKNOWN}`, operations, { headers }), 404);
      expectError(await client.patch(`/Groups/${UNKNOWN}`, operations, { headers }), 404);
    }
  });

  it('answers 412 for a stale precondition before any operation [P-3.5.2-18]', async () => {
    const { id } = await createUser(client);
    const operations = [{ op: 'replace', path: 'active', value: false }];
    expectError(await client.patch(`/Users/${id}`, operations, { headers: { 'if-match': 'W/"9"' } }), 412);
    const after = await client.get(`/Users/${id}`);
    expect([after.body.active, after.body.meta.version]).toEqual([true, 'W/"1"']);
  });

  it('refuses a result that breaks uniqueness and changes nothing [A-31, P-3.5.2-12]', async () => {
    const taken = await createUser(client);
    const { id, meta } = await createUser(client);
    const operations = [
      { op: 'add', path: 'title', value: 'Pilot' },
      { op: 'add', path: 'userName', value: taken.userName.toUpperCase() },
    ];
    expectError(await client.patch(`/Users/${id}`, operations), 409, 'uniqueness');
    const after = await client.get(`/Users/${id}`);
    expect(after.body.title).toBeUndefined();
    expect(after.body.meta).toEqual(meta);
  });

  it('refuses an unknown member and leaves the others alone [A-32, P-3.5.2-12]', async () => {
    const member = await createUser(client);
    const { id } = await createGroup(client, { members: [{ value: member.id }] });
    const other = await createUser(client);
    const operations = [{ op: 'add', path: 'members', value: [{ value: other.id }, { value: UNKNOWN }] }];
    expectError(await client.patch(`/Groups/${id}`, operations), 400, 'invalidValue');
    const after = await client.get(`/Groups/${id}`);
    expect(after.body.members.map(({ value }: { value: string }) => value)).toEqual([member.id]);
    expect(after.body.meta.version).toBe('W/"1"');
  });

  it('is announced, and answers 501 when it is switched off [P-3.5.2-01, P-3.12-20, P-4-02]', async () => {
    expect((await client.get('/ServiceProviderConfig')).body.patch.supported).toBe(true);
    const without = await bootScim({ adapter, scim: { features: { patch: false } } });
    try {
      const other = await without.client();
      const { id } = await createUser(other);
      expect((await other.get('/ServiceProviderConfig')).body.patch.supported).toBe(false);
      expectError(await other.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]), 501);
      expect(
        (await other.put(`/Users/${id}`, { ...(await createUser(other)), userName: fresh() })).status,
      ).toBe(200);
    } finally {
      await without.close();
    }
  });
});
