import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from '../support/browser.js';
import { bootHost, type FoundedWorkspace, type HostApp, OWNER, PASSWORD } from '../support/host-app.js';
import { createGroup, createUser, fresh } from '../support/resources.js';

let host: HostApp;
let acme: FoundedWorkspace;
let browser: Browser;

/** The host with a workspace, and a browser that is new for each test. */
function visit(HTTP_ADAPTER: string): void {
  beforeAll(async () => {
    host = await bootHost({ HTTP_ADAPTER });
    acme = await host.found();
  });
  afterAll(() => host.close());
  beforeEach(() => {
    browser = new Browser();
  });
}

const at = (path: string): string => host.origin + path;
const enter = (email = OWNER.email, password = OWNER.password) =>
  browser.submit(at('/sign-in'), { workspace: acme.id, email, password });

describe.each(['fastify', 'express'])('the pages of the host on %s', (adapter) => {
  visit(adapter);

  it('lead to the sign-in, and from there home', async () => {
    const asked = await browser.open(at('/'));
    expect([asked.status, asked.url.pathname]).toEqual([200, '/sign-in']);
    const home = await enter();
    expect([home.status, home.url.pathname]).toEqual([200, '/']);
    expect(home.text).toContain(`Welcome, ${OWNER.email}.`);
    expect(home.headers.get('cache-control')).toBe('no-store');
  });

  it('say what was wrong, keep the name that was typed, and keep the password out of the page', async () => {
    const refused = await enter(OWNER.email, 'not my password');
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('role="alert"');
    expect(refused.text).toContain(`value="${OWNER.email}"`);
    expect(refused.text).not.toContain('not my password');
  });

  it('give cookies that scripts and other sites cannot use', async () => {
    const reply = await acme.owner.form('/sign-in', { workspace: acme.id, ...OWNER });
    const cookies = reply.headers['set-cookie'] ?? [];
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly/i);
    for (const cookie of cookies) expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookies.find((cookie) => cookie.startsWith('refresh='))).toMatch(/Path=\/session/i);
  });

  it('go on when the access token has expired, and not after the sign-out', async () => {
    await enter();
    const first = browser.cookie(host.origin, 'refresh');
    browser.forget(host.origin, 'access');
    expect((await browser.open(at('/admin'))).url.pathname).toBe('/admin');
    expect(browser.cookie(host.origin, 'refresh')).not.toBe(first);
    expect((await browser.submit(at('/session/end'), {})).url.pathname).toBe('/sign-in');
    expect((await browser.open(at('/'))).url.pathname).toBe('/sign-in');
  });

  it('take no forms from other sites', async () => {
    await enter();
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
    ];
    for (const headers of foreign) {
      expect((await browser.submit(at('/session/end'), {}, headers)).status).toBe(403);
    }
    expect((await browser.open(at('/'))).url.pathname).toBe('/');
  });

  it('let a member choose a password by a link that works once', async () => {
    const { id, userName } = await createUser(acme.scim);
    await enter();
    const { text } = await browser.submit(at(`/admin/members/${id}/password-link`), {});
    const [, address = '', token = ''] = /<code>([^<]*token=([\w-]+))<\/code>/.exec(text) ?? [];
    const guest = new Browser();
    expect((await guest.open(address)).text).toContain('Choose a password');
    expect((await guest.submit(at('/password'), { token, password: 'short' })).status).toBe(400);
    const home = await guest.submit(at('/password'), { token, password: PASSWORD });
    expect(home.text).toContain(`Welcome, ${userName}.`);
    expect((await new Browser().open(address)).status).toBe(410);
    expect((await new Browser().submit(at('/password'), { token, password: PASSWORD })).status).toBe(410);
  });
});

describe('the pages of the host', () => {
  visit('fastify');

  it('do not send people elsewhere', async () => {
    await enter();
    for (const to of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/%0d%0aevil',
      '\t//evil.example',
    ]) {
      const shown = await browser.open(at(`/session/renew?${new URLSearchParams({ to }).toString()}`));
      expect(shown.url.origin).toBe(host.origin);
    }
  });

  it('have no scripts, and allow none', async () => {
    const { headers, text } = await browser.open(at('/sign-in'));
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(headers.get('content-security-policy')).not.toMatch(/script-src|unsafe/);
    expect(text).not.toContain('<script');
    expect((await browser.open(at('/style.css'))).headers.get('content-type')).toContain('text/css');
    expect((await browser.open(at('/docs'))).status).toBe(200);
  });

  it('show names that are HTML as text', async () => {
    const displayName = `<img src=x onerror="alert('x')">`;
    await createUser(acme.scim, { displayName, userName: fresh() });
    await enter();
    const { text } = await browser.open(at('/admin'));
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(&#39;x&#39;)&quot;&gt;');
  });

  it('show the members to administrators only: the owner, and the group Engineering', async () => {
    const { id, userName } = await createUser(acme.scim);
    await acme.givePassword(id);
    await enter(userName, PASSWORD);
    expect((await browser.open(at('/'))).text).not.toContain('href="/admin"');
    expect((await browser.open(at('/admin'))).status).toBe(403);
    const client = await acme.session(id);
    expect((await client.get('/api/admin/members')).status).toBe(403);
    expect((await client.get('/api/admin/usage')).status).toBe(403);
    const group = await createGroup(acme.scim, { displayName: 'Engineering', members: [{ value: id }] });
    expect((await browser.open(at('/'))).text).toContain('href="/admin"');
    expect((await browser.open(at('/admin'))).text).toContain(userName);
    expect((await client.get('/api/admin/usage')).body.sessions).toBeGreaterThan(0);
    expect((await acme.owner.get('/api/admin/usage')).status).toBe(403);
    await acme.scim.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${id}"]` }]);
    expect((await browser.open(at('/admin'))).status).toBe(403);
    expect((await client.get('/api/admin/usage')).status).toBe(403);
  });

  it('make no link for a member of another workspace, nor for who has no access', async () => {
    const other = await host.found('Other');
    const stranger = await createUser(other.scim);
    const leaver = await createUser(acme.scim, { active: false });
    for (const id of [stranger.id, leaver.id, 'nobody']) {
      expect((await acme.owner.post(`/api/admin/members/${id}/password-link`, {})).status).toBe(404);
    }
  });

  it('found a workspace, whose owner can connect an identity provider', async () => {
    const fields = { name: 'Größe & Söhne', email: 'boss@example.com', password: PASSWORD };
    const home = await browser.submit(at('/sign-up'), fields);
    expect(home.text).toContain('<h1>Größe &amp; Söhne</h1>');
    expect(home.text).toContain('owner');
  });
});

it('nobody founds a workspace where sign-up is closed', async () => {
  const host = await bootHost({ SIGN_UP: 'closed' });
  try {
    const browser = new Browser();
    expect((await browser.open(`${host.origin}/sign-up`)).status).toBe(404);
    const fields = { name: 'X', email: 'boss@example.com', password: PASSWORD };
    expect((await browser.submit(`${host.origin}/sign-up`, fields)).status).toBe(404);
    expect((await browser.open(`${host.origin}/sign-in`)).text).not.toContain('/sign-up');
  } finally {
    await host.close();
  }
});
