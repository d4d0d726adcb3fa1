import { runScimCommand, ScimDeletions } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroup, createUser, fresh } from './support/resources.js';
import { bootScim, type ScimApp } from './support/scim-app.js';
import type { ScimClient } from './support/scim-client.js';

describe('the commands on deleted resources', () => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScim();
    client = await scim.client();
  });
  afterAll(() => scim.close());

  async function run(...argv: string[]) {
    let [out, err] = ['', ''];
    const services = {
      tokens: scim.tokens,
      deletions: scim.app.get(ScimDeletions, { strict: false }),
      baseUrl: client.baseUrl,
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
    };
    const code = await runScimCommand(services, ['deleted', ...argv, '--tenant', 'acme']);
    return { code, out, err };
  }

  const deleted = async (more: object = {}) => {
    const made = await createUser(client, { ...more });
    await createGroup(client, { members: [{ value: made.id }] });
    await client.delete(`/Users/${made.id}`);
    return made as { id: string; userName: string };
  };
  const stateOf = async (id: string): Promise<string | undefined> => {
    const listed = JSON.parse((await run('list', '--json')).out) as { id: string; state: string }[];
    return listed.find((one) => one.id === id)?.state;
  };

  it('list what is kept, for people and as JSON', async () => {
    const { id, userName } = await deleted({ externalId: 'e-1' });
    const table = await run('list', '--name', userName.toUpperCase());
    expect(table).toMatchObject({ code: 0, err: '' });
    const [head, line, ...rest] = table.out.trimEnd().split('\n');
    expect(head).toMatch(/^ID +TYPE +NAME +DELETED +PURGE AFTER +STATE$/);
    expect(line).toMatch(new RegExp(`^${id} +User +${userName} .* kept$`));
    expect(rest).toEqual([]);
    const [shown, ...others] = JSON.parse(
      (await run('list', '--external-id', 'e-1', '--json')).out,
    ) as object[];
    expect(others).toEqual([]);
    expect(shown).toMatchObject({ id, name: userName, externalId: 'e-1', held: false, announcedAt: null });
    expect((await run('list', '--name', fresh())).out).toBe('There are no such deleted resources.\n');
    expect((await run('list', '--limit', '1001')).code).toBe(1);
  });

  it('restore under another name, active and with memberships', async () => {
    const { id } = await deleted();
    const name = fresh();
    const argv = ['restore', '--id', id, '--active', '--memberships', '--name', name];
    expect(await run(...argv)).toMatchObject({ code: 0, out: 'The resource is back, with 1 memberships.\n' });
    const { body } = await client.get(`/Users/${id}`);
    expect(body).toMatchObject({ userName: name, active: true, groups: [{ type: 'direct' }] });
    const again = await run(...argv);
    expect(again).toEqual({ code: 1, out: '', err: 'The tenant has no such deleted resource.\n' });
  });

  it('hold and release one resource or all of a tenant, never by omission', async () => {
    const { id } = await deleted();
    for (const subject of [['--id', id], ['--all']]) {
      expect((await run('hold', ...subject, '--reason', 'Case 1')).code).toBe(0);
      expect(await stateOf(id)).toBe('held');
      expect((await run('purge', '--id', id)).code).toBe(1);
      expect((await run('release', ...subject)).code).toBe(0);
      expect(await stateOf(id)).toBe('kept');
    }
    for (const wrong of [['hold'], ['release'], ['hold', '--id', id, '--all']]) {
      const { code, err } = await run(...wrong);
      expect([code, err.split('\n')[0]]).toEqual([2, 'Give either --id or --all.']);
    }
    expect((await run('release', '--id', id)).err).toBe('There is no such hold.\n');
  });

  it('purge now', async () => {
    const { id } = await deleted();
    expect((await run('purge', '--id', id)).code).toBe(0);
    expect((await run('purge', '--id', fresh())).code).toBe(1);
  });

  it('are refused where the application gives no service for them', async () => {
    let err = '';
    const services = {
      tokens: scim.tokens,
      baseUrl: '',
      out: () => undefined,
      err: (text: string) => (err += text),
    };
    expect(await runScimCommand(services, ['deleted', 'list', '--tenant', 'acme'])).toBe(2);
    expect(err).toContain('was not given the service');
    expect(await runScimCommand(services, ['breaker', 'list', '--tenant', 'acme'])).toBe(2);
  });
});
