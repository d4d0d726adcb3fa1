import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createGroup, createUser, fresh, user, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

describe.each(ADAPTERS)('GET /{endpoint}/{id} on %s (RFC 7644 §3.4.1)', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;

  beforeAll(async () => {
    scim = await bootScim({ adapter });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  it('answers 200 with the resource and its address [P-3.4.1-01, P-3.4.1-02]', async () => {
    for (const [endpoint, created] of [
      ['/Users', await createUser(client)],
      ['/Groups', await createGroup(client)],
    ] as const) {
      const { status, headers, body } = await client.get(`${endpoint}/${created.id}`);
      expect(status).toBe(200);
      expect(body).toEqual(created);
      expect(headers).toMatchObject({
        'content-type': 'application/scim+json',
        location: created.meta.location,
        'content-location': created.meta.location,
        etag: created.meta.version,
      });
    }
  });

  it('answers one and the same 404 for what is unknown, deleted, of another tenant or type [P-3.4.1-01, S3]', async () => {
    const globex = await scim.client({ tenant: 'globex' });
    const foreign = await createUser(globex);
    const { id: deleted } = await createUser(client);
    await client.delete(`/Users/${deleted}`);
    const { id: groupId } = await createGroup(client);
    const replies = await Promise.all(
      ['unknown', deleted, foreign.id, groupId, '01a20b77-8f6e-7569-b9d8-c0fb6a69eeda'].map((id) =>
        client.get(`/Users/${id}`),
      ),
    );
    for (const reply of replies) expectError(reply, 404);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect((await globex.get(`/Users/${foreign.id}`)).status).toBe(200);
  });

  it('holds what is returned always or by default [P-3.4-01]', async () => {
    const { id } = await createUser(client, { title: 'Dr', password: 'Pa55word' });
    const { body } = await client.get(`/Users/${id}`);
    expect(Object.keys(body).toSorted()).toEqual(['active', 'id', 'meta', 'schemas', 'title', 'userName']);
  });

  it('ignores a filter [P-3.4.1-03]', async () => {
    const { id } = await createUser(client);
    for (const filter of ['userName eq "nobody"', 'not a filter']) {
      const reply = await client.get(`/Users/${id}`, {
        query: { filter, sortBy: 'x', count: 'y', attributes: 'id' },
      });
      expect([reply.status, reply.body]).toEqual([200, { schemas: [USER], id }]);
    }
  });

  it('takes ids as opaque text, decoded once, and never fails on one [P-3.4.1-04]', async () => {
    const { id } = await createUser(client);
    const encoded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
    expect((await client.get(`/Users/${encoded}`)).body.id).toBe(id);
    const ids = [
      `%25${encoded.slice(1)}`,
      '..',
      '%2e%2e',
      '%2e%2e%2fUsers',
      '..%2fGroups',
      `${id}%2f`,
      `${id}%00`,
      '%00',
      '%ff',
      '%',
      '%zz',
      '%F0%9F%92%A9',
      `${id}%20`,
      id.toUpperCase(),
      'constructor',
      '__proto__',
      `'%20or%201=1--`,
      `${id};x=1`,
      'x'.repeat(4000),
      '%41'.repeat(1000),
      '.',
      '*',
      'null',
    ];
    for (const odd of ids) {
      const reply = await client.get(`/Users/${odd}`);
      // Dots alone are a path segment that may be resolved away: then it is another endpoint, but no 500.
      if (odd === '.' || odd === '..' || odd.startsWith('%2e%2e')) expect([200, 404]).toContain(reply.status);
      else expect([reply.status, odd.slice(0, 40)]).toEqual([404, odd.slice(0, 40)]);
      if (reply.status === 404) expectError(reply, 404);
    }
    for (const odd of ids.slice(6)) {
      expectError(await client.delete(`/Users/${odd}`), 404);
      expectError(await client.put(`/Users/${odd}`, user()), 404);
      expectError(await client.patch(`/Users/${odd}`, [{ op: 'replace', path: 'title', value: 'x' }]), 404);
    }
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it('answers HEAD like GET without a body', async () => {
    const { id, meta } = await createUser(client, { displayName: fresh() });
    const head = await client.send('HEAD', `/Users/${id}`);
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', meta.version]);
  });
});
