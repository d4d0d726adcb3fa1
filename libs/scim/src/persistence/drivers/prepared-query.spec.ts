import fc from 'fast-check';
import type { ClientBase, Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import type { Result } from './database-driver.js';
import { PreparedQuery, wireValues } from './prepared-query.js';

let names = 0;

/** Runs a statement under a name of its own, or one that is given. */
function run<R>(
  client: ClientBase,
  text: string,
  values: readonly unknown[] = [],
  name = `spec_${names++}`,
): Promise<Result<R>> {
  return new Promise((resolve, reject) => {
    const statement = { name, text, values: wireValues(values)! };
    client.query(
      new PreparedQuery<R>(client, statement, (error, result) => (error ? reject(error) : resolve(result!))),
    );
  });
}

describe('PreparedQuery', () => {
  let opened: OpenDatabase;
  let client: PoolClient;
  beforeAll(async () => {
    opened = await openDatabase('postgres');
    client = await (opened.dataSource.driver as unknown as { master: Pool }).master.connect();
  });
  afterAll(async () => {
    client.release();
    await opened.close();
  });

  /** Messages of one kind that the connection gets while `work` runs. */
  async function messages(kind: string, work: () => Promise<unknown>): Promise<number> {
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    let count = 0;
    const counted = (): void => void count++;
    connection.on(kind, counted);
    await work();
    connection.off(kind, counted);
    return count;
  }

  it('reads rows of every type as node-postgres does', async () => {
    const text = `select 1::integer as a, 9007199254740993::bigint as b, 1.5::numeric as c, true as d, null as e,
      '{"x":[1]}'::jsonb as f, 'ü"\\'::text as g, array['a','b']::text[] as h, '2026-01-02T03:04:05Z'::timestamptz as i`;
    const plain = await client.query<Record<string, unknown>>(text);
    for (let time = 0; time < 2; time++) {
      const { rows, count } = await run(client, text, [], 'every type');
      expect(rows).toEqual(plain.rows);
      expect(count).toBe(1);
    }
  });

  it('has its rows described once for each connection', async () => {
    const text = 'select n::text as n from generate_series(1, $1::integer) n order by n';
    const described = await messages('rowDescription', async () => {
      for (const most of [1, 2, 3]) {
        const { rows } = await run<{ n: string }>(client, text, [most], 'described once');
        expect(rows.at(-1)).toEqual({ n: String(most) });
      }
    });
    expect(described).toBe(1);
  });

  it('counts the rows that a write touched, whether or not it gives rows', async () => {
    await client.query('create temporary table counted (id integer)');
    const insert = 'insert into counted select * from generate_series(1, $1::integer)';
    expect(await run(client, insert, [3])).toEqual({ rows: [], count: 3 });
    expect(await run(client, 'update counted set id = id returning 1 as one')).toEqual({
      rows: [{ one: 1 }, { one: 1 }, { one: 1 }],
      count: 3,
    });
    expect(await run(client, 'delete from counted where id > 9')).toEqual({ rows: [], count: 0 });
  });

  it('writes any list of texts so that PostgreSQL reads the same list', async () => {
    const storable = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(storable), async (list) => {
        const { rows } = await run<{ list: string[] }>(client, 'select $1::text[] as list', [list], 'lists');
        expect(rows[0]!.list).toEqual(list);
      }),
    );
  });

  it('leaves what is no text, number, truth value or list of texts to node-postgres', () => {
    expect(wireValues(['a', 1, false, null, undefined, ['b', 'c']])).toEqual([
      'a',
      '1',
      'false',
      null,
      null,
      '{"b","c"}',
    ]);
    for (const value of [new Date(), Buffer.from('a'), { a: 1 }, [1], ['a', null], 1n])
      expect(wireValues([value])).toBeUndefined();
  });

  it('passes on what the database refuses, and the connection goes on', async () => {
    const text = 'select 1 / $1::integer as one';
    for (let time = 0; time < 2; time++) {
      await expect(run(client, text, [0], 'refused')).rejects.toMatchObject({ code: '22012' });
      expect((await run(client, text, [1], 'refused')).rows).toEqual([{ one: 1 }]);
    }
    await expect(run(client, 'select from nowhere')).rejects.toMatchObject({ code: '42P01' });
  });

  it('is refused, and never misread, when the type of a column has changed meanwhile', async () => {
    await client.query('create temporary table changing as select 1 as value');
    const text = 'select value from changing';
    expect((await run(client, text, [], 'changing')).rows).toEqual([{ value: 1 }]);
    await client.query('alter table changing alter column value type text');
    await expect(run(client, text, [], 'changing')).rejects.toMatchObject({ code: '0A000' });
  });

  it('tells of a value that its parser cannot read instead of giving a row without it', async () => {
    const types = client as unknown as { setTypeParser(oid: number, parse: (text: string) => unknown): void };
    types.setTypeParser(2950, () => {
      throw new Error('no such form');
    });
    const text = "select '00000000-0000-0000-0000-000000000000'::uuid as id";
    await expect(run(client, text)).rejects.toThrow('no such form');
    expect((await run(client, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('is not for clients that read binary values or send ahead', () => {
    expect(PreparedQuery.suits(client)).toBe(true);
    const like = (changes: object): ClientBase => Object.assign(Object.create(client) as ClientBase, changes);
    expect(PreparedQuery.suits(like({ binary: true }))).toBe(false);
    expect(PreparedQuery.suits(like({ pipeline: true }))).toBe(false);
    expect(PreparedQuery.suits(like({ connection: undefined }))).toBe(false);
  });
});
