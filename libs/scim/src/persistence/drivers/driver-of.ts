import type { DataSource } from 'typeorm';
import type { Dialect } from '../dialects/dialect.js';
import type { DatabaseDriver } from './database-driver.js';
import { MysqlDriver } from './mysql.driver.js';
import { PostgresDriver } from './postgres.driver.js';
import { SqliteDriver } from './sqlite.driver.js';

/** @param naming whether statements that run often stay prepared */
export function driverOf(dataSource: DataSource, dialect: Dialect, naming: boolean): DatabaseDriver {
  switch (dialect.name) {
    case 'postgres':
      return new PostgresDriver(dataSource, dialect, naming);
    case 'mysql':
      return new MysqlDriver(dataSource, dialect, naming);
    case 'sqlite':
      return new SqliteDriver(dataSource, dialect);
  }
}
