import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogOf, logging } from '../support/log-app.js';
import { createGroup, createUser, ENTERPRISE, fresh, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

describe.each(ADAPTERS)('The provisioning log on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let log: LogOf;

  beforeAll(async () => {
    scim = await bootScim({ adapter, scim: logging({ anonymousPerMinute: 1000 }) });
    client = await scim.client();
    log = new LogOf(scim);
  });
  afterAll(() => scim.close());

  it('says who asked for what, which resource it was and how it ended', async () => {
    const externalId = fresh('ext');
    const body = JSON.stringify(user({ externalId, name: { familyName: 'Secretname' } }));
    const reply = await client.send('POST', '/Users', { raw: body });
    const entry = await log.of(reply);
    const [{ id: connectionId } = { id: '' }] = await scim.tokens.connections('acme');
    const [{ prefix } = { prefix: '' }] = await scim.tokens.list('acme');
    expect(entry).toMatchObject({
      kind: 'request',
      tenantId: 'acme',
      connectionId,
      tokenPrefix: prefix,
      method: 'POST',
      endpoint: '/Users',
      resourceType: 'User',
      resourceId: reply.body.id,
      externalId,
      status: 201,
      bytesIn: Buffer.byteLength(body),
      changes: [
        { path: 'externalId' },
        { path: 'userName' },
        { path: 'name.familyName' },
        { path: 'active' },
      ],
      warnings: [],
    });
    expect(entry.durationMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs(Date.parse(entry.time) - Date.now())).toBeLessThan(10_000);
    expect(entry.remedy).toBeUndefined();
  });

  it('names the attributes that PATCH, PUT and a delta of members changed', async () => {
    const { id, userName } = await createUser(client, { emails: [{ value: 'a@example.com' }] });
    const patched = await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'active', value: 'False' },
      { op: 'add', path: `${ENTERPRISE}:department`, value: 'R&D' },
    ]);
    expect(await log.of(patched)).toMatchObject({
      endpoint: '/Users/:id',
      resourceId: id,
      changes: [{ path: 'active' }, { path: `${ENTERPRISE}:department` }],
      tolerances: ['booleanStrings'],
    });
    const put = await client.put(`/Users/${id}`, user({ userName, title: 'Boss' }));
    const changed = (await log.of(put)).changes?.map(({ path }) => path);
    expect(changed?.toSorted()).toEqual(['emails', 'title', `${ENTERPRISE}:department`]);
    const group = await createGroup(client);
    const added = await client.patch(`/Groups/${group.id}`, [
      { op: 'add', path: 'members', value: [{ value: id }] },
    ]);
    expect(await log.of(added)).toMatchObject({
      resourceType: 'Group',
      status: 204,
      members: { added: 1, removed: 0 },
    });
    const removed = await client.delete(`/Users/${id}`);
    expect(await log.of(removed)).toMatchObject({ method: 'DELETE', resourceId: id, status: 204 });
  });
});
