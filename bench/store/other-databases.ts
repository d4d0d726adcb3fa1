import mysql from 'mysql2/promise';
import type { DataSourceOptions } from 'typeorm';

/** A database that is not the PostgreSQL of the benchmark, empty. */
export interface OtherDatabase {
  /** For people, with its version where there is more than one. */
  readonly name: string;
  readonly options: Partial<DataSourceOptions>;
  /** Statements that tell its planner how much there is. */
  readonly analyse: readonly string[];
  drop(): Promise<void>;
}

const OWN = 'bench_email_look_up';

/** SQLite as the project has it: sql.js, compiled to WebAssembly and in memory. */
export function sqlite(): OtherDatabase {
  return {
    name: 'SQLite (sql.js)',
    options: { type: 'sqljs' },
    analyse: ['analyze'],
    drop: () => Promise.resolve(),
  };
}

/** A database of our own on the server of `url`; whatever has its name is thrown away. */
export async function mysqlOrMariadb(url: string): Promise<OtherDatabase> {
  const [version] = await onMysql(url, [
    'select version() as version',
    `drop database if exists ${OWN}`,
    `create database ${OWN} character set utf8mb4`,
  ]);
  const text = (version as { version: string }[])[0]!.version;
  const isMariadb = /mariadb/i.test(text);
  const own = new URL(url);
  own.pathname = `/${OWN}`;
  return {
    name: `${isMariadb ? 'MariaDB' : 'MySQL'} ${/^[\d.]+/.exec(text)?.[0] ?? ''}`,
    options: { type: isMariadb ? 'mariadb' : 'mysql', url: own.href },
    analyse: ['analyze table scim_user, scim_attribute_value'],
    drop: async () => void (await onMysql(url, [`drop database ${OWN}`])),
  };
}

/** Runs statements in turn on a connection of its own. @returns their results */
async function onMysql(url: string, statements: readonly string[]): Promise<unknown[]> {
  const connection = await mysql.createConnection({ uri: url, connectTimeout: 10_000 });
  try {
    const results: unknown[] = [];
    for (const statement of statements) results.push((await connection.query(statement))[0]);
    return results;
  } finally {
    await connection.end();
  }
}
