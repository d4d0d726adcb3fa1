import mysql from 'mysql2/promise';
import type { TestProject } from 'vitest/node';

/** A MySQL or MariaDB in which tests create databases. */
export interface MysqlServer {
  readonly url: string;
  /** As TypeORM calls it. */
  readonly type: 'mysql' | 'mariadb';
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined when there is none to test on. */
    mysql: MysqlServer | undefined;
  }
}

/** The server of TEST_MYSQL_URL. Says so when there is none; one that cannot be reached is a failure. */
export async function setup(project: TestProject): Promise<void> {
  const url = process.env.TEST_MYSQL_URL || undefined;
  if (url === undefined) {
    project.provide('mysql', undefined);
    say('TEST_MYSQL_URL is not set: nothing is tested on MySQL or MariaDB in this run.');
    return;
  }
  const connection = await mysql.createConnection({ uri: url, connectTimeout: 10_000 });
  const [rows] = await connection.query('select version() as version');
  await connection.end();
  const { version } = (rows as { version: string }[])[0]!;
  project.provide('mysql', { url, type: /mariadb/i.test(version) ? 'mariadb' : 'mysql' });
  say(`TEST_MYSQL_URL is set: tests run on version ${version} too.`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
