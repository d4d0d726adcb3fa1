import { type ColumnType, type DataSource, getMetadataArgsStorage } from 'typeorm';
import { columnTypeOn, isMysql } from './column-types.js';
import { ScimLogEntry } from '../log/scim-log-entry.entity.js';
import { ScimAttributeValue } from './scim-attribute-value.entity.js';
import { ScimBreakerState } from './scim-breaker.entity.js';
import { ScimConnection } from './scim-connection.entity.js';
import { ScimJitAccount } from './scim-jit-account.entity.js';
import { ScimSignOnLink } from './scim-sign-on-link.entity.js';
import { ScimGroupMember } from './scim-group-member.entity.js';
import { ScimGroup } from './scim-group.entity.js';
import { ScimResource } from './scim-resource.entity.js';
import { ScimOutbox } from './scim-outbox.entity.js';
import { ScimLegalHold } from './scim-legal-hold.entity.js';
import { ScimPendingMember } from './scim-pending-member.entity.js';
import { ScimRoleBinding } from './scim-role-binding.entity.js';
import { ScimRoleJob } from './scim-role-job.entity.js';
import { ScimRoleMapping } from './scim-role-mapping.entity.js';
import { ScimRoleState } from './scim-role-state.entity.js';
import { ScimRoleTenant } from './scim-role-tenant.entity.js';
import { ScimToken } from './scim-token.entity.js';
import { ScimTombstone } from './scim-tombstone.entity.js';
import { ScimTombstoneMember } from './scim-tombstone-member.entity.js';
import { ScimTurn } from './scim-turn.entity.js';
import { ScimUser } from './scim-user.entity.js';

/** Classes of the host that take the place of ours. */
export interface ScimEntityClasses {
  /** @default ScimUser */
  readonly user?: new () => ScimUser;
  /** @default ScimGroup */
  readonly group?: new () => ScimGroup;
}

/** What `DataSourceOptions.entities` takes. */
export type ScimEntity = new () => object;

/** Databases that name the types of columns alike. `postgres` stands for SQLite, too. */
export type ScimEntitiesDatabase = 'postgres' | 'mysql';

/**
 * The entities of the module, for `entities` of the DataSource. Give the same classes here and to the module.
 *
 * TypeORM keeps one description of a class, whatever the database. So this call decides for all DataSources that are
 * initialised after it; do not mix MySQL with others in one process, or call it right before each `initialize`.
 *
 * @param database `mysql` for a DataSource of type `mysql` or `mariadb`. @default 'postgres'
 * @throws Error when a class of the host is no entity
 * @example entities: [...scimEntities({ user: AppUser }), ...yours]
 */
export function scimEntities(
  classes: ScimEntityClasses = {},
  database: ScimEntitiesDatabase = 'postgres',
): ScimEntity[] {
  for (const entity of [classes.user, classes.group]) if (entity) assertDecorated(entity);
  nameTypesFor(database);
  return entitiesFor(classes, database);
}

/** TypeORM would pass over it and then miss the table at which others point, in words that name neither. */
function assertDecorated(entity: ScimEntity): void {
  if (getMetadataArgsStorage().tables.some(({ target }) => target === entity)) return;
  throw new Error(`${entity.name} is no entity; give it the decorator @Entity with the name of the table.`);
}

function entitiesFor({ user, group }: ScimEntityClasses, database: ScimEntitiesDatabase): ScimEntity[] {
  const own = database === 'mysql' ? [ScimTurn] : [];
  return [user ?? ScimUser, group ?? ScimGroup, ...SHARED, ...own];
}

const SHARED: readonly ScimEntity[] = [
  ScimAttributeValue,
  ScimResource,
  ScimGroupMember,
  ScimConnection,
  ScimToken,
  ScimPendingMember,
  ScimTombstone,
  ScimTombstoneMember,
  ScimLegalHold,
  ScimBreakerState,
  ScimOutbox,
  ScimLogEntry,
  ScimRoleBinding,
  ScimRoleJob,
  ScimRoleMapping,
  ScimRoleState,
  ScimRoleTenant,
  ScimJitAccount,
  ScimSignOnLink,
];

/** Types of our own columns as the decorators name them. */
const DECLARED = new WeakMap<object, string>();

function nameTypesFor(database: ScimEntitiesDatabase): void {
  const ours = new Set<unknown>([ScimUser, ScimGroup, ...SHARED]);
  for (const { target, options } of getMetadataArgsStorage().columns) {
    if (!ours.has(target) || typeof options.type !== 'string') continue;
    const declared = DECLARED.get(options) ?? options.type;
    DECLARED.set(options, declared);
    options.type = columnTypeOn(database, declared) as ColumnType;
  }
}

/**
 * Checks at start that the DataSource has the entities that the module was told of.
 * @throws Error when one is missing, or when two classes stand for the same table (ours and a subclass of it)
 */
export function assertEntities(dataSource: DataSource, classes: ScimEntityClasses = {}): void {
  const database = isMysql(dataSource.options.type) ? 'mysql' : 'postgres';
  for (const entity of entitiesFor(classes, database)) {
    if (!dataSource.hasMetadata(entity)) {
      throw new Error(
        `The DataSource lacks the entity ${entity.name}; spread scimEntities() into its entities.`,
      );
    }
    const table = dataSource.getMetadata(entity).tableName;
    const same = dataSource.entityMetadatas.filter((other) => other.tableName === table);
    if (same.length > 1) {
      const names = same.map((other) => other.name).join(' and ');
      throw new Error(
        `${names} both stand for the table ${table}; list only one, the class that extends ours.`,
      );
    }
  }
}
