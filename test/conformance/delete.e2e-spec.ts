import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, ENTERPRISE, fresh, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

describe.each(ADAPTERS)('DELETE /{endpoint}/{id} on %s (RFC 7644 §3.6)', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;

  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('answers 204 without a body [P-3.6-01]', async () => {
    for (const path of [
      `/Users/${(await createUser(client)).id}`,
      `/Groups/${(await createGroup(client)).id}`,
    ]) {
      const reply = await client.delete(path);
      expect([reply.status, reply.text, reply.headers['content-type']]).toEqual([204, '', undefined]);
    }
  });

  it('leaves nothing that could be found or changed [P-3.6-02, P-3.6-07]', async () => {
    const email = `${fresh()}@c.example`;
    const gone = await createUser(client, { externalId: fresh(), emails: [{ value: email }] });
    await client.delete(`/Users/${gone.id}`);
    const path = `/Users/${gone.id}`;
    expectError(await client.get(path), 404);
    expectError(await client.put(path, user()), 404);
    expectError(await client.patch(path, [{ op: 'replace', path: 'active', value: true }]), 404);
    expectError(await client.delete(path), 404);
    for (const filter of [
      `id eq "${gone.id}"`,
      `userName eq "${gone.userName}"`,
      `externalId eq "${gone.externalId}"`,
      `emails.value eq "${email}"`,
      `active eq false and userName eq "${gone.userName}"`,
    ]) {
      expect(await client.ids('/Users', filter)).toEqual([]);
    }
    expect((await client.get('/Users', { query: { count: 200 } })).text).not.toContain(gone.id);
  });

  it('takes a user out of its groups and away from its reports, whose versions move [D-16, P-3.6-02, G7]', async () => {
    const gone = await createUser(client, { displayName: 'Ada' });
    const left = await createUser(client);
    const team = await createGroup(client, { members: [{ value: gone.id }, { value: left.id }] });
    const other = await createGroup(client, { members: [{ value: left.id }] });
    const report = await createUser(client, {
      title: 'Dr',
      [ENTERPRISE]: { department: 'R&D', manager: { value: gone.id } },
    });
    const sole = await createUser(client, { [ENTERPRISE]: { manager: { value: gone.id } } });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await client.delete(`/Users/${gone.id}`)).status).toBe(204);
    const teamNow = (await client.get(`/Groups/${team.id}`)).body;
    expect(teamNow.members.map(({ value }: { value: string }) => value)).toEqual([left.id]);
    const reportNow = (await client.get(`/Users/${report.id}`)).body;
    expect(reportNow[ENTERPRISE]).toEqual({ department: 'R&D' });
    expect(reportNow.title).toBe('Dr');
    const soleNow = (await client.get(`/Users/${sole.id}`)).body;
    expect(soleNow).not.toHaveProperty([ENTERPRISE]);
    expect(soleNow.schemas).not.toContain(ENTERPRISE);
    for (const [before, now] of [
      [team, teamNow],
      [report, reportNow],
      [sole, soleNow],
    ]) {
      expect(now.meta.lastModified > before.meta.lastModified).toBe(true);
      expect(now.meta.version).not.toBe(before.meta.version);
    }
    expect((await client.get(`/Groups/${other.id}`)).body.meta).toEqual(other.meta);
    expect(await client.ids('/Users', `${ENTERPRISE}:manager.value eq "${gone.id}"`)).toEqual([]);
    expect(await client.ids('/Groups', `members.value eq "${gone.id}"`)).toEqual([]);
  });

  it('deletes a user who is its own manager [D-16]', async () => {
    const { id } = await createUser(client);
    const path = `${ENTERPRISE}:manager`;
    await client.patch(`/Users/${id}`, [{ op: 'add', path, value: { value: id } }]);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    expectError(await client.get(`/Users/${id}`), 404);
  });

  it('frees the userName for a new user with a new id [P-3.6-04]', async () => {
    const userName = fresh();
    const first = await createUser(client, { userName });
    await client.delete(`/Users/${first.id}`);
    const second = await createUser(client, { userName: userName.toUpperCase() });
    expect(second.id).not.toBe(first.id);
    const team = await createGroup(client);
    await client.delete(`/Groups/${team.id}`);
    expect((await createGroup(client, { displayName: team.displayName })).id).not.toBe(team.id);
  });

  it('answers 404 for what is not there, or not of this tenant and endpoint [P-3.6-05]', async () => {
    const { id } = await createUser(client);
    await client.delete(`/Users/${id}`);
    const foreign = await createUser(await scim.client({ tenant: 'globex' }));
    const team = await createGroup(client);
    for (const other of [id, 'unknown', foreign.id, team.id])
      expectError(await client.delete(`/Users/${other}`), 404);
    expect((await client.get(`/Groups/${team.id}`)).status).toBe(200);
    expect((await (await scim.client({ tenant: 'globex' })).get(`/Users/${foreign.id}`)).status).toBe(200);
  });

  it('respects If-Match [P-3.6-06]', async () => {
    const { id, meta } = await createUser(client);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Dr' }]);
    expectError(await client.delete(`/Users/${id}`, { headers: { 'if-match': meta.version } }), 412);
    const { headers } = await client.get(`/Users/${id}`);
    expect((await client.delete(`/Users/${id}`, { headers: { 'if-match': headers.etag! } })).status).toBe(
      204,
    );
    expectError(await client.delete(`/Users/${id}`, { headers: { 'if-match': '*' } }), 404);
  });

  it('ignores a body, and leaves the members of a group alone [P-3.6-08]', async () => {
    const member = await createUser(client);
    const inner = await createGroup(client);
    const outer = await createGroup(client, { members: [{ value: member.id }, { value: inner.id }] });
    expect((await client.get(`/Users/${member.id}`)).body.groups).toHaveLength(1);
    const reply = await client.delete(`/Groups/${outer.id}`, { raw: '{"not":"json' });
    expect(reply.status).toBe(204);
    expect((await client.get(`/Users/${member.id}`)).body).not.toHaveProperty('groups');
    expect((await client.get(`/Groups/${inner.id}`)).status).toBe(200);
  });

  it('takes a group out of the groups that hold it [D-16, G7]', async () => {
    const member = await createUser(client);
    const inner = await createGroup(client, { members: [{ value: member.id }] });
    const outer = await createGroup(client, { members: [{ value: inner.id }] });
    expect((await client.get(`/Users/${member.id}`)).body.groups).toHaveLength(2);
    await client.delete(`/Groups/${inner.id}`);
    const outerNow = (await client.get(`/Groups/${outer.id}`)).body;
    expect(outerNow.members).toEqual([]);
    expect(outerNow.meta.version).not.toBe(outer.meta.version);
    expect((await client.get(`/Users/${member.id}`)).body).not.toHaveProperty('groups');
  });
});
