import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser, type Shown } from '../support/browser.js';
import { CapturedLog } from '../support/captured-log.js';
import { bootHost, type HostApp } from '../support/host-app.js';
import { OpenIdProvider, type ProviderAccount } from '../support/openid-provider.js';
import { createUser, fresh } from '../support/resources.js';
import { Workspaces } from '../../src/workspaces/workspaces.js';
import { HostSettings } from '../../src/host-settings.js';
import { ScimTokens } from 'nestjs-scim';
import { ScimClient } from '../support/scim-client.js';

const CLIENT = { id: 'reference-host', secret: 'a secret of the tests' };

describe.each(['fastify', 'express'])('single sign-on of the host on %s', (HTTP_ADAPTER) => {
  let provider: OpenIdProvider;
  let host: HostApp;
  let scim: ScimClient;
  let browser: Browser;
  beforeAll(async () => {
    provider = await OpenIdProvider.start();
    host = await bootHost({
      HTTP_ADAPTER,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
    });
    provider.serve({ ...CLIENT, redirectUri: `${host.origin}/sign-in/callback` });
    await host.app
      .get(Workspaces)
      .found({ name: 'Demo', email: 'o@demo.example', password: 'long enough' }, 'demo');
    const { token } = await host.app.get(ScimTokens).issue({ tenantId: 'demo', connection: { name: 'idp' } });
    scim = new ScimClient(`${host.origin}/scim/v2`, token);
  });
  afterAll(async () => {
    await host.close();
    await provider.close();
  });
  beforeEach(() => {
    browser = new Browser();
  });

  function signOn(account: ProviderAccount): Promise<Shown> {
    provider.account = account;
    return browser.open(`${host.origin}/sign-in/sso`);
  }

  it('lets a provisioned member in, found by the externalId', async () => {
    const sub = fresh('sub');
    const { id } = await createUser(scim, {
      userName: 'Grace@demo.example',
      externalId: sub,
      displayName: 'Grace',
    });
    const home = await signOn({ sub, email: 'other@demo.example' });
    expect([home.status, home.url.pathname]).toEqual([200, '/']);
    expect(home.text).toContain('Welcome, Grace.');
    const sessions = await host.dataSource.query(
      'select user_id, method from app_session where user_id = $1',
      [id],
    );
    expect(sessions).toEqual([{ user_id: id, method: 'sso' }]);
  });

  it('makes a member of somebody the directory does not know, once', async () => {
    const account = {
      sub: fresh('sub'),
      email: `${fresh()}@demo.example`,
      email_verified: true,
      name: 'New Here',
    };
    expect((await signOn(account)).text).toContain('Welcome, New Here.');
    browser = new Browser();
    expect((await signOn(account)).status).toBe(200);
    expect(await scim.ids('/Users', `userName eq "${account.email}"`)).toHaveLength(1);
  });

  it('does not link a member by an address that the provider has not verified', async () => {
    const { userName } = await createUser(scim, { userName: `${fresh()}@demo.example` });
    const refused = await signOn({ sub: fresh('sub'), email: userName, email_verified: false });
    expect(refused.status).toBe(403);
    expect(browser.cookie(host.origin, 'access')).toBeUndefined();
  });

  it('refuses who was deactivated', async () => {
    const sub = fresh('sub');
    const { id } = await createUser(scim, { externalId: sub });
    await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    const refused = await signOn({ sub });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('no access');
    expect(browser.cookie(host.origin, 'access')).toBeUndefined();
  });

  it('meets a directory that is connected later: the POST adopts the member, who stays signed in', async () => {
    const account = {
      sub: fresh('sub'),
      email: `${fresh()}@demo.example`,
      email_verified: true,
      name: 'Early',
    };
    await signOn(account);
    const [id] = await scim.ids('/Users', `userName eq "${account.email}"`);
    const emails = [{ value: account.email, primary: true }];
    const adopted = await createUser(scim, { userName: account.email, displayName: 'Hired', emails });
    expect(adopted.id).toBe(id);
    expect((await browser.open(`${host.origin}/`)).text).toContain('Welcome, Hired.');
    await scim.delete(`/Users/${id}`);
    expect((await browser.open(`${host.origin}/`)).url.pathname).toBe('/sign-in');
    expect((await signOn(account)).status).toBe(403);
  });

  it('follows the person, not the address: after a rename the same member comes in', async () => {
    const account = { sub: fresh('sub'), email: `${fresh()}@demo.example`, email_verified: true };
    const { id } = await createUser(scim, { userName: account.email, externalId: account.sub });
    await signOn(account);
    const userName = `${fresh('married')}@demo.example`;
    await scim.patch(`/Users/${id}`, [{ op: 'replace', value: { userName, externalId: 'another' } }]);
    expect((await signOn(account)).text).toContain(userName);
  });

  it('goes out with PKCE, state and nonce, and to nobody but the provider', async () => {
    await signOn({ sub: fresh('sub'), email: `${fresh()}@demo.example`, email_verified: true });
    const [, authorize] = browser.visited;
    expect(authorize?.origin).toBe(provider.issuer);
    const query = Object.fromEntries(authorize?.searchParams ?? []);
    expect(query).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      client_id: CLIENT.id,
    });
    expect(query['redirect_uri']).toBe(`${host.app.get(HostSettings).appUrl}/sign-in/callback`);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query[name]?.length).toBeGreaterThan(20);
  });

  it('refuses an answer that was not asked for, has another state, or comes a second time', async () => {
    const account = { sub: fresh('sub'), email: `${fresh()}@demo.example`, email_verified: true };
    await signOn(account);
    const callback = browser.visited.find(({ pathname }) => pathname === '/sign-in/callback');
    expect(callback).toBeDefined();
    expect((await browser.open(callback!)).status).toBe(400);
    expect((await new Browser().open(callback!)).status).toBe(400);

    const begun = await fetch(`${host.origin}/sign-in/sso`, { redirect: 'manual' });
    const cookie = begun.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const altered = new URL(callback!);
    altered.searchParams.set('state', 'another');
    expect((await fetch(altered, { headers: { cookie } })).status).toBe(400);
    // The state of this sign-on with the code of that one: the code belongs to another challenge.
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state');
    const swapped = new URL(callback!);
    swapped.searchParams.set('state', state ?? '');
    expect((await fetch(swapped, { headers: { cookie } })).status).toBe(400);
  });

  it('shows a page when the provider refuses', async () => {
    const begun = await fetch(`${host.origin}/sign-in/sso`, { redirect: 'manual' });
    const cookie = begun.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state');
    const query = new URLSearchParams({ error: 'access_denied', state: state ?? '', iss: provider.issuer });
    const answer = await fetch(`${host.origin}/sign-in/callback?${query.toString()}`, {
      headers: { cookie },
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('did not succeed');
  });
});

describe('the log of a host with single sign-on', () => {
  it('shows codes only of what comes back with the browser', async () => {
    const provider = await OpenIdProvider.start();
    const host = await bootHost({
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
    });
    provider.serve({ ...CLIENT, redirectUri: `${host.origin}/sign-in/callback` });
    const log = new CapturedLog();
    log.attach(host.app);
    try {
      for (const error of ['access_denied', 'forged\nowner@demo.example signed in']) {
        const begun = await fetch(`${host.origin}/sign-in/sso`, { redirect: 'manual' });
        const cookie = begun.headers
          .getSetCookie()
          .map((line) => line.split(';')[0])
          .join('; ');
        const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
        const query = new URLSearchParams({ error, state, iss: provider.issuer });
        await fetch(`${host.origin}/sign-in/callback?${query.toString()}`, { headers: { cookie } });
      }
      expect(log.text).toContain('Refused (access_denied)');
      expect(log.text).not.toContain('signed in');
    } finally {
      log.detach();
      await host.close();
      await provider.close();
    }
  });
});

describe('a host without an identity provider', () => {
  it('has no single sign-on, and offers none', async () => {
    const host = await bootHost();
    try {
      expect((await new Browser().open(`${host.origin}/sign-in/sso`)).status).toBe(404);
      expect((await new Browser().open(`${host.origin}/sign-in`)).text).not.toContain('/sign-in/sso');
    } finally {
      await host.close();
    }
  });

  it('tells that the provider cannot be reached, and asks again the next time', async () => {
    const host = await bootHost({ OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'x' });
    try {
      for (let i = 0; i < 2; i++) {
        expect((await new Browser().open(`${host.origin}/sign-in/sso`)).status).toBe(502);
      }
    } finally {
      await host.close();
    }
  });
});
