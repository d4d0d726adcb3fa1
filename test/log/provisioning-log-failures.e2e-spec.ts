import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogOf, logging } from '../support/log-app.js';
import { createUser, fresh, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

describe.each(ADAPTERS)('Failures in the provisioning log on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let log: LogOf;

  beforeAll(async () => {
    const options = { ...logging({ anonymousPerMinute: 1000 }), limits: { bodyBytes: 2000 } };
    scim = await bootScim({ adapter, scim: options });
    client = await scim.client();
    log = new LogOf(scim);
  });
  afterAll(() => scim.close());

  it('have scimType, detail and what to change: uniqueness, values, filters, paths', async () => {
    const { userName } = await createUser(client);
    const cases = [
      [await client.post('/Users', user({ userName })), '/Users', 409, 'uniqueness'],
      [await client.post('/Users', { schemas: [] }), '/Users', 400, 'invalidValue'],
      [await client.get('/Users', { query: { filter: 'nope eq "Zoe"' } }), '/Users', 400, 'invalidFilter'],
      [await client.patch('/Users/x', { not: 'a list' }), '/Users/:id', 400, 'invalidSyntax'],
    ] as const;
    for (const [reply, endpoint, status, scimType] of cases) {
      expect(reply.status).toBe(status);
      const entry = await log.of(reply);
      expect(entry).toMatchObject({ endpoint, status, scimType, detail: reply.body.detail });
      expect(entry.remedy).toMatch(/^[A-Z].*\.$/);
      expect(entry.changes).toBeUndefined();
    }
  });

  it('are there for what never reached a controller: 404, 405, body faults, 413, 415, another version', async () => {
    const huge = { raw: JSON.stringify({ x: 'x'.repeat(5000) }) };
    const cases = [
      [await client.get('/Users/01890000-0000-7000-8000-000000000000'), '/Users/:id', 404],
      [await client.get('/users'), '/users', 404],
      [await client.get('/scim/v2/Users/Jane/emails'), '/scim/v2/Users/*/*', 404],
      [await client.get('/%E0%A4%A'), '/*', 404],
      [await client.post('/Schemas', {}), '/Schemas', 405],
      [await client.send('POST', '/Users', { raw: '{"broken' }), '/Users', 400],
      [await client.send('POST', '/Users', huge), '/Users', 413],
      [
        await client.send('POST', '/Users', { raw: '<a/>', headers: { 'content-type': 'text/xml' } }),
        '/Users',
        415,
      ],
      [await client.send('GET', '/../v3/Users'.replace('/..', '')), '/v3/Users', 404],
    ] as const;
    for (const [reply, endpoint, status] of cases) {
      expect(reply.status, endpoint).toBe(status);
      expect(await log.of(reply)).toMatchObject({ endpoint, status, tenantId: 'acme' });
    }
    const [, , , , , , [large]] = cases;
    expect((await log.of(large)).bytesIn).toBe(Buffer.byteLength(huge.raw));
  });

  it('tell where a base address went wrong, also outside of ours', async () => {
    const elsewhere = await scim.client();
    const root = Object.assign(Object.create(elsewhere) as ScimClient, { baseUrl: `${scim.origin}/scim` });
    const reply = await root.get('/v1/Users');
    expect(reply.body.scimType).toBe('invalidVers');
    const entry = await log.of(reply);
    expect(entry).toMatchObject({ endpoint: '/scim/v1/Users', scimType: 'invalidVers' });
    expect(entry.remedy).toContain('base URL');
  });

  it('say why a token was refused, under the tenant that it once belonged to', async () => {
    const { token, record } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'old' } });
    await scim.tokens.revoke('acme', record.id);
    const revoked = await client.as(token).get('/Users');
    expect(revoked.status).toBe(401);
    const entry = await log.of(revoked);
    expect(entry).toMatchObject({ status: 401, token: 'revoked', tokenPrefix: record.prefix });
    expect(entry.connectionId).toBe(record.connectionId);
    expect(entry.remedy).toContain('revoked');

    const other = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'idle' } });
    await scim.tokens.setPaused('acme', other.connection.id, true);
    expect(await log.of(await client.as(other.token).get('/Users'))).toMatchObject({ token: 'paused' });
  });

  it('of requests that no tenant stands behind belong to no tenant', async () => {
    const tokens = [
      [undefined, 'missing'],
      ['abc', 'malformed'],
      ['scim_00000000_0000000000000000000000000000000000000000000AAAAAA', 'malformed'],
    ] as const;
    for (const [token, reason] of tokens) {
      const reply = await client.as(token).get('/Users');
      expect(reply.status).toBe(401);
      const entry = await log.of(reply, null);
      expect(entry).toMatchObject({ status: 401, token: reason });
      expect(entry.tenantId).toBeUndefined();
    }
    const okta = await client.get('/Users', { headers: { authorization: 'NotBearer x' } });
    expect(await log.of(okta, null)).toMatchObject({ token: 'malformed' });
  });

  it('of a missing scope say which', async () => {
    const reader = await scim.client({ scopes: ['users:read'] });
    const reply = await reader.post('/Users', user());
    expect(await log.of(reply)).toMatchObject({
      status: 403,
      detail: expect.stringContaining('users:write'),
    });
  });

  it('of an id that this server never made say so and do not keep it', async () => {
    const reply = await client.get('/Users/jane.doe@example.com');
    const entry = await log.of(reply);
    expect(entry.resourceId).toBeUndefined();
    expect(entry.remedy).toContain('filter');
    expect(JSON.stringify(entry)).not.toContain('jane.doe');
  });

  it('that are our fault have the correlation id of the answer', async () => {
    await scim.dataSource.query('alter table scim_group rename to scim_group_gone');
    const reply = await client
      .get('/Groups')
      .finally(() => scim.dataSource.query('alter table scim_group_gone rename to scim_group'));
    expect(reply.status).toBe(500);
    expect(reply.headers['x-correlation-id']).toBe(reply.headers['x-request-id']);
    expect(await log.of(reply)).toMatchObject({ status: 500, endpoint: '/Groups' });
  });

  it('of clients that hang up are 499', async () => {
    const requestId = fresh('gone');
    await new Promise<void>((resolve) => {
      const url = new URL(client.baseUrl);
      const headers = { 'x-request-id': requestId, 'content-length': '100' };
      const call = request({
        host: url.hostname,
        port: url.port,
        path: `${url.pathname}/Users`,
        method: 'POST',
        headers,
      });
      call.on('error', () => resolve());
      call.write('{"half');
      setTimeout(() => call.destroy(), 100);
    });
    const reply = { headers: { 'x-request-id': requestId } };
    expect(await log.of(reply, null)).toMatchObject({ status: 499, endpoint: '/Users', method: 'POST' });
  });

  it('name attributes that were ignored, as warnings, although the request succeeded [P-3.5.2-07]', async () => {
    const { id } = await createUser(client);
    const reply = await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: 'shoeSize[type eq "left foot of Jane"].value', value: 42 },
      { op: 'add', value: { favouriteColour: 'blue', name: { nickname: 'JJ' } } },
    ]);
    expect(reply.status).toBe(200);
    const entry = await log.of(reply);
    expect(entry.tolerances).toEqual(['unknownPaths', 'unknownAttributes']);
    expect(entry.ignored).toEqual(['shoeSize', 'favouriteColour', 'name.nickname']);
    expect(entry.warnings).toHaveLength(3);
    expect(entry.warnings[0]).toContain('"shoeSize" is in no schema');
    expect(JSON.stringify(entry)).not.toMatch(/Jane|blue|JJ/);
  });
});
