import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootHost, type FoundedWorkspace, type HostApp, HostClient, PASSWORD } from '../support/host-app.js';
import { createGroup, createUser, fresh, USER } from '../support/resources.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';

interface Hired {
  readonly id: string;
  readonly userName: string;
  /** Two places where the member is signed in. */
  readonly phone: HostClient;
  readonly laptop: HostClient;
}

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const bulk = (scim: ScimClient, ...Operations: object[]): Promise<ScimReply> =>
  scim.post('/Bulk', { schemas: [BULK], Operations });

type Way = (scim: ScimClient, user: { id: string; userName: string }) => Promise<ScimReply>;

/** Each way in which a directory takes access away, as real ones send it. */
const DEACTIVATIONS: Record<string, Way> = {
  'PATCH with a path': (scim, { id }) =>
    scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
  'PATCH without a path': (scim, { id }) =>
    scim.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }]),
  'PATCH with the text "False"': (scim, { id }) =>
    scim.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]),
  'PATCH without a path and with the text "False"': (scim, { id }) =>
    scim.patch(`/Users/${id}`, [{ op: 'Replace', value: { active: 'False' } }]),
  'PATCH by add': (scim, { id }) => scim.patch(`/Users/${id}`, [{ op: 'add', path: 'active', value: false }]),
  PUT: (scim, { id, userName }) => scim.put(`/Users/${id}`, { schemas: [USER], userName, active: false }),
  'Bulk with PATCH': (scim, { id }) =>
    bulk(scim, {
      method: 'PATCH',
      path: `/Users/${id}`,
      data: { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'active', value: false }] },
    }),
  'Bulk with PUT': (scim, { id, userName }) =>
    bulk(scim, {
      method: 'PUT',
      path: `/Users/${id}`,
      data: { schemas: [USER], userName, active: false },
    }),
};
const DELETIONS: Record<string, Way> = {
  DELETE: (scim, { id }) => scim.delete(`/Users/${id}`),
  'Bulk with DELETE': (scim, { id }) => bulk(scim, { method: 'DELETE', path: `/Users/${id}` }),
};

let host: HostApp;
let acme: FoundedWorkspace;

async function hired(withPassword = true): Promise<Hired> {
  const { id, userName } = await createUser(acme.scim, { userName: `${fresh()}@acme.example` });
  if (withPassword) await acme.givePassword(id);
  const [phone, laptop] = [await acme.session(id), await acme.session(id)];
  return { id, userName, phone, laptop };
}

async function rowsOf(id: string): Promise<{ tokens: number; sessions: number }> {
  const count = async (table: string): Promise<number> => {
    const rows = await host.dataSource.query(`select count(*) as n from ${table} where user_id = $1`, [id]);
    return Number((rows as { n: string }[])[0]?.n);
  };
  return { tokens: await count('app_refresh_token'), sessions: await count('app_session') };
}

/** Nothing that the member had is worth anything. */
async function expectLockedOut({ userName, phone, laptop }: Hired): Promise<void> {
  for (const client of [phone, laptop]) {
    expect((await client.get('/api/me')).status).toBe(401);
    expect((await client.refresh()).status).toBe(401);
  }
  const credentials = { workspace: acme.id, email: userName, password: PASSWORD };
  expect((await new HostClient(host.origin).post('/api/session', credentials)).status).toBe(401);
}

describe.each(['fastify', 'express'])('ending access on %s', (HTTP_ADAPTER) => {
  let colleague: Hired;
  beforeAll(async () => {
    host = await bootHost({ HTTP_ADAPTER });
    acme = await host.found();
    colleague = await hired();
  });
  afterAll(() => host.close());

  const ways: Record<string, Way> =
    HTTP_ADAPTER === 'fastify'
      ? { ...DEACTIVATIONS, ...DELETIONS }
      : { PUT: DEACTIVATIONS['PUT']!, ...DELETIONS };

  it.each(Object.keys(ways))('by %s locks a running session out at once, and nobody else', async (way) => {
    const leaver = await hired();
    expect((await leaver.phone.get('/api/me')).status).toBe(200);
    const before = await rowsOf(leaver.id);
    expect(before.sessions).toBe(2);
    const reply = await ways[way]!(acme.scim, leaver);
    const answeredAt = performance.now();
    expect(reply.status).toBeLessThan(300);
    expect((await leaver.phone.get('/api/me')).status).toBe(401);
    expect(performance.now() - answeredAt).toBeLessThan(1000);
    expect(await rowsOf(leaver.id)).toEqual({ tokens: 0, sessions: 0 });
    await expectLockedOut(leaver);
    expect((await colleague.phone.get('/api/me')).status).toBe(200);
    expect((await rowsOf(colleague.id)).sessions).toBe(2);
  });
});

describe('ending access', () => {
  beforeAll(async () => {
    host = await bootHost();
    acme = await host.found();
  });
  afterAll(() => host.close());

  it('gives nothing back when the member is hired again: old tokens stay worthless, the password works', async () => {
    const leaver = await hired();
    await acme.scim.patch(`/Users/${leaver.id}`, [{ op: 'replace', path: 'active', value: false }]);
    await acme.scim.patch(`/Users/${leaver.id}`, [{ op: 'replace', path: 'active', value: true }]);
    for (const client of [leaver.phone, leaver.laptop]) {
      expect((await client.get('/api/me')).status).toBe(401);
      expect((await client.refresh()).status).toBe(401);
    }
    const back = await acme.signIn(leaver.userName);
    expect((await back.get('/api/me')).body.id).toBe(leaver.id);
  });

  it('leaves the next user of the name without the password of the deleted one', async () => {
    const leaver = await hired();
    await acme.scim.delete(`/Users/${leaver.id}`);
    const { id } = await createUser(acme.scim, { userName: leaver.userName });
    expect(id).not.toBe(leaver.id);
    await expectLockedOut(leaver);
    const passwords = await host.dataSource.query('select 1 from app_password where user_id = $1', [
      leaver.id,
    ]);
    expect(passwords).toEqual([]);
  });

  it('ends a password link as well', async () => {
    const { id } = await createUser(acme.scim);
    const link = (await acme.owner.post(`/api/admin/members/${id}/password-link`, {})).body.url as string;
    await acme.scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    const token = new URL(link).searchParams.get('token') ?? '';
    const chosen = await new HostClient(host.origin).form('/password', { token, password: PASSWORD });
    expect(chosen.status).toBe(410);
  });

  it('leaves sessions alone at any other change of the user', async () => {
    const member = await hired();
    await acme.scim.patch(`/Users/${member.id}`, [{ op: 'replace', path: 'displayName', value: 'Renamed' }]);
    await acme.scim.patch(`/Users/${member.id}`, [{ op: 'replace', path: 'active', value: true }]);
    await createGroup(acme.scim, { members: [{ value: member.id }] });
    expect((await member.phone.get('/api/me')).body.displayName).toBe('Renamed');
    expect((await rowsOf(member.id)).sessions).toBe(2);
  });

  it('is all or nothing: when the commit fails, the sessions are still there', async () => {
    const member = await hired();
    const before = await rowsOf(member.id);
    // Fires at the commit, after everything that the transaction does.
    await host.dataSource.query(`
      create function refuse_commit() returns trigger language plpgsql as
      $$ begin if old.id = '${member.id}' then raise exception 'refused by the test'; end if; return null; end $$;
      create constraint trigger refuse_commit after update or delete on scim_user
      deferrable initially deferred for each row execute function refuse_commit()`);
    const refused = [
      await acme.scim.delete(`/Users/${member.id}`),
      await acme.scim.patch(`/Users/${member.id}`, [{ op: 'replace', path: 'active', value: false }]),
    ];
    await host.dataSource.query('drop trigger refuse_commit on scim_user');
    for (const { status, text } of refused) {
      expect(status).toBeGreaterThanOrEqual(500);
      expect(text).not.toContain('refused by the test');
    }
    expect(await rowsOf(member.id)).toEqual(before);
    expect((await member.phone.get('/api/me')).status).toBe(200);
    expect((await member.phone.refresh()).status).toBe(200);
  });

  it('lets no refresh that runs beside it slip through', async () => {
    for (let i = 0; i < 20; i++) {
      const leaver = await hired(false);
      const [reply, ...refreshes] = await Promise.all([
        acme.scim.patch(`/Users/${leaver.id}`, [{ op: 'replace', path: 'active', value: false }]),
        leaver.phone.refresh(),
        leaver.laptop.refresh(),
        acme.session(leaver.id).catch(() => undefined),
      ]);
      expect(reply.status).toBe(200);
      expect(refreshes).toHaveLength(3);
      expect(await rowsOf(leaver.id)).toEqual({ tokens: 0, sessions: 0 });
    }
  });
});
