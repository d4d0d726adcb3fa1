import { type DeletedResource, ScimDeletions } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from './support/expect-error.js';
import { createGroup, createUser, fresh, user } from './support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from './support/scim-app.js';
import type { ScimClient } from './support/scim-client.js';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

describe.each(ADAPTERS)('A deleted user on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let deletions: ScimDeletions;
  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
    deletions = scim.app.get(ScimDeletions, { strict: false });
  });
  afterAll(() => scim.close());

  it('is unknown on every path that a request can take [P-3.6-02]', async () => {
    const gone = await createUser(client, {
      externalId: fresh(),
      emails: [{ value: `${fresh()}@c.example` }],
    });
    await client.delete(`/Users/${gone.id}`);
    const path = `/Users/${gone.id}`;
    const operations = [{ op: 'replace', path: 'active', value: true }];
    expectError(await client.get(path), 404);
    expectError(await client.put(path, user({ userName: gone.userName })), 404);
    expectError(await client.patch(path, operations), 404);
    expectError(await client.delete(path), 404);
    const results = (
      await client.post('/Bulk', {
        schemas: [BULK],
        Operations: [
          { method: 'PUT', path, data: user() },
          { method: 'PATCH', path, data: { Operations: operations } },
          { method: 'DELETE', path },
        ],
      })
    ).body.Operations as { status: string }[];
    expect(results.map(({ status }) => status)).toEqual(['404', '404', '404']);
    for (const filter of [
      `id eq "${gone.id}"`,
      `userName eq "${gone.userName}"`,
      `externalId eq "${gone.externalId}"`,
      `emails.value eq "${gone.emails[0].value}"`,
    ]) {
      expect(await client.ids('/Users', filter)).toEqual([]);
      const found = await client.post('/.search', { schemas: [SEARCH], filter });
      expect(found.body.totalResults, filter).toBe(0);
    }
    expectError(
      await client.post('/Groups', { displayName: fresh(), members: [{ value: gone.id }] }),
      400,
      'invalidValue',
    );
    expect((await deletions.show('acme', gone.id))?.name).toBe(gone.userName);
  });

  it('does not stand in the way of a new user of that name, who has a new id and no membership [P-3.6-04]', async () => {
    const userName = fresh();
    const first = await createUser(client, { userName, externalId: 'e-7' });
    const team = await createGroup(client, { members: [{ value: first.id }] });
    await client.delete(`/Users/${first.id}`);
    const second = await createUser(client, { userName, externalId: 'e-7' });
    expect(second.id).not.toBe(first.id);
    expect(second).not.toHaveProperty('groups');
    expect((await client.get(`/Groups/${team.id}`)).body.members).toEqual([]);
    await expect(deletions.restore('acme', first.id)).rejects.toMatchObject({ code: 'nameTaken' });
    for (const name of ['', ' ', 'x'.repeat(513), 'a\nb']) {
      await expect(deletions.restore('acme', first.id, { name })).rejects.toMatchObject({
        code: 'invalidName',
      });
    }
    const name = fresh();
    await deletions.restore('acme', first.id, { name, memberships: true });
    expect((await client.get(`/Users/${first.id}`)).body).toMatchObject({ userName: name, active: false });
    expect((await client.get(`/Users/${second.id}`)).body).toEqual(second);
  });

  it('comes back as it was but inactive, with an entity tag that was never used', async () => {
    const before = await createUser(client, {
      title: 'Dr',
      emails: [{ value: 'a@c.example', type: 'work' }],
    });
    const team = await createGroup(client, { members: [{ value: before.id }] });
    await client.delete(`/Users/${before.id}`);
    const { head, memberships } = await deletions.restore('acme', before.id, { memberships: true });
    expect([head.id, memberships]).toEqual([before.id, 1]);
    const { meta, groups, ...after } = (await client.get(`/Users/${before.id}`)).body;
    const { meta: oldMeta, ...old } = before;
    expect(after).toEqual({ ...old, active: false });
    expect(meta.created).toBe(oldMeta.created);
    expect(meta.version).not.toBe(oldMeta.version);
    expect(groups).toMatchObject([{ value: team.id }]);
    expect(await client.ids('/Users', `emails.value eq "a@c.example" and id eq "${before.id}"`)).toHaveLength(
      1,
    );
  });

  it('is for its tenant alone to see, hold, restore and purge', async () => {
    const { id } = await createUser(client);
    await client.delete(`/Users/${id}`);
    expect(await deletions.show('globex', id)).toBeUndefined();
    expect(await deletions.list('globex')).toEqual([]);
    await expect(deletions.restore('globex', id)).rejects.toMatchObject({ code: 'unknownResource' });
    await expect(deletions.purgeNow('globex', id)).rejects.toMatchObject({ code: 'unknownResource' });
    await deletions.hold('globex', id);
    expect((await deletions.show('acme', id))?.held).toBe(false);
    await expect(deletions.release('acme', id)).rejects.toMatchObject({ code: 'unknownHold' });
  });

  it('is listed page by page', async () => {
    const globex = await scim.client({ tenant: 'paged' });
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await createUser(globex)).id as string);
    for (const id of ids) await globex.delete(`/Users/${id}`);
    const seen: string[] = [];
    for (let page: readonly DeletedResource[]; ; seen.push(...page.map(({ id }) => id))) {
      page = await deletions.list('paged', { limit: 2, after: seen.at(-1) });
      if (page.length === 0) break;
    }
    expect(seen).toEqual(ids.toSorted());
    await expect(deletions.list('paged', { limit: 0 })).rejects.toMatchObject({ code: 'invalidQuery' });
  });

  it('is kept by a hold, which has a reason for people', async () => {
    const { id } = await createUser(client);
    await deletions.hold('acme', id, 'Case 12');
    await client.delete(`/Users/${id}`);
    expect(await deletions.holds('acme')).toEqual([{ id, reason: 'Case 12', heldAt: expect.any(String) }]);
    await expect(deletions.purgeNow('acme', id)).rejects.toMatchObject({ code: 'held' });
    await expect(deletions.hold('acme', id, 'x'.repeat(256))).rejects.toMatchObject({
      code: 'invalidReason',
    });
    for (const wrong of ['*', '', 'x'.repeat(37)]) {
      await expect(deletions.hold('acme', wrong)).rejects.toMatchObject({ code: 'invalidId' });
    }
    await deletions.release('acme', id);
    await deletions.purgeNow('acme', id);
  });
});
