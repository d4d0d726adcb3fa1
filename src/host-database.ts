import { DataSource } from 'typeorm';
import { databaseOptions } from './database-options.js';
import { openEmbeddedDatabase } from './embedded-postgres/embedded-database.js';
import type { Environment } from './environment.js';
import { migrate } from './migrate.js';
import { StartError } from './start-error.js';

/** The database that the host works on, up to date. */
export interface HostDatabase {
  readonly url: string;
  /** Whether it is the one in the data directory. */
  readonly embedded: boolean;
  readonly close: () => Promise<void>;
}

/**
 * Opens the database of DATABASE_URL, else the one in the data directory, and runs the migrations.
 * @throws StartError
 */
export async function openHostDatabase(
  environment: Environment,
  say: (line: string) => void,
): Promise<HostDatabase> {
  const { databaseUrl, dataDirectory } = environment;
  if (databaseUrl !== undefined) {
    await bringUpToDate(databaseUrl);
    return { url: databaseUrl, embedded: false, close: () => Promise.resolve() };
  }
  const { url, close } = await openEmbeddedDatabase(dataDirectory, say);
  try {
    await bringUpToDate(url);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, embedded: true, close };
}

async function bringUpToDate(url: string): Promise<void> {
  const dataSource = new DataSource(databaseOptions(url));
  try {
    await dataSource.initialize();
  } catch (error) {
    // The driver's reason names the host or the account, never the password.
    const reason = error instanceof Error && error.message !== '' ? ` (${error.message})` : '';
    throw new StartError(`The database cannot be reached${reason}: check DATABASE_URL.`, { cause: error });
  }
  try {
    await migrate(dataSource);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The tables cannot be brought up to date: ${reason}.`, { cause: error });
  } finally {
    await dataSource.destroy();
  }
}
