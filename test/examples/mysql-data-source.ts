// #region data-source
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import type { DataSourceOptions } from 'typeorm';

export const mysqlOptions: DataSourceOptions = {
  type: 'mariadb', // or 'mysql'
  url: process.env.DATABASE_URL,
  entities: scimEntities({}, 'mysql'),
  migrations: SCIM_MIGRATIONS,
};
// #endregion data-source
