import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DATABASES,
  describeEachDatabase,
  openDatabase,
  type OpenDatabase,
} from '../../../../test/support/databases.js';
import { Database, type Transaction } from './database.js';
import { RowChanged } from './database-transaction.js';
import { Savepoints } from './savepoints.js';
import { StatementRecorder } from '../../../../test/support/statement-recorder.js';

describeEachDatabase('Database', (name) => {
  let opened: OpenDatabase;
  let database: Database;
  beforeAll(async () => {
    opened = await openDatabase(name);
    database = new Database(opened.dataSource);
    await opened.dataSource.query('create table note (id integer primary key, text varchar(10))');
    await opened.dataSource.query('create table other (id integer primary key)');
    await opened.dataSource.query('create table third (id integer primary key)');
  });
  afterAll(() => opened.close());

  it('rolls a failed transaction back and passes its error on', async () => {
    const fault = new Error('no');
    const failed = database.transaction(async (tx) => {
      await tx.run({ text: 'insert into note (id, text) values ($1, $2)', values: [1, 'a'] });
      throw fault;
    });
    await expect(failed).rejects.toBe(fault);
    expect(await database.run({ text: 'select id from note where id = $1', values: [1] })).toEqual([]);
  });

  it('shows nothing of an open transaction to others', async () => {
    const written = database.transaction(async (tx) => {
      await tx.run({ text: 'insert into note (id, text) values ($1, $2)', values: [2, 'a'] });
      await new Promise((resolve) => setTimeout(resolve, 20));
      await tx.run({ text: 'update note set text = $2 where id = $1', values: [2, 'b'] });
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const seen = await database.run<{ text: string }>({
      text: 'select text from note where id = $1',
      values: [2],
    });
    expect(seen.map(({ text }) => text)).not.toContain('a');
    await written;
  });

  it('lets the host take part in the transaction', async () => {
    await database.transaction(async (tx) => {
      await tx.write({ text: 'insert into note (id) values ($1)', values: [3] });
      await tx.open();
      expect(await tx.manager.query('select id from note where id = 3')).toHaveLength(1);
    });
  });

  it('runs what is to follow a transaction when it has ended, whether it was committed or not', async () => {
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      // On SQLite this would wait for ever while the transaction is open.
      seen.push(await database.run({ text: 'select id from note where id in (14, 15)', values: [] }));
    };
    await database.transaction(async (tx) => {
      tx.afterEnd(look);
      await tx.run({ text: 'insert into note (id) values ($1)', values: [14] });
    });
    const fault = new Error('no');
    const failed = database.transaction(async (tx) => {
      tx.afterEnd(look);
      await tx.run({ text: 'insert into note (id) values ($1)', values: [15] });
      throw fault;
    });
    await expect(failed).rejects.toBe(fault);
    expect(seen).toEqual([[{ id: 14 }], [{ id: 14 }]]);
  });

  it('forgets what was to follow the commit of a part that was undone', async () => {
    const followed: string[] = [];
    const fault = new Error('no');
    await database.transaction(async (tx) => {
      const parts = new Savepoints(tx, database.dialect);
      await parts.transaction(async (part) => {
        part.afterCommit(() => followed.push('outer'));
        const undone = new Savepoints(part, database.dialect).transaction(async (inner) => {
          inner.afterCommit(() => followed.push('undone'));
          await inner.run({ text: 'insert into note (id) values ($1)', values: [16] });
          throw fault;
        });
        await expect(undone).rejects.toBe(fault);
      });
      expect(followed).toEqual([]);
    });
    expect(followed).toEqual(['outer']);
    expect(await database.run({ text: 'select id from note where id = $1', values: [16] })).toEqual([]);
  });

  it('shows writes that wait to whatever is asked next, and writes the rest with the commit', async () => {
    const followed: string[] = [];
    await database.transaction(async (tx) => {
      tx.afterCommit(() => followed.push('commit'));
      await tx.write({ text: 'insert into note (id, text) values ($1, $2)', values: [20, 'a'] });
      await tx.write({ text: 'update note set text = $1 where id = $2', values: ['b', 20] });
      const seen = await tx.run({ text: 'select text from note where id = $1', values: [20] });
      expect(seen).toEqual([{ text: 'b' }]);
      await tx.write({ text: 'insert into note (id) values ($1)', values: [21] });
    });
    expect(followed).toEqual(['commit']);
    expect(await database.run({ text: 'select id from note where id in (20, 21)', values: [] })).toHaveLength(
      2,
    );
  });

  it.each(['alone', 'with others', 'in an open transaction', 'in a part'])(
    'writes nothing when a row that had to be touched has changed: a write %s',
    async (how) => {
      const update = { text: 'update note set text = $1 where id = $2', values: ['x', 404], mustTouch: true };
      const work = async (tx: Transaction): Promise<void> => {
        if (how === 'in an open transaction') await tx.open();
        if (how !== 'alone') await tx.write({ text: 'insert into other (id) values ($1)', values: [1] });
        await tx.write(update);
        if (how !== 'alone') await tx.write({ text: 'insert into third (id) values ($1)', values: [1] });
      };
      const written = database.transaction((tx) =>
        how === 'in a part' ? new Savepoints(tx, database.dialect).transaction(work) : work(tx),
      );
      await expect(written).rejects.toBeInstanceOf(RowChanged);
      expect(
        await database.run({ text: 'select id from other union select id from third', values: [] }),
      ).toEqual([]);
    },
  );

  it('answers a unique violation with 409 also when the write has waited for the commit', async () => {
    await database.run({ text: 'insert into note (id) values ($1)', values: [22] });
    const written = database.transaction(async (tx) => {
      await tx.write({ text: 'insert into other (id) values ($1)', values: [22] });
      await tx.write({ text: 'insert into note (id) values ($1)', values: [22] });
    });
    await expect(written).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
    expect(await database.run({ text: 'select id from other', values: [] })).toEqual([]);
  });

  it('tells how many rows a change found', async () => {
    await database.run({
      text: 'insert into note (id, text) values ($1, $2), ($3, $2)',
      values: [5, 'x', 6],
    });
    const update = { text: 'update note set text = $1 where id in (5, 6)', values: ['y'] };
    expect(await database.change(update)).toBe(2);
    expect(await database.change(update)).toBe(2);
    const remove = { text: 'delete from note where id >= $1 and id < $2', values: [5, 7] };
    expect(await database.transaction((tx) => tx.change(remove))).toBe(2);
    expect(await database.change(remove)).toBe(0);
  });

  it('answers an unforeseen unique violation with 409 and without the value', async () => {
    const insert = { text: 'insert into note (id, text) values ($1, $2)', values: [9, 'secret'] };
    await database.run(insert);
    await expect(database.run(insert)).rejects.toMatchObject({
      status: 409,
      scimType: 'uniqueness',
      detail: expect.not.stringContaining('secret'),
    });
  });
});

describe('Database on PostgreSQL', () => {
  const recorder = new StatementRecorder();
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase('postgres', { logger: recorder });
    await opened.dataSource.query('create table counter (id integer primary key, n integer not null)');
    await opened.dataSource.query('insert into counter values (1, 0), (2, 0)');
    await opened.dataSource.query(
      'create table one (id integer, text text); create table two (id integer, text text); create sequence told',
    );
  });
  afterAll(() => opened.close());

  it('writes what nobody waits for in one statement, which commits by itself', async () => {
    const database = new Database(opened.dataSource);
    recorder.statements = [];
    await database.transaction(async (tx) => {
      await tx.write({ text: 'insert into one (id, text) values ($1, $2)', values: [1, 'a'] });
      await tx.write({ text: 'insert into two (id, text) values ($1, $2)', values: [2, '$1'] });
      const values = [3, 1];
      await tx.write({ text: 'update counter set n = n + $1 - $1 where id = $2', values, mustTouch: true });
      await tx.write({ text: 'select setval($1, $2)', values: ['told', 7] });
    });
    expect(recorder.statements).toHaveLength(1);
    const written = { text: 'select id, text from one union all select id, text from two', values: [] };
    expect(await database.run(written)).toEqual([
      { id: 1, text: 'a' },
      { id: 2, text: '$1' },
    ]);
    // Also what is selected only for what it does.
    expect(await database.run({ text: 'select last_value from told', values: [] })).toEqual([
      { last_value: '7' },
    ]);
  });

  it('keeps its connections when a statement by itself is refused', async () => {
    const single = await openDatabase('postgres', { poolSize: 1 });
    try {
      const database = new Database(single.dataSource);
      const connection = async (): Promise<unknown> =>
        (await database.run({ text: 'select pg_backend_pid() as pid', values: [] }))[0];
      const before = await connection();
      const refused = { text: `select $1::integer as n`, values: ['no number'] };
      await expect(database.run(refused)).rejects.toMatchObject({ status: 400 });
      expect(await connection()).toEqual(before);
      const gone = { text: 'select pg_terminate_backend(pg_backend_pid())', values: [] };
      await expect(database.run(gone)).rejects.toMatchObject({ status: 503 });
      expect(await connection()).not.toEqual(before);
    } finally {
      await single.close();
    }
  });

  it('runs a transaction again that was the victim of a deadlock', async () => {
    const database = new Database(opened.dataSource);
    let attempts = 0;
    const both = (first: number, second: number) =>
      database.transaction(async (tx) => {
        attempts++;
        await tx.run({ text: 'update counter set n = n + 1 where id = $1', values: [first] });
        await new Promise((resolve) => setTimeout(resolve, 50));
        await tx.run({ text: 'update counter set n = n + 1 where id = $1', values: [second] });
      });
    await Promise.all([both(1, 2), both(2, 1)]);
    expect(attempts).toBeGreaterThan(2);
    expect(await database.run({ text: 'select n from counter order by id', values: [] })).toEqual([
      { n: 2 },
      { n: 2 },
    ]);
  });

  it('gives up with 503 and Retry-After after three lost attempts', async () => {
    const database = new Database(opened.dataSource);
    let attempts = 0;
    const losing = database.transaction(async () => {
      attempts++;
      throw Object.assign(new Error('could not serialize access'), { code: '40001' });
    });
    await expect(losing).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(attempts).toBe(3);
  });

  it('stops a scan that takes too long with tooMany, and leaves the connection usable', async () => {
    const database = new Database(opened.dataSource);
    const scan = database.scan({ text: 'select pg_sleep($1)', values: [5] }, 0.05);
    await expect(scan).rejects.toMatchObject({ status: 400, scimType: 'tooMany' });
    expect(await database.scan({ text: 'select 1 as one', values: [] }, 5)).toEqual([{ one: 1 }]);
    const [{ statement_timeout: after } = {}] = await database.run({
      text: 'show statement_timeout',
      values: [],
    });
    expect(after).toBe('0');
  });

  it.each([true, false])('names statements only where it may (%s)', async (preparedStatements) => {
    const single = await openDatabase('postgres', { extra: { max: 1 } });
    const database = new Database(single.dataSource, { preparedStatements });
    for (let i = 0; i < 2; i++)
      await database.run({ text: 'select $1::int as n', values: [i], prepare: true });
    const named = await database.run({ text: `select name from pg_prepared_statements`, values: [] });
    await single.close();
    expect(named).toHaveLength(preparedStatements ? 1 : 0);
  });

  it('answers 503 with Retry-After when the database is away', async () => {
    const { dataSource, close } = await openDatabase('postgres');
    const database = new Database(dataSource);
    await close();
    const away = new DataSource({ type: 'postgres', url: 'postgres://nobody@127.0.0.1:1/none' });
    const { Pool } = await import('pg');
    Object.assign(away.driver, {
      master: new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' }),
    });
    await expect(new Database(away).run({ text: 'select 1', values: [] })).rejects.toMatchObject({
      status: 503,
    });
    expect(database.dialect.name).toBe('postgres');
  });
});

describe.skipIf(!DATABASES.includes('mysql'))('Database on MySQL', () => {
  let opened: OpenDatabase;
  let database: Database;
  beforeAll(async () => {
    opened = await openDatabase('mysql');
    database = new Database(opened.dataSource);
    await opened.dataSource.query('create table counter (id integer primary key, n integer not null)');
    await opened.dataSource.query('insert into counter values (1, 0), (2, 0)');
  });
  afterAll(() => opened?.close());

  it('runs a transaction again that was the victim of a deadlock', async () => {
    let attempts = 0;
    const both = (first: number, second: number) =>
      database.transaction(async (tx) => {
        attempts++;
        await tx.run({ text: 'update counter set n = n + 1 where id = $1', values: [first] });
        await new Promise((resolve) => setTimeout(resolve, 50));
        await tx.run({ text: 'update counter set n = n + 1 where id = $1', values: [second] });
      });
    await Promise.all([both(1, 2), both(2, 1)]);
    expect(attempts).toBeGreaterThan(2);
    expect(await database.run({ text: 'select n from counter order by id', values: [] })).toEqual([
      { n: 2 },
      { n: 2 },
    ]);
  });

  it('sees in a transaction what was committed meanwhile', async () => {
    const read = { text: 'select n from counter where id = $1', values: [1] };
    await database.transaction(async (tx) => {
      const [before] = await tx.run<{ n: number }>(read);
      await database.run({ text: 'update counter set n = n + 10 where id = $1', values: [1] });
      expect(await tx.run(read)).toEqual([{ n: before!.n + 10 }]);
    });
  });

  it('answers 503 when a lock does not come free', async () => {
    await database.transaction(async (holder) => {
      await holder.run({ text: 'select n from counter where id = $1 for update', values: [2] });
      const waiting = database.transaction(async (tx) => {
        await tx.run({ text: 'set session innodb_lock_wait_timeout = 1', values: [] });
        await tx.run({ text: 'update counter set n = 0 where id = $1', values: [2] });
      });
      await expect(waiting).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    });
  });

  it('stops a scan that takes too long with tooMany, and leaves the connection usable', async () => {
    const numbers = JSON.stringify(Array.from({ length: 3000 }, (_, n) => n));
    const table = (alias: string): string => `json_table($1, '$[*]' columns (n int path '$')) as ${alias}`;
    const text = `select count(*) as total from ${table('a')}, ${table('b')}, ${table('c')} where a.n + b.n = c.n`;
    const scan = database.scan({ text, values: [numbers] }, 0.05);
    await expect(scan).rejects.toMatchObject({ status: 400, scimType: 'tooMany' });
    expect(await database.scan({ text: 'select $1 as one', values: [1] }, 5)).toEqual([{ one: 1 }]);
  });

  it.each([true, false])('keeps prepared only what runs often, and only where it may (%s)', async (keep) => {
    const single = await openDatabase('mysql', { extra: { connectionLimit: 1 } });
    const one = new Database(single.dataSource, { preparedStatements: keep });
    const counted = async (): Promise<Record<string, number>> => {
      const rows = await one.run<{ Variable_name: string; Value: string }>({
        text: `show session status where variable_name in ('Com_stmt_prepare', 'Com_stmt_close')`,
        values: [],
      });
      return Object.fromEntries(rows.map((row) => [row.Variable_name, Number(row.Value)]));
    };
    const before = await counted();
    for (let i = 0; i < 3; i++) {
      await one.run({ text: 'select $1 as often', values: [i], prepare: true });
      await one.run({ text: 'select $1 as once', values: [i] });
    }
    const after = await counted();
    await single.close();
    const made = after['Com_stmt_prepare']! - before['Com_stmt_prepare']!;
    const closed = after['Com_stmt_close']! - before['Com_stmt_close']!;
    expect([made, closed]).toEqual(keep ? [4, 3] : [6, 6]);
  });

  it('answers 503 with Retry-After when the database is away', async () => {
    const { createPool } = await import('mysql2');
    const away = new DataSource({ type: 'mysql', url: 'mysql://nobody@127.0.0.1:1/none' });
    Object.assign(away.driver, { pool: createPool('mysql://nobody@127.0.0.1:1/none') });
    const asked = new Database(away).run({ text: 'select 1', values: [] });
    await expect(asked).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
  });

  it('compares exactly, blanks at the end included, in names of any length that fit', async () => {
    const insert = (name: string) =>
      database.run({ text: 'insert into scim_turn (name) values ($1)', values: [name] });
    for (const name of ['a', 'A', 'a ', 'á', 'a\u0301', '𝒂'.repeat(255)]) await insert(name);
    const found = await database.run({ text: 'select name from scim_turn where name = $1', values: ['a '] });
    expect(found).toEqual([{ name: 'a ' }]);
    await expect(insert('á')).rejects.toMatchObject({ status: 409 });
    await expect(insert('x'.repeat(256))).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  it.each([0, 1, 3, 512, 513, 70_000])('finds one of %i texts in a list', async (length) => {
    const texts = Array.from({ length }, (_, n) => (n === length - 1 ? 'a ' : `nobody-${n}`));
    const { dialect } = database;
    const select = (not: string): Promise<{ name: string }[]> =>
      database.run<{ name: string }>({
        text: `select name from scim_turn where ${not} (${dialect.isOneOf('name', '$1')}) order by name`,
        values: [dialect.list(texts)],
      });
    expect((await select('')).map(({ name }) => name)).toEqual(length === 0 ? [] : ['a ']);
    expect((await select('not')).map(({ name }) => name).slice(0, 2)).toEqual(['A', 'a']);
  });
});
