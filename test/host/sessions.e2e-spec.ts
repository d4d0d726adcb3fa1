import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootHost, type FoundedWorkspace, type HostApp, HostClient, PASSWORD } from '../support/host-app.js';
import { createUser, fresh } from '../support/resources.js';

let host: HostApp;
let acme: FoundedWorkspace;

function boot(HTTP_ADAPTER: string): void {
  beforeAll(async () => {
    host = await bootHost({ HTTP_ADAPTER });
    acme = await host.found();
  });
  afterAll(() => host.close());
}

async function hired({ password = false } = {}): Promise<{ id: string; userName: string }> {
  const { id, userName } = await createUser(acme.scim, { userName: `${fresh()}@acme.example` });
  if (password) await acme.givePassword(id);
  return { id, userName };
}

describe.each(['fastify', 'express'])('a session of the host on %s', (adapter) => {
  boot(adapter);

  it('begins with the password, in whatever case the name is typed', async () => {
    const { id, userName } = await hired({ password: true });
    const client = await acme.signIn(userName.toUpperCase());
    const me = await client.get('/api/me');
    expect(me.body).toMatchObject({ tenantId: acme.id, id, userName, roles: [] });
    expect(client.tokens?.expiresIn).toBe(300);
  });

  it('is kept up by refresh tokens that work once', async () => {
    const { id } = await hired();
    const client = await acme.session(id);
    const renewed = await client.refresh();
    expect(renewed.status).toBe(200);
    expect(renewed.headers['cache-control']).toBe('no-store');
    const next = new HostClient(host.origin, renewed.body);
    expect((await next.get('/api/me')).status).toBe(200);
    expect((await next.refresh()).status).toBe(200);
  });

  it('ends when its owner signs out, also for an access token that is still good', async () => {
    const { id } = await hired();
    const client = await acme.session(id);
    expect((await client.delete('/api/session')).status).toBe(204);
    const refused = await client.get('/api/me');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect((await client.refresh()).status).toBe(401);
  });

  it('is bounded in guesses: the eleventh wrong password has to wait, the right one from elsewhere does not', async () => {
    const { userName } = await hired({ password: true });
    const guest = new HostClient(host.origin);
    const attempt = { workspace: acme.id, email: userName, password: 'a wrong password' };
    const replies = [];
    for (let i = 0; i < 11; i++) replies.push(await guest.post('/api/session', attempt));
    expect(replies.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429]);
    expect(Number(replies[10]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await guest.post('/api/session', { ...attempt, password: PASSWORD })).status).toBe(429);
  });
});

describe('a session of the host', () => {
  boot('fastify');

  it('does not begin with a wrong password, in another workspace or for nobody, and the answers are alike', async () => {
    const { userName } = await hired({ password: true });
    const other = await host.found('Other');
    const guest = new HostClient(host.origin);
    const replies = [
      await guest.post('/api/session', { workspace: acme.id, email: userName, password: 'wrong password' }),
      await guest.post('/api/session', { workspace: other.id, email: userName, password: PASSWORD }),
      await guest.post('/api/session', {
        workspace: acme.id,
        email: 'nobody@acme.example',
        password: PASSWORD,
      }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  it('does not begin with a name that no database can hold', async () => {
    const client = new HostClient(host.origin);
    for (const more of [{ workspace: 'a\0' }, { email: 'a\0@acme.example' }]) {
      const body = { workspace: acme.id, email: 'ann@acme.example', password: PASSWORD, ...more };
      expect((await client.post('/api/session', body)).status).toBe(400);
    }
  });

  it('ends when its owner chooses another password', async () => {
    const { id, userName } = await hired();
    const thief = await acme.session(id);
    await acme.givePassword(id);
    expect((await thief.get('/api/me')).status).toBe(401);
    expect((await thief.refresh()).status).toBe(401);
    expect((await (await acme.signIn(userName)).get('/api/me')).status).toBe(200);
  });

  it('ends for both when a refresh token comes a second time', async () => {
    const { id } = await hired();
    const thief = await acme.session(id);
    const elsewhere = await acme.session(id);
    const renewed = new HostClient(host.origin, (await thief.refresh()).body);
    expect((await thief.refresh()).status).toBe(401);
    expect((await renewed.refresh()).status).toBe(401);
    expect((await renewed.get('/api/me')).status).toBe(401);
    expect((await elsewhere.get('/api/me')).status).toBe(200);
  });

  it('gives one of two refreshes at once a token, and never both', async () => {
    const { id } = await hired();
    const client = await acme.session(id);
    const replies = await Promise.all(Array.from({ length: 8 }, () => client.refresh()));
    expect(replies.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(replies.every(({ status }) => status === 200 || status === 401)).toBe(true);
  });

  it('keeps hashes of refresh tokens and passwords only', async () => {
    const { userName } = await hired({ password: true });
    const { tokens } = await acme.signIn(userName);
    const tables = ['app_refresh_token', 'app_session', 'app_password', 'app_password_link'];
    const rows = await Promise.all(tables.map((table) => host.dataSource.query(`select * from ${table}`)));
    expect(JSON.stringify(rows)).not.toContain(tokens?.refreshToken);
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });

  it('is not replaced by a token of an identity provider, nor the other way round', async () => {
    const { id } = await hired();
    const client = await acme.session(id);
    const asScim = acme.scim.as(client.tokens?.accessToken);
    expect((await asScim.get('/Users')).status).toBe(401);
    const { headers } = await acme.scim.get('/Users');
    expect(headers['content-type']).toContain('scim');
    const scimToken = (await acme.owner.post('/api/admin/connections', { name: 'another' })).body.token;
    const asHost = new HostClient(host.origin, { accessToken: scimToken, refreshToken: '', expiresIn: 0 });
    expect((await asHost.get('/api/me')).status).toBe(401);
  });

  it.each(['', 'x', 'e30.e30.', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.'])(
    'is not begun by the forged access token %j',
    async (accessToken) => {
      const forged = new HostClient(host.origin, { accessToken, refreshToken: '', expiresIn: 0 });
      expect((await forged.get('/api/me')).status).toBe(401);
    },
  );
});
