import { runScimCommand, ScimRoleMappings, ScimRoles, ScimTokens } from 'nestjs-scim';
import { TypeOrmResourceStore, TypeOrmRoleStore, TypeOrmTokenStore } from 'nestjs-scim/typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GROUPS, REGISTRY, USERS } from '../contracts/resource-store.contract.js';
import { openDatabase, type OpenDatabase } from '../support/databases.js';
import { inTenant } from '../support/origin.js';
import { fresh, GROUP, USER } from '../support/resources.js';

describe('The commands on roles', () => {
  let database: OpenDatabase;
  let tenant: string;
  let ann: string;
  beforeAll(async () => {
    database = await openDatabase('sqlite');
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    tenant = fresh('tenant');
    const store = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY });
    const origin = inTenant(tenant);
    const document = { schemas: [USER], userName: 'Ann@example.com' };
    ann = (await store.create(USERS, origin, { document, concealed: {} })).head.id;
    const members = [{ kind: 'change' as const, add: [{ id: ann }], remove: [] }];
    for (const displayName of ['Admins', 'dev-a']) {
      await store.create(GROUPS, origin, {
        document: { schemas: [GROUP], displayName },
        concealed: {},
        members,
      });
    }
  });

  async function run(words: string, ...more: string[]) {
    let [out, err] = ['', ''];
    const roleStore = TypeOrmRoleStore.on(database.dataSource);
    const settings = {
      roles: { mappings: [{ role: 'viewer', group: { displayName: 'Everybody' } }], protected: [] },
    };
    const services = {
      tokens: new ScimTokens(new TypeOrmTokenStore(database.dataSource), { tokenCacheSeconds: 0 }),
      roles: new ScimRoles(roleStore, settings),
      roleMappings: new ScimRoleMappings(roleStore, settings),
      baseUrl: 'https://api.example.com/scim/v2',
      out: (text: string) => (out += text),
      err: (text: string) => (err += text),
    };
    const code = await runScimCommand(services, [...words.split(' '), '--tenant', tenant, ...more]);
    return { code, out, err };
  }
  const json = async (words: string, ...more: string[]) =>
    JSON.parse((await run(words, ...more, '--json')).out);

  it('add, list and remove mappings, and show what a user has and why', async () => {
    const { id } = await json(
      'role mapping add',
      '--role',
      'admin',
      '--display-name',
      'admins',
      '--priority',
      '3',
    );
    const list = await run('role mapping list');
    expect(list.out).toMatch(/admin +displayName admins +3 +tenant +Admins/);
    expect(list.out).toMatch(/viewer +displayName Everybody +0 +options +none yet/);
    expect((await run('role of', '--user', 'ANN@example.com')).out).toMatch(/admin +3 +Admins/);
    expect(await json('role of', '--user', ann)).toMatchObject({
      userId: ann,
      active: true,
      roles: [{ role: 'admin' }],
    });
    expect((await run('role holders', '--role', 'admin')).out).toContain('Ann@example.com');
    expect((await run('role mapping remove', '--mapping', id)).code).toBe(0);
    expect((await run('role of', '--user', ann)).out).toBe('The user has no roles.\n');
    expect((await json('role progress'))[0]).toMatchObject({ finishedAt: null, done: 0 });
  });

  it('show who would gain and lose a role, and change nothing', async () => {
    const { out } = await run('role dry-run', '--role', 'dev', '--pattern', 'dev-*');
    expect(out).toBe('Groups: dev-a\ndev: 1 (Ann@example.com) gain it, 0 lose it\n');
    expect(await json('role mapping list')).toHaveLength(1);
  });

  it('bind a mapping to another group', async () => {
    const { id, groups } = await json('role mapping add', '--role', 'dev', '--external-id', 'x');
    expect(groups).toEqual([]);
    const [{ id: group }] = (await json('role mapping add', '--role', 'x', '--display-name', 'Admins'))
      .groups;
    expect((await run('role mapping rebind', '--mapping', id, '--group', group)).out).toContain('Admins');
  });

  it.each([
    ['role of', ['--user', 'nobody'], 1, 'no user with this id or userName'],
    ['role mapping add', ['--role', 'a'], 2, 'Give one of'],
    ['role mapping add', ['--role', 'a', '--pattern', 'b*', '--group-id', 'c'], 2, 'Give one of'],
    ['role mapping add', ['--role', 'a', '--pattern', 'b'], 1, 'group.pattern'],
    ['role mapping remove', ['--mapping', 'x'], 1, 'no mapping with this id'],
    ['role dry-run', [], 2, 'Give a mapping'],
    ['role dry-run', ['--role', 'x'], 2, 'A mapping has'],
    ['role mapping', [], 2, 'There is no such command'],
  ])('%s %j is refused with %i', async (words, more, expected, message) => {
    const { code, err } = await run(words, ...more);
    expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
  });
});
