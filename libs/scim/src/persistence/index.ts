export {
  assertEntities,
  scimEntities,
  type ScimEntitiesDatabase,
  type ScimEntity,
  type ScimEntityClasses,
} from './entities/scim-entities.js';
export { ScimAttributeValue } from './entities/scim-attribute-value.entity.js';
export { ScimColumn } from './entities/scim-column.decorator.js';
export { ScimGroup } from './entities/scim-group.entity.js';
export { ScimGroupMember } from './entities/scim-group-member.entity.js';
export { ScimBreakerState } from './entities/scim-breaker.entity.js';
export { ScimConnection } from './entities/scim-connection.entity.js';
export { ScimLegalHold } from './entities/scim-legal-hold.entity.js';
export { ScimResource } from './entities/scim-resource.entity.js';
export { ScimOutbox } from './entities/scim-outbox.entity.js';
export { ScimJitAccount } from './entities/scim-jit-account.entity.js';
export { ScimSignOnLink } from './entities/scim-sign-on-link.entity.js';
export { ScimPendingMember } from './entities/scim-pending-member.entity.js';
export { ScimRoleBinding } from './entities/scim-role-binding.entity.js';
export { ScimRoleJob } from './entities/scim-role-job.entity.js';
export { ScimRoleMapping } from './entities/scim-role-mapping.entity.js';
export { ScimRoleState } from './entities/scim-role-state.entity.js';
export { ScimRoleTenant } from './entities/scim-role-tenant.entity.js';
export { ScimToken } from './entities/scim-token.entity.js';
export { ScimTombstone } from './entities/scim-tombstone.entity.js';
export { ScimTombstoneMember } from './entities/scim-tombstone-member.entity.js';
export { ScimTurn } from './entities/scim-turn.entity.js';
export { ScimUser } from './entities/scim-user.entity.js';
export { ScimLogEntry } from './log/scim-log-entry.entity.js';
export { TypeOrmProvisioningLogStore } from './log/typeorm-provisioning-log.store.js';
export { SCIM_MIGRATIONS } from './migrations/index.js';
export { Database, type DatabaseSettings, type Executor, type Row, type Transaction } from './database.js';
export type { Statement } from './dialects/statement.js';
export type { ResourceStoreSettings } from './stores/store-context.js';
export { TypeOrmResourceStore, type ResourceStoreInput } from './stores/typeorm-resource.store.js';
export { TypeOrmBreakerStore } from './stores/typeorm-breaker.store.js';
export { TypeOrmDeletionStore } from './stores/typeorm-deletion.store.js';
export { TypeOrmRoleStore } from './roles/typeorm-role.store.js';
export { TypeOrmOutbox, type OutboxStoreSettings } from './outbox/typeorm-outbox.js';
export { TypeOrmIdentityStore } from './stores/typeorm-identity.store.js';
export { TypeOrmTokenStore } from './stores/typeorm-token.store.js';
export {
  ResourceStore,
  type CurrentResource,
  type GroupMembership,
  type Keyset,
  type KeysetPosition,
  type Member,
  type ModifiedResource,
  type ResourceContent,
  type ResourceHead,
  type ResourcePage,
  type ResourceQuery,
  type ResourceSort,
  type StoredResource,
} from '../provisioning/resource-store.js';
export { IdentityStore, type AccountKey, type NewAccount, type Subject } from '../identity/identity-store.js';
