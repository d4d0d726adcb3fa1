import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import { Client } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { describe, inject } from 'vitest';

export type DatabaseName = 'postgres' | 'sqlite' | 'mysql';

/** Every database that the suite runs on: MySQL or MariaDB where TEST_MYSQL_URL says one. */
export const DATABASES: readonly DatabaseName[] =
  inject('mysql') === undefined ? ['postgres', 'sqlite'] : ['postgres', 'sqlite', 'mysql'];

/** An empty database of its own. */
export interface EmptyDatabase {
  /** Driver and address; entities and migrations are for the caller to add. */
  readonly options: Partial<DataSourceOptions>;
  drop(): Promise<void>;
}

export interface OpenDatabase {
  readonly name: DatabaseName;
  readonly dataSource: DataSource;
  close(): Promise<void>;
}

/** Runs a suite once on each database. */
export function describeEachDatabase(title: string, suite: (database: DatabaseName) => void): void {
  for (const database of DATABASES) {
    describe(`${title} on ${database}`, () => {
      suite(database);
    });
  }
}

export async function emptyDatabase(name: DatabaseName): Promise<EmptyDatabase> {
  if (name === 'sqlite') return { options: { type: 'sqljs' }, drop: async () => undefined };
  const database = `scim_test_${randomBytes(6).toString('hex')}`;
  if (name === 'mysql') return emptyMysql(database);
  const url = new URL(inject('postgresUrl'));
  await asSuperuser(url, `create database ${database}`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  return {
    options: { type: 'postgres', url: own.href },
    drop: () => asSuperuser(url, `drop database ${database} with (force)`),
  };
}

async function emptyMysql(database: string): Promise<EmptyDatabase> {
  const server = inject('mysql');
  if (server === undefined) throw new Error('TEST_MYSQL_URL is not set.');
  const { url, type } = server;
  const administer = async (statement: string): Promise<void> => {
    const connection = await mysql.createConnection(url);
    await connection.query(statement).finally(() => connection.end());
  };
  // With the collation that most servers come with, which is not the one that our tables need.
  await administer(`create database ${database} character set utf8mb4 collate utf8mb4_general_ci`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  return {
    options: { type, url: own.href },
    drop: () => administer(`drop database ${database}`),
  };
}

/** As `scimEntities` calls it. */
export function entitiesDatabase(type: string | undefined): 'mysql' | 'postgres' {
  return type === 'mysql' || type === 'mariadb' ? 'mysql' : 'postgres';
}

/** A database of its own, migrated, with the module's entities. `options` of the DataSource win. */
export async function openDatabase(
  name: DatabaseName,
  options: Partial<DataSourceOptions> = {},
): Promise<OpenDatabase> {
  const empty = await emptyDatabase(name);
  const dataSource = new DataSource({
    ...empty.options,
    entities: scimEntities({}, entitiesDatabase(name)),
    migrations: SCIM_MIGRATIONS,
    migrationsRun: true,
    ...options,
  } as DataSourceOptions);
  await dataSource.initialize();
  const close = async (): Promise<void> => {
    await dataSource.destroy();
    await empty.drop();
  };
  return { name, dataSource, close };
}

async function asSuperuser(url: URL, statement: string): Promise<void> {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
