import type { DataSource } from 'typeorm';

/** Databases that take their column types from MySQL. */
export function isMysql(type: string): boolean {
  return type === 'mysql' || type === 'mariadb';
}

/** Types of PostgreSQL that MySQL calls otherwise. */
const ON_MYSQL: ReadonlyMap<string, string> = new Map([
  ['jsonb', 'json'],
  ['text', 'longtext'],
]);

/** A column type, named as on PostgreSQL, as the database calls it. */
export function columnTypeOn(database: string, type: string): string {
  return (isMysql(database) ? ON_MYSQL.get(type) : undefined) ?? type;
}

/**
 * The collation of our tables on MySQL: code points in their order, and blanks at the end count. The one of this kind
 * has another name on MariaDB. Undefined on all other databases.
 */
export function textCollation(dataSource: DataSource): string | undefined {
  if (!isMysql(dataSource.options.type)) return undefined;
  return isMariaDb(dataSource) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

/** TypeORM keeps the number of the version only; MySQL is at 9, and MariaDB went on from 5 to 10. */
export function isMariaDb({ driver, options }: DataSource): boolean {
  return driver.version === undefined
    ? options.type === 'mariadb'
    : Number.parseInt(driver.version, 10) >= 10;
}
