import { Injectable } from '@nestjs/common';
import {
  BeforeScimCommit,
  ConnectionReleased,
  ConnectionTripped,
  OnScimEvent,
  runScimCommand,
  ScimBreaker,
  UserDeactivated,
} from 'nestjs-scim';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectError } from './support/expect-error.js';
import { createUser, fresh, user, USER } from './support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from './support/scim-app.js';
import type { ScimClient, ScimReply } from './support/scim-client.js';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const off = [{ op: 'replace', path: 'active', value: false }];

/** Hears of breakers. */
@Injectable()
class Alarm {
  readonly heard: (ConnectionTripped | ConnectionReleased)[] = [];

  @OnScimEvent(ConnectionTripped, ConnectionReleased)
  hear(event: ConnectionTripped | ConnectionReleased): void {
    this.heard.push(event);
  }

  of(tenantId: string): (ConnectionTripped | ConnectionReleased)[] {
    return this.heard.filter((event) => event.tenantId === tenantId);
  }
}

/** Takes access from a user in every way that there is. */
const WAYS: Record<string, (client: ScimClient, id: string, userName: string) => Promise<ScimReply>> = {
  'PATCH with a path': (client, id) => client.patch(`/Users/${id}`, off),
  'PATCH without a path': (client, id) =>
    client.patch(`/Users/${id}`, [{ op: 'Replace', value: { active: 'False' } }]),
  PUT: (client, id, userName) => client.put(`/Users/${id}`, { schemas: [USER], userName, active: false }),
  DELETE: (client, id) => client.delete(`/Users/${id}`),
  'PATCH in Bulk': (client, id) =>
    inBulk(client, { method: 'PATCH', path: `/Users/${id}`, data: { Operations: off } }),
  'PUT in Bulk': (client, id, userName) =>
    inBulk(client, {
      method: 'PUT',
      path: `/Users/${id}`,
      data: { schemas: [USER], userName, active: false },
    }),
  'DELETE in Bulk': (client, id) => inBulk(client, { method: 'DELETE', path: `/Users/${id}` }),
};

/** The reply that the operation has in it. */
async function inBulk(client: ScimClient, operation: object): Promise<ScimReply> {
  const reply = await client.post('/Bulk', { schemas: [BULK], Operations: [operation] });
  const [result] = reply.body.Operations as { status: string; response?: unknown }[];
  return { ...reply, status: Number(result!.status), body: result!.response };
}

describe.each(ADAPTERS)('The breaker on %s', (adapter) => {
  let scim: ScimApp;
  let client: ScimClient;
  let breaker: ScimBreaker;
  let alarm: Alarm;
  let tenant: string;
  beforeAll(async () => {
    scim = await bootScim({
      adapter,
      scim: {
        breaker: { share: 0.5, minimum: 2, windowSeconds: 60, retryAfterSeconds: 77 },
        outbox: {},
      },
      host: { providers: [Alarm] },
    });
    breaker = scim.app.get(ScimBreaker, { strict: false });
    alarm = scim.app.get(Alarm, { strict: false });
  });
  afterAll(() => scim.close());
  beforeEach(async () => {
    tenant = fresh('t');
    client = await scim.client({ tenant });
  });

  const users = async (count: number, more: object = {}): Promise<{ id: string; userName: string }[]> => {
    const made: { id: string; userName: string }[] = [];
    while (made.length < count) made.push(await createUser(client, { ...more }));
    return made;
  };
  const expectRefusal = (reply: ScimReply): void => {
    expectError(reply, 429);
    expect(reply.headers['retry-after']).toBe('77');
    expect(reply.body.detail).toMatch(/deactivates or deletes more users/);
  };
  /** Takes access from as many as are allowed and one more. */
  const trip = async (): Promise<{ id: string; userName: string }[]> => {
    const all = await users(5);
    for (const { id } of all.slice(0, 2)) expect((await client.patch(`/Users/${id}`, off)).status).toBe(200);
    expectRefusal(await client.patch(`/Users/${all[2]!.id}`, off));
    return all;
  };

  it.each(Object.keys(WAYS))(
    'counts %s and refuses it when it goes too far, without changing anything',
    async (way) => {
      const take = WAYS[way]!;
      const all = await users(6);
      for (const { id, userName } of all.slice(0, 3)) {
        expect((await take(client, id, userName)).status).toBeLessThan(300);
      }
      const { id, userName } = all[3]!;
      const before = (await client.get(`/Users/${id}`)).text;
      const reply = await take(client, id, userName);
      expect(reply.status).toBe(429);
      expect(reply.body).toMatchObject({ status: '429', detail: expect.stringMatching(/was stopped/) });
      expect((await client.get(`/Users/${id}`)).text).toBe(before);
    },
  );

  it('answers a SCIM error with Retry-After in whole seconds, and stops every further loss', async () => {
    const [gone, , kept] = await trip();
    expectRefusal(await client.patch(`/Users/${kept!.id}`, off));
    expectRefusal(await client.delete(`/Users/${kept!.id}`));
    // It has no access to lose, but its data would go.
    expectRefusal(await client.delete(`/Users/${gone!.id}`));
  });

  it('lets everything else go on, and other connections and tenants', async () => {
    const [gone, , kept] = await trip();
    expect((await client.get('/Users')).status).toBe(200);
    expect((await client.post('/Users', user())).status).toBe(201);
    expect((await client.post('/Users', user({ active: false }))).status).toBe(201);
    const title = [{ op: 'replace', path: 'title', value: 'Dr' }];
    expect((await client.patch(`/Users/${kept!.id}`, title)).status).toBe(200);
    const on = [{ op: 'replace', path: 'active', value: true }];
    expect((await client.patch(`/Users/${gone!.id}`, on)).status).toBe(200);
    const other = await scim.client({ tenant, profile: 'strict' });
    expect((await other.delete(`/Users/${kept!.id}`)).status).toBe(204);
    const elsewhere = await scim.client({ tenant: fresh('t') });
    const { id } = await createUser(elsewhere);
    expect((await elsewhere.delete(`/Users/${id}`)).status).toBe(204);
  });

  it('does not count who had no access, nor who gets it', async () => {
    const inactive = await users(6, { active: false });
    for (const { id } of inactive.slice(0, 4)) {
      expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    }
    for (const { id } of inactive.slice(4)) {
      expect((await client.patch(`/Users/${id}`, off)).status).toBe(200);
    }
    expect(await breaker.list(tenant)).toMatchObject([{ lost: 0 }]);
  });

  it('never stops a tenant of as many users as are allowed at least', async () => {
    for (const { id } of await users(2)) expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    expect(await breaker.list(tenant)).toMatchObject([{ lost: 2 }]);
    expect((await breaker.list(tenant))[0]!.trippedAt).toBeUndefined();
  });

  it('lets no parallel request slip past', async () => {
    const all = await users(20);
    const replies = await Promise.all(all.map(({ id }) => client.delete(`/Users/${id}`)));
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect((await client.get('/Users')).body.totalResults).toBe(10);
  });

  it('tells the host once, with how far it went, although the change was undone', async () => {
    const all = await users(5);
    await Promise.all(all.map(({ id }) => client.delete(`/Users/${id}`)));
    const [state] = await breaker.list(tenant);
    expect(state).toMatchObject({ lost: 2, active: 5, trippedAt: expect.any(String) });
    await vi.waitFor(() => expect(alarm.of(tenant)).toHaveLength(1), 5000);
    expect(alarm.of(tenant)[0]).toMatchObject({
      connectionId: state!.connectionId,
      resourceType: 'Connection',
      affected: 3,
      active: 5,
      by: 'scim',
    });
  });

  it('is released by the host, counts anew, and may be suspended', async () => {
    const [, , ...kept] = await trip();
    const [{ connectionId } = { connectionId: '' }] = await breaker.list(tenant);
    await expect(breaker.release(fresh('t'), connectionId)).rejects.toMatchObject({ code: 'notStopped' });
    await breaker.release(tenant, connectionId);
    await expect(breaker.release(tenant, connectionId)).rejects.toMatchObject({ code: 'notStopped' });
    await vi.waitFor(
      () =>
        expect(alarm.of(tenant).map(({ type }) => type)).toEqual([
          ConnectionTripped.type,
          ConnectionReleased.type,
        ]),
      5000,
    );
    for (const { id } of kept.slice(0, 2)) {
      expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    }
    expectRefusal(await client.delete(`/Users/${kept[2]!.id}`));
    await breaker.release(tenant, connectionId, { suspendSeconds: 60 });
    const [state] = await breaker.list(tenant);
    expect(state).toMatchObject({ lost: 0, suspendedUntil: expect.any(String) });
    for (const { id } of [...kept.slice(2), ...(await users(4))]) {
      expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    }
    await expect(breaker.release(tenant, connectionId, { suspendSeconds: -1 })).rejects.toMatchObject({
      code: 'invalidSuspension',
    });
  });

  it('is listed and released from the command line by the name of the connection', async () => {
    await trip();
    const run = async (...argv: string[]) => {
      let [out, err] = ['', ''];
      const services = {
        tokens: scim.tokens,
        breaker,
        baseUrl: '',
        out: (text: string) => (out += text),
        err: (text: string) => (err += text),
      };
      return { code: await runScimCommand(services, ['breaker', ...argv, '--tenant', tenant]), out, err };
    };
    expect((await run('list')).out).toMatch(/default-idp +stopped +2 +2/);
    const [shown] = JSON.parse((await run('list', '--json')).out) as object[];
    expect(shown).toMatchObject({
      connection: { name: 'default-idp' },
      state: 'stopped',
      lost: 2,
      active: 5,
    });
    expect((await run('release', '--name', 'default-idp')).code).toBe(0);
    expect((await run('list')).out).toContain('counting');
    expect((await run('release', '--name', 'default-idp')).code).toBe(1);
    expect((await run('release', '--name', 'nobody')).code).toBe(1);
    expect((await run('release', '--name', 'default-idp', '--suspend-minutes', '5')).code).toBe(0);
    expect((await run('list')).out).toContain('suspended');
  });
});

describe('The breaker', () => {
  it('is noted also when it stops a Bulk request that is one transaction', async () => {
    const scim = await bootScim({
      scim: { breaker: { share: 0.1, minimum: 2 }, bulk: { atomic: true } },
    });
    try {
      const client = await scim.client();
      const ids: string[] = [];
      while (ids.length < 5) ids.push((await createUser(client)).id as string);
      const Operations = ids.map((id) => ({ method: 'DELETE', path: `/Users/${id}` }));
      const { body } = await client.post('/Bulk', { schemas: [BULK], Operations });
      const statuses = (body.Operations as { status: string }[]).map(({ status }) => status);
      expect(statuses).toEqual(['409', '409', '429', '429', '429']);
      expect((await client.get('/Users')).body.totalResults).toBe(5);
      const [state] = await scim.app.get(ScimBreaker, { strict: false }).list('acme');
      expect(state).toMatchObject({ lost: 0, trippedAt: expect.any(String) });
      expect((await client.delete(`/Users/${ids[0]}`)).status).toBe(429);
    } finally {
      await scim.close();
    }
  });

  it('does not count what was rolled back for another reason', async () => {
    @Injectable()
    class Refusal {
      @BeforeScimCommit(UserDeactivated)
      refuse(): void {
        throw new Error('no');
      }
    }
    const scim = await bootScim({
      scim: { breaker: { share: 0.1, minimum: 2 } },
      host: { providers: [Refusal] },
    });
    try {
      const client = await scim.client();
      const { id } = await createUser(client);
      for (let i = 0; i < 4; i++) expect((await client.patch(`/Users/${id}`, off)).status).toBe(500);
      expect(await scim.app.get(ScimBreaker, { strict: false }).list('acme')).toEqual([]);
    } finally {
      await scim.close();
    }
  });

  it('can be switched off', async () => {
    const scim = await bootScim({ scim: { breaker: { enabled: false, share: 0.1, minimum: 0 } } });
    try {
      const client = await scim.client();
      for (let i = 0; i < 3; i++) {
        const { id } = await createUser(client);
        expect((await client.delete(`/Users/${id}`)).status).toBe(204);
      }
    } finally {
      await scim.close();
    }
  });
});
