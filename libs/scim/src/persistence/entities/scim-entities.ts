import type { DataSource } from 'typeorm';
import { ScimAttributeValue } from './scim-attribute-value.entity.js';
import { ScimConnection } from './scim-connection.entity.js';
import { ScimJitAccount } from './scim-jit-account.entity.js';
import { ScimSignOnLink } from './scim-sign-on-link.entity.js';
import { ScimGroupMember } from './scim-group-member.entity.js';
import { ScimGroup } from './scim-group.entity.js';
import { ScimResource } from './scim-resource.entity.js';
import { ScimPendingMember } from './scim-pending-member.entity.js';
import { ScimToken } from './scim-token.entity.js';
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

/**
 * The entities of the module, for `entities` of the DataSource. Give the same classes here and to the module.
 * @example entities: [...scimEntities({ user: AppUser }), ...yours]
 */
export function scimEntities(classes: ScimEntityClasses = {}): ScimEntity[] {
  return [
    classes.user ?? ScimUser,
    classes.group ?? ScimGroup,
    ScimAttributeValue,
    ScimResource,
    ScimGroupMember,
    ScimConnection,
    ScimToken,
    ScimPendingMember,
    ScimJitAccount,
    ScimSignOnLink,
  ];
}

/**
 * Checks at start that the DataSource has the entities that the module was told of.
 * @throws Error when one is missing, or when two classes stand for the same table (ours and a subclass of it)
 */
export function assertEntities(dataSource: DataSource, classes: ScimEntityClasses = {}): void {
  for (const entity of scimEntities(classes)) {
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
