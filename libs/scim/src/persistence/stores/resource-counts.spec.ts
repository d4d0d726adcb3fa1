import type { Logger } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GROUPS, REGISTRY, USERS } from '../../../../../test/contracts/resource-store.contract.js';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { CountScimResources1764000000090 } from '../migrations/1764000000090-count-scim-resources.js';
import { TypeOrmResourceStore } from './typeorm-resource.store.js';

const statements: string[] = [];
const recorder: Logger = {
  logQuery: (text: string) => void statements.push(text),
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

const origin = (tenantId: string) => ({ tenantId, connectionId: null, by: 'host' as const });
const user = (name: string) => ({ document: { schemas: [], userName: name }, concealed: {} });
const group = (name: string) => ({ document: { schemas: [], displayName: name }, concealed: {} });

describe('The total of a list without a filter on PostgreSQL', () => {
  let database: OpenDatabase;
  let store: TypeOrmResourceStore;

  beforeAll(async () => {
    database = await openDatabase('postgres', { logger: recorder });
    store = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY });
  });
  afterAll(() => database.close());

  const total = async (tenantId: string, type: ResourceType = USERS): Promise<number> =>
    (await store.query(type, tenantId, { offset: 0, limit: 0 })).total;
  const create = (tenantId: string, name: string) => store.create(USERS, origin(tenantId), user(name));

  it('comes from kept counts and not from a look at every resource', async () => {
    await create('t-look', 'a');
    statements.length = 0;
    expect(await total('t-look')).toBe(1);
    expect(statements).toEqual([expect.stringContaining('scim_resource_count')]);
  });

  it('follows creates and deletes, one by one and many at once', async () => {
    const { head } = await create('t-follow', 'a');
    await store.createMany(USERS, origin('t-follow'), [user('b'), user('c'), user('A'), user('d')]);
    expect(await total('t-follow')).toBe(4);
    await store.delete(USERS, origin('t-follow'), head.id, () => undefined);
    expect(await total('t-follow')).toBe(3);
    expect(await total('t-somebody-else')).toBe(0);
  });

  it('does not count what was rolled back', async () => {
    await create('t-undone', 'a');
    const undone = store.transaction(async (inside) => {
      await inside.create(USERS, origin('t-undone'), user('b'));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await expect(create('t-undone', 'A')).rejects.toMatchObject({ status: 409 });
    expect(await total('t-undone')).toBe(1);
  });

  it('is exact after parallel creates of users and groups', async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    await Promise.all(
      numbers.map((n) =>
        store.transaction(async (inside) => {
          // In both orders, so that two transactions could wait for each other.
          const both = [
            () => inside.create(USERS, origin('t-parallel'), user(`u${n}`)),
            () => inside.create(GROUPS, origin('t-parallel'), group(`g${n}`)),
          ];
          for (const work of n % 2 === 0 ? both : both.toReversed()) await work();
        }),
      ),
    );
    expect([await total('t-parallel'), await total('t-parallel', GROUPS)]).toEqual([40, 40]);
  });

  it("counts what the host's own SQL writes and removes", async () => {
    const insert = `insert into scim_user (tenant_id, id, user_name, user_name_key, version, created_at, modified_at, document)
      select 't-sql-' || n % 2, 'id-' || n, 'n' || n, 'n' || n, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '{}'
        from generate_series(1, 10) n`;
    await database.dataSource.query(insert);
    await database.dataSource.query(`delete from scim_user where tenant_id = 't-sql-0' and id <> 'id-2'`);
    expect([await total('t-sql-0'), await total('t-sql-1')]).toEqual([1, 5]);
    await database.dataSource.query('truncate scim_user cascade');
    expect([await total('t-sql-1'), await total('t-parallel'), await total('t-parallel', GROUPS)]).toEqual([
      0, 0, 40,
    ]);
  });

  it('begins with what is there when the migration runs', async () => {
    const migration = new CountScimResources1764000000090();
    const runner = database.dataSource.createQueryRunner();
    await migration.down(runner);
    for (const name of ['a', 'b', 'c']) await create('t-before', name);
    await runner.startTransaction();
    await migration.up(runner);
    await runner.commitTransaction();
    await runner.release();
    await create('t-before', 'd');
    expect([await total('t-before'), await total('t-parallel', GROUPS)]).toEqual([4, 40]);
  });
});
