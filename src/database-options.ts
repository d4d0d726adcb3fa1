import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { AppUser } from './app-user.entity.js';
import { AddCostCentre1764100000000 } from './migrations/1764100000000-add-cost-centre.js';

/** The data source of the host: its own tables would stand beside the module's here. */
export function databaseOptions(url: string): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: scimEntities({ user: AppUser }),
    migrations: [...SCIM_MIGRATIONS, AddCostCentre1764100000000],
    migrationsTableName: 'migrations',
    logging: false,
  };
}
