import { afterEach, describe, expect, it } from 'vitest';
import { ScimPasswordKeeper } from 'nestjs-scim';
import { AcmeUser, ACME } from '../support/acme-user.js';
import { LogOf, logging } from '../support/log-app.js';
import { createUser, fresh, SEARCH, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type BootSettings, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

class Keeper extends ScimPasswordKeeper {
  async keep(password: string): Promise<string> {
    return `kept:${password.length}`;
  }
}

let scim: ScimApp;
afterEach(() => scim.close());

async function boot(log: object, more: BootSettings = {}): Promise<{ client: ScimClient; log: LogOf }> {
  const extensions = { users: { extensions: [AcmeUser] }, passwords: Keeper };
  scim = await bootScim({ ...more, scim: { ...logging(log), ...extensions, ...more.scim } });
  return { client: await scim.client(), log: new LogOf(scim) };
}

/** Everything that the table holds, as text. */
async function everything(log: LogOf): Promise<string> {
  await log.log.flush();
  return JSON.stringify(await scim.dataSource.query('select * from scim_log'));
}

/** What people, tokens and secrets are made of here; none of it may be found afterwards. */
async function provisionJane(client: ScimClient, token: string): Promise<void> {
  const jane = user({
    userName: 'jane.doe@secret.example',
    externalId: fresh('ext'),
    password: 'Hunter2-Hunter2',
    name: { givenName: 'Janesecret', familyName: 'Doesecret' },
    emails: [{ value: 'jane.doe@secret.example' }],
    [ACME]: { secret: 'never-returned-value' },
  });
  const { body } = await client.post('/Users', jane);
  await client.get('/Users', { query: { filter: 'userName eq "jane.doe@secret.example"' } });
  await client.get('/Users', { query: { filter: 'name.givenName sw "Janesecret' } });
  await client.get('/Users', {
    query: { access_token: token, q: 'Janesecret', attributes: 'userName,Janesecret' },
  });
  await client.post('/Users/.search', {
    schemas: [SEARCH],
    filter: 'emails.value eq "jane.doe@secret.example"',
  });
  await client.get('/Users/jane.doe@secret.example');
  await client.get(`/Users/${token}`);
  await client.get('/Users', { headers: { 'x-request-id': token } });
  await client.patch(`/Users/${body.id}`, [
    { op: 'replace', path: 'password', value: 'Hunter3-Hunter3' },
    { op: 'replace', path: `${ACME}:secret`, value: 'never-returned-again' },
    { op: 'replace', path: 'emails[value eq "jane.doe@secret.example"].type', value: 'Janesecret' },
  ]);
  await client.put(`/Users/${body.id}`, { ...jane, userName: 'janesecret.two', [token]: token });
  await client.as(undefined).get('/Users', { query: { access_token: token } });
  await client.as(`${token}x`).get('/Users');
  await client.send('POST', `/Users?access_token=${token}`, { raw: `{"userName": "${token}` });
}

const SECRETS = /hunter|kept:|never-returned|jane|doesecret|secret\.example/i;

describe.each(ADAPTERS)('Values in the provisioning log on %s', (adapter) => {
  it('are left out by default: no names, addresses, passwords or tokens anywhere', async () => {
    const { client, log } = await boot({}, { adapter });
    const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'x' } });
    await provisionJane(client, token);
    const text = await everything(log);
    expect(text).toContain('filter=userName eq ?');
    expect(text).toContain('filter=emails.value eq ?');
    expect(text).toContain('name.givenName');
    expect(text).not.toMatch(SECRETS);
    expect(text).not.toContain(token.slice(14));
  });
});

describe('Values in the provisioning log', () => {
  it('are kept with the option full, but never passwords, other concealed values or tokens', async () => {
    const { client, log } = await boot({ values: 'full' });
    const { token } = await scim.tokens.issue({ tenantId: 'acme', connection: { name: 'x' } });
    await provisionJane(client, token);
    await client.post('/Users', user({ displayName: `pasted ${token}` }));
    const text = await everything(log);
    expect(text).toContain('jane.doe@secret.example');
    expect(text).toContain('Doesecret');
    expect(text).toContain('password');
    expect(text).not.toMatch(/hunter|kept:|never-returned/i);
    expect(text).not.toContain(token.slice(14));
  });

  it('are digests with the option hashed, which show that two are the same', async () => {
    const { client, log } = await boot({ values: 'hashed', hashKey: 'k'.repeat(16) });
    const { userName } = await createUser(client);
    await client.get('/Users', { query: { filter: `userName eq "${userName}"` } });
    const [search, create] = await log.entries();
    const digest = create?.changes?.find(({ path }) => path === 'userName')?.after;
    expect(digest).toMatch(/^#[0-9a-f]{16}$/);
    expect(search?.query).toBe(`filter=userName eq ${digest}`);
    expect(await everything(log)).not.toContain(`"${userName}"`);
  });

  it('of harmless parameters are kept: where a page begins, how long it is, which attributes', async () => {
    const { client, log } = await boot({});
    const query = { startIndex: 11, count: 10, sortBy: 'userName', attributes: 'userName,emails.value,jane' };
    await client.get('/Users', { query });
    const [entry] = await log.entries();
    expect(entry).toMatchObject({
      query: 'startIndex=11&count=10&sortBy=userName&attributes=userName,emails.value,?',
      found: 0,
    });
  });
});
