// #region data-source
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';

/** One place for both: the application spreads it into `TypeOrmModule.forRoot`. */
export const databaseOptions: DataSourceOptions = {
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: scimEntities(), // [...scimEntities(), Invoice, …]
  migrations: SCIM_MIGRATIONS, // [...SCIM_MIGRATIONS, AddInvoice…]
};

/** For the TypeORM command line. */
export const dataSource = new DataSource(databaseOptions);
// #endregion data-source
