import { randomBytes } from 'node:crypto';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import { Client } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { describe, inject } from 'vitest';

/** Every database that the suite runs on. */
export const DATABASES = ['postgres', 'sqlite'] as const;
export type DatabaseName = (typeof DATABASES)[number];

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
  const url = new URL(inject('postgresUrl'));
  await asSuperuser(url, `create database ${database}`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  return {
    options: { type: 'postgres', url: own.href },
    drop: () => asSuperuser(url, `drop database ${database} with (force)`),
  };
}

/** A database of its own, migrated, with the module's entities. `options` of the DataSource win. */
export async function openDatabase(
  name: DatabaseName,
  options: Partial<DataSourceOptions> = {},
): Promise<OpenDatabase> {
  const empty = await emptyDatabase(name);
  const dataSource = new DataSource({
    ...empty.options,
    entities: scimEntities(),
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
