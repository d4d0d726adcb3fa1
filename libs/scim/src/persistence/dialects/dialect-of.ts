import type { DataSource } from 'typeorm';
import type { Dialect } from './dialect.js';
import { textCollation } from '../entities/column-types.js';
import { MysqlDialect } from './mysql.dialect.js';
import { PostgresDialect } from './postgres.dialect.js';
import { SqliteDialect } from './sqlite.dialect.js';

/** @throws Error when the database is none of those supported */
export function dialectOf(dataSource: DataSource): Dialect {
  const { options } = dataSource;
  switch (options.type) {
    case 'postgres':
      return new PostgresDialect(options.schema);
    case 'sqljs':
    case 'better-sqlite3':
      return new SqliteDialect();
    case 'mysql':
    case 'mariadb':
      return new MysqlDialect(textCollation(dataSource)!);
    default:
      throw new Error(
        `nestjs-scim keeps its data in postgres, mysql, mariadb, better-sqlite3 or sqljs, not in ${options.type}.`,
      );
  }
}
