import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { PasswordLink } from './accounts/password-link.entity.js';
import { Password } from './accounts/password.entity.js';
import { AppUser } from './app-user.entity.js';
import { AddCostCentre1764100000000 } from './migrations/1764100000000-add-cost-centre.js';
import { CreateAccountsAndSessions1764100000010 } from './migrations/1764100000010-create-accounts-and-sessions.js';
import { RefreshToken } from './sessions/refresh-token.entity.js';
import { Session } from './sessions/session.entity.js';
import { Workspace } from './workspaces/workspace.entity.js';

/** Our own tables. */
const HOST_ENTITIES = [Workspace, Password, PasswordLink, Session, RefreshToken];

/**
 * The data source of the host: the module's tables and our own, so that one transaction can reach both.
 * @param url begins with postgres:, mysql: or mariadb:
 */
export function databaseOptions(url: string): DataSourceOptions {
  const type = databaseType(url);
  return {
    type,
    url,
    entities: [
      ...scimEntities({ user: AppUser }, type === 'postgres' ? 'postgres' : 'mysql'),
      ...HOST_ENTITIES,
    ],
    migrations: [...SCIM_MIGRATIONS, AddCostCentre1764100000000, CreateAccountsAndSessions1764100000010],
    migrationsTableName: 'migrations',
    logging: false,
  };
}

/** The database that an address leads to, as TypeORM calls it. */
function databaseType(url: string): 'postgres' | 'mysql' | 'mariadb' {
  const scheme = url.slice(0, url.indexOf(':'));
  return scheme === 'mysql' || scheme === 'mariadb' ? scheme : 'postgres';
}
