import { ResourceTypeRegistry, ScimBreaker, ScimBreakerRules, ScimDeletions } from 'nestjs-scim';
import { groupResourceType, userResourceType } from 'nestjs-scim/protocol';
import { TypeOrmBreakerStore, TypeOrmDeletionStore, TypeOrmOutbox } from 'nestjs-scim/typeorm';
import type { DataSource } from 'typeorm';
import { AppUser } from './app-user.entity.js';
import { userExtensions } from './user-extensions.js';

/** The services for deleted resources and breakers without the application; a running one delivers their events. */
export function deletionServices(dataSource: DataSource): { deletions: ScimDeletions; breaker: ScimBreaker } {
  const registry = new ResourceTypeRegistry([
    userResourceType({ extensions: userExtensions(), omitPassword: true }),
    groupResourceType(),
  ]);
  const deletions = TypeOrmDeletionStore.open(dataSource, { registry, entities: { user: AppUser } });
  const rules = new ScimBreakerRules();
  const breakers = new TypeOrmBreakerStore(dataSource, new TypeOrmOutbox(dataSource), rules);
  return { deletions: new ScimDeletions(deletions), breaker: new ScimBreaker(breakers) };
}
