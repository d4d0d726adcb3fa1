import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import { DataSource } from 'typeorm';

/** For the TypeORM command line, built: `typeorm migration:run -d dist/ormconfig.js`. Reads DATABASE_URL. */
export default new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: scimEntities(),
  migrations: SCIM_MIGRATIONS,
  migrationsTableName: 'migrations',
});
