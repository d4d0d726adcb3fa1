import { Injectable } from '@nestjs/common';
import { MeResolver, type ScimPrincipal } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createUser, ENTERPRISE, fresh, USER } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';

/** Who a token belongs to; a host would keep it in a table. */
const OWNERS = new Map<string, string>();

/** As a host's gateway would tell. */
class OwnerOfToken extends MeResolver {
  override async resolve({ tokenId }: ScimPrincipal): Promise<string | undefined> {
    return OWNERS.get(tokenId);
  }
}

class CarefulOwner extends OwnerOfToken {
  override readonly allowedAttributes = [
    'nickName',
    'name.givenName',
    'phoneNumbers',
    `${ENTERPRISE}:costCenter`,
  ];
}

@Injectable()
class Directory {
  readonly owners = OWNERS;
}

/** A provider of the host with a dependency of the host. */
@Injectable()
class OwnerByDirectory extends MeResolver {
  constructor(private readonly directory: Directory) {
    super();
  }
  override resolve({ tokenId }: ScimPrincipal): Promise<string | undefined> {
    return Promise.resolve(this.directory.owners.get(tokenId));
  }
}

class Broken extends MeResolver {
  override resolve(): Promise<string | undefined> {
    return Promise.reject(new Error('secret of the host'));
  }
}

class Misspelt extends OwnerOfToken {
  override readonly allowedAttributes = ['nickname', 'emails.value'];
}

interface Person {
  readonly id: string;
  readonly client: ScimClient;
}

async function person(scim: ScimApp, more: Record<string, unknown> = {}): Promise<Person> {
  const { token, record } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'people' } });
  const client = (await scim.client()).as(token);
  const { id } = await createUser(client, more);
  OWNERS.set(record.id, id);
  return { id, client };
}

describe.each(ADAPTERS)('/Me on %s', (adapter) => {
  let scim: ScimApp;
  let careful: ScimApp;
  beforeAll(async () => {
    scim = await bootScim({ adapter, scim: { me: OwnerOfToken } });
    careful = await bootScim({ adapter, scim: { me: CarefulOwner } });
  });
  afterAll(() => Promise.all([scim.close(), careful.close()]));

  /** Headers and body name the resource, never its alias. */
  function expectOwn(reply: ScimReply, { id, client }: Person): void {
    expect(reply.headers.location).toBe(`${client.baseUrl}/Users/${id}`);
    if (reply.body) expect(reply.body).toMatchObject({ id, meta: { location: reply.headers.location } });
    expect(reply.text).not.toContain('/Me');
  }

  it('is read as the resource itself [P-3.11-02, P-3.11-03, P-3.11-04]', async () => {
    const me = await person(scim);
    const reply = await me.client.get('/Me');
    const own = await me.client.get(`/Users/${me.id}`);
    expect([reply.status, reply.body]).toEqual([200, own.body]);
    expect(reply.headers.etag).toBe(own.headers.etag);
    expectOwn(reply, me);
    const some = await me.client.get('/Me', { query: { attributes: 'userName' } });
    expect(Object.keys(some.body as object).toSorted()).toEqual(['id', 'schemas', 'userName']);
    const headers = { 'if-none-match': own.headers.etag! };
    const known = await me.client.get('/Me', { headers });
    expect(known.status).toBe(304);
    expectOwn(known, me);
    const head = await me.client.send('HEAD', '/Me');
    expect([head.status, head.text, head.headers['content-length']]).toEqual([
      200,
      '',
      reply.headers['content-length'],
    ]);
    expectOwn(head, me);
  });

  it('is replaced, changed and deleted as the resource itself [P-3.11-03, P-3.11-04]', async () => {
    const me = await person(scim);
    const userName = fresh();
    const put = await me.client.put('/Me', { schemas: [USER], userName, title: 'T' });
    expect([put.status, put.body.userName]).toEqual([200, userName]);
    expectOwn(put, me);
    const patched = await me.client.patch('/Me', [{ op: 'replace', path: 'title', value: 'U' }]);
    expect([patched.status, patched.body.title]).toEqual([200, 'U']);
    expectOwn(patched, me);
    const stale = { 'if-match': put.headers.etag! };
    expectError(await me.client.patch('/Me', [{ op: 'remove', path: 'title' }], { headers: stale }), 412);
    expectError(await me.client.delete('/Me', { headers: stale }), 412);
    const gone = await me.client.delete('/Me');
    expect([gone.status, gone.text]).toEqual([204, '']);
    expectOwn(gone, me);
    expectError(await me.client.get('/Me'), 404);
    expectError(await me.client.get(`/Users/${me.id}`), 404);
  });

  it('is nobody for a token of a service [P-3.11-05]', async () => {
    const service = await scim.client();
    expectError(await service.get('/Me'), 404);
    expectError(await service.put('/Me', { schemas: [USER], userName: fresh() }), 404);
    expectError(await service.patch('/Me', [{ op: 'replace', path: 'title', value: 'x' }]), 404);
    expectError(await service.delete('/Me'), 404);
    expect((await service.send('HEAD', '/Me')).status).toBe(404);
  });

  it('stays in its tenant', async () => {
    const me = await person(scim);
    const { token, record } = await scim.tokens.issue({ tenantId: 'other', connection: { name: 'people' } });
    OWNERS.set(record.id, me.id);
    expectError(await me.client.as(token).get('/Me'), 404);
    expectError(await me.client.as(token).delete('/Me'), 404);
    expect((await me.client.get('/Me')).status).toBe(200);
  });

  it('asks for the scopes of users', async () => {
    const reader = await scim.client({ scopes: ['users:read'] });
    expectError(await reader.get('/Me'), 404);
    expectError(await reader.delete('/Me'), 403);
    expectError(await (await scim.client({ scopes: ['groups:read'] })).get('/Me'), 403);
    expectError(await reader.as(undefined).get('/Me'), 401);
  });

  it('registers nobody, and has no other methods [P-3.11-04, H-9110-04]', async () => {
    const { client } = await person(scim);
    expectError(await client.post('/Me', { schemas: [USER], userName: fresh() }), 501);
    const reply = await client.send('OPTIONS', '/Me');
    expectError(reply, 405);
    expect(reply.headers.allow).toBe('GET, HEAD, PUT, PATCH, DELETE');
    expectError(await client.get('/Me/x'), 404);
    expectError(await client.get('/me'), 404);
  });

  it.each([
    ['nickName', 'Nick'],
    ['name.givenName', 'Given'],
    ['phoneNumbers', [{ value: '1' }]],
    [`${ENTERPRISE}:costCenter`, '7'],
  ])('lets callers change %s where the host allows it [P-3.11-06]', async (path, value) => {
    const me = await person(careful, { name: { givenName: 'G', familyName: 'F' } });
    const reply = await me.client.patch('/Me', [{ op: 'replace', path, value }]);
    expect(reply.status, reply.text).toBe(200);
    expectOwn(reply, me);
  });

  it.each([
    [{ op: 'replace', path: 'active', value: false }],
    [{ op: 'replace', path: 'userName', value: 'root' }],
    [{ op: 'add', path: 'roles', value: [{ value: 'admin' }] }],
    [{ op: 'add', path: 'emails', value: [{ value: 'a@b.example' }] }],
    [{ op: 'replace', path: 'name.familyName', value: 'X' }],
    [{ op: 'remove', path: 'name' }],
    [{ op: 'add', path: `${ENTERPRISE}:department`, value: 'Board' }],
    [{ op: 'replace', value: { nickName: 'ok', title: 'Boss' } }],
  ])('refuses every other change: %j [P-3.11-06]', async (operation) => {
    const me = await person(careful, { name: { givenName: 'G', familyName: 'F' } });
    const before = await me.client.get(`/Users/${me.id}`);
    const refused = await me.client.patch('/Me', [{ op: 'add', path: 'nickName', value: 'N' }, operation]);
    expectError(refused, 403);
    expect((await me.client.get(`/Users/${me.id}`)).text).toBe(before.text);
  });

  it('takes a PUT that changes nothing else, and no DELETE [P-3.11-06]', async () => {
    const me = await person(careful, { title: 'T' });
    const { body } = await me.client.get('/Me');
    expectError(await me.client.put('/Me', { ...body, title: 'Boss' }), 403);
    expectError(await me.client.put('/Me', { schemas: [USER], userName: body.userName as string }), 403);
    const put = await me.client.put('/Me', { ...body, nickName: 'N' });
    expect([put.status, put.body.nickName, put.body.title]).toEqual([200, 'N', 'T']);
    expectError(await me.client.delete('/Me'), 403);
    // The same caller at /Users is no self-service.
    expect((await me.client.delete(`/Users/${me.id}`)).status).toBe(204);
  });

  it('is switched off without the option [P-3.11-01]', async () => {
    const without = await bootScim({ adapter });
    try {
      const client = await without.client();
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        expectError(await client.send(method, '/Me', method === 'GET' ? {} : { raw: '{}' }), 501);
      }
    } finally {
      await without.close();
    }
  });

  it('tells nobody what went wrong in the host', async () => {
    const broken = await bootScim({ adapter, scim: { me: Broken } });
    try {
      const reply = await (await broken.client()).get('/Me');
      expectError(reply, 500);
      expect(reply.text).not.toContain('secret');
    } finally {
      await broken.close();
    }
  });
});

describe('The class behind /Me', () => {
  it('may be a provider of the host with its own dependencies', async () => {
    const host = { providers: [Directory, OwnerByDirectory] };
    const scim = await bootScim({ host, scim: { me: OwnerByDirectory } });
    try {
      const me = await person(scim);
      expect((await me.client.get('/Me')).body.id).toBe(me.id);
    } finally {
      await scim.close();
    }
  });

  it('keeps the application from starting when it allows what is no attribute', async () => {
    await expect(bootScim({ scim: { me: Misspelt } })).rejects.toThrow('"emails.value"');
  });
});
