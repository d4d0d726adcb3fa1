import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { AppUser } from './app-user.entity.js';
import { AddCostCentre1764100000000 } from './migrations/1764100000000-add-cost-centre.js';

/**
 * The data source of the host: its own tables would stand beside the module's here.
 * @param url begins with postgres:, mysql: or mariadb:
 */
export function databaseOptions(url: string): DataSourceOptions {
  const type = databaseType(url);
  return {
    type,
    url,
    entities: scimEntities({ user: AppUser }, type === 'postgres' ? 'postgres' : 'mysql'),
    migrations: [...SCIM_MIGRATIONS, AddCostCentre1764100000000],
    migrationsTableName: 'migrations',
    logging: false,
  };
}

/** The database that an address leads to, as TypeORM calls it. */
function databaseType(url: string): 'postgres' | 'mysql' | 'mariadb' {
  const scheme = url.slice(0, url.indexOf(':'));
  return scheme === 'mysql' || scheme === 'mariadb' ? scheme : 'postgres';
}
