import { scryptSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ScimError, ScimPasswordKeeper } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.js';
import { createUser, USER, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';

const hash = (password: string): string => scryptSync(password, 'salt of the test', 32).toString('hex');

@Injectable()
class Keeper extends ScimPasswordKeeper {
  override keep(password: string): Promise<string> {
    if (password.length < 8) throw ScimError.invalidValue('password must have 8 characters or more.');
    return Promise.resolve(hash(password));
  }
}

describe('a host that takes passwords', () => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim({ scim: { passwords: Keeper } });
    client = await scim.client();
  });
  afterAll(() => scim.close());

  async function stored(id: string): Promise<string | undefined> {
    const rows = await scim.dataSource.query('select concealed from scim_user where id = ?', [id]);
    const [{ concealed }] = rows as [{ concealed: string | null }];
    return concealed === null ? undefined : (JSON.parse(concealed) as { password?: string }).password;
  }
  async function everything(): Promise<string> {
    return JSON.stringify(await scim.dataSource.query('select * from scim_user'));
  }

  it('announces it, and has the attribute in the schema [D-27]', async () => {
    expect((await client.get('/ServiceProviderConfig')).body.changePassword.supported).toBe(true);
    const { attributes } = (await client.get(`/Schemas/${USER}`)).body;
    const password = attributes.find(({ name }: { name: string }) => name === 'password');
    expect(password).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
  });

  it('stores what the keeper makes of it, by POST, PUT and PATCH in each form [S-4.1.1-10, H-8265-02]', async () => {
    const created = await client.post('/Users', user({ password: 'correct\u00a0horse' }));
    expect(created.status).toBe(201);
    const { id, userName } = created.body;
    expect(await stored(id)).toBe(hash('correct horse'));
    await client.put(`/Users/${id}`, { schemas: [USER], userName, password: 'Cafe\u0301 au lait' });
    expect(await stored(id)).toBe(hash('Caf\u00e9 au lait'));
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: 'by the path' }]);
    expect(await stored(id)).toBe(hash('by the path'));
    await client.patch(`/Users/${id}`, [{ op: 'Replace', value: { PASSWORD: 'without a path' } }]);
    expect(await stored(id)).toBe(hash('without a path'));
    await client.patch(`/Users/${id}`, [{ op: 'add', value: { [USER]: { password: 'under the URN' } } }]);
    expect(await stored(id)).toBe(hash('under the URN'));
    await client.patch(`/Users/${id}`, [{ op: 'add', path: USER, value: { password: 'at the URN' } }]);
    expect(await stored(id)).toBe(hash('at the URN'));
    await client.patch(`/Users/${id}`, [{ op: 'add', path: `${USER}:password`, value: ['without a path'] }]);
    await client.put(`/Users/${id}`, { schemas: [USER], userName });
    expect(await stored(id)).toBe(hash('without a path'));
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: null }]);
    expect(await stored(id)).toBeUndefined();
  });

  it('hands the clear text to the keeper alone: it is in no answer, error or table [S-4.1.1-09, S-4.1.1-11]', async () => {
    const secret = 'Tr0ub4dor&3 clear';
    const { id } = await createUser(client, { password: secret });
    const replies = [
      await client.get(`/Users/${id}`, { query: { attributes: 'password' } }),
      await client.patch(`/Users/${id}`, [{ op: 'add', path: 'password', value: secret }]),
      await client.patch(`/Users/${id}`, [{ op: 'add', value: { password: secret, userName: '' } }]),
      await client.get('/Users', { query: { filter: `password eq "${secret}"` } }),
    ];
    for (const { text } of replies) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(hash(secret));
    }
    expect(await everything()).not.toContain(secret);
    expectError(replies[3]!, 400, 'invalidFilter');
  });

  it('passes on the refusal of the policy and writes nothing [S-4.1.1-10]', async () => {
    const body = user({ password: 'short' });
    expectError(await client.post('/Users', body), 400, 'invalidValue');
    expect(await client.ids('/Users', `userName eq "${String(body['userName'])}"`)).toEqual([]);
    const { id } = await createUser(client);
    const operations = [{ op: 'add', value: { title: 'Pilot', password: 'short' } }];
    expectError(await client.patch(`/Users/${id}`, operations), 400, 'invalidValue');
    expect((await client.get(`/Users/${id}`)).body.title).toBeUndefined();
  });
});
