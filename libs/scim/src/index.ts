// The public door of nestjs-scim. Named exports only; public-api.spec.ts lists them.
export type { CommandServices } from './admin/command-line.js';
export { runScimCommand, scimCommandHelp } from './admin/scim-command.js';
export { BeforeScimCommit, type BeforeCommitMethod } from './events/before-scim-commit.decorator.js';
export type { ChangeDoor, ChangeOrigin } from './events/change-origin.js';
export { ChangeGuard, type ChangeStatement, type ChangeTransaction } from './events/change-guard.js';
export { type AttributeChanges, ChangedAttributes } from './events/changed-attributes.js';
export {
  ClientProxyPublisher,
  type ClientProxyPublisherOptions,
  type EmittingClient,
} from './events/brokers/client-proxy.publisher.js';
export {
  JetStreamPublisher,
  type JetStreamPublisherOptions,
  type PublishingJetStream,
} from './events/brokers/jetstream.publisher.js';
export { type CloudEvent, toCloudEvent } from './events/cloud-event.js';
export { ConnectionReleased } from './events/connection-released.js';
export { type BreakerCount, ConnectionTripped } from './events/connection-tripped.js';
export type { EffectiveRole, RoleGroupName, RoleReason } from './events/effective-role.js';
export { EventRelay } from './events/event-relay.js';
export { EventPublisher } from './events/event-publisher.js';
export { EVENT_CLASSES, readEvent } from './events/event-registry.js';
export { endsAccess, eventsOf } from './events/events-of.js';
export { GroupCreated } from './events/group-created.js';
export { GroupDeleted } from './events/group-deleted.js';
export { GroupMembersChanged } from './events/group-members-changed.js';
export { GroupUpdated } from './events/group-updated.js';
export { type EventDelivery, OnScimEvent, type ScimEventMethod } from './events/on-scim-event.decorator.js';
export {
  type ClaimedEvent,
  type ClaimedRun,
  type ClaimRequest,
  type DeadEvent,
  type EventSelection,
  type FailedDelivery,
  type Look,
  Outbox,
  type OutboxStatus,
  type WaitingHead,
} from './events/outbox.js';
export type { ChangedMember, MembersChange, ResourceChange } from './events/resource-change.js';
export { ResourceCreated } from './events/resource-created.js';
export { ResourceDeleted } from './events/resource-deleted.js';
export { ResourceUpdated } from './events/resource-updated.js';
export { type EventHead, ScimEvent, sequenceOf } from './events/scim-event.js';
export type { EventOf, ScimEventClass } from './events/scim-event-class.js';
export { UserCreated } from './events/user-created.js';
export { UserDeactivated } from './events/user-deactivated.js';
export { UserDeleted } from './events/user-deleted.js';
export { UserPurgeDue } from './events/user-purge-due.js';
export { UserReactivated } from './events/user-reactivated.js';
export { type RolesChange, UserRolesChanged } from './events/user-roles-changed.js';
export { UserUpdated } from './events/user-updated.js';
export { EnterpriseUserSchema } from './protocol/schema/core/enterprise-user.js';
export { ScimError, type ScimErrorBody, type ScimType } from './protocol/error/scim-error.js';
export type { Filter } from './protocol/filter/ast.js';
export { type BreakerErrorCode, ScimBreakerError } from './provisioning/breaker/breaker-error.js';
export { type BreakerState, BreakerStore } from './provisioning/breaker/breaker-store.js';
export { type ReleaseBreaker, ScimBreaker } from './provisioning/breaker/scim-breaker.js';
export { DeletionBlocked } from './provisioning/deletion/deletion-blocked.js';
export { type DeletionErrorCode, ScimDeletionError } from './provisioning/deletion/deletion-error.js';
export {
  type DeletedQuery,
  type DeletedResource,
  DeletionStore,
  type ExpediteOutcome,
  type LegalHold,
  type RestoreOutcome,
  type RestoreSettings,
} from './provisioning/deletion/deletion-store.js';
export {
  type ListDeleted,
  type RestoreDeleted,
  type RestoredResource,
  ScimDeletions,
} from './provisioning/deletion/scim-deletions.js';
export { ScimPasswordKeeper } from './provisioning/password-keeper.js';
export {
  type OpenApiDocument,
  scimOpenApi,
  type ScimOpenApiOptions,
} from './protocol/openapi/scim-open-api.js';
export { ResourceTypeRegistry } from './protocol/schema/resource-type-registry.js';
export { ScimAttribute, type ScimAttributeOptions } from './protocol/schema/scim-attribute.decorator.js';
export {
  ScimResourceType,
  type ScimResourceTypeDeclaration,
  type ScimResourceTypeDetails,
} from './protocol/schema/scim-resource-type.decorator.js';
export { ScimSchema, type ScimSchemaOptions } from './protocol/schema/scim-schema.decorator.js';
export { TenantSettings, type TenantSwitches } from './provisioning/tenant/tenant-settings.js';
export { type Adoption, IdentityPolicy } from './identity/identity-policy.js';
export { ScimIdentityError } from './identity/identity-error.js';
export { ScimIdentity } from './identity/scim-identity.js';
export type {
  SignOn,
  SignOnIdentifier,
  SignOnOutcome,
  SignOnRefusal,
  SignOnUser,
} from './identity/sign-on.js';
export type { LogChange, LogEntry, LogKind, LogMembers, TokenRefusal } from './log/log-entry.js';
export { ScimLogError } from './log/log-error.js';
export type { LogWriterStatus } from './log/log-writer.js';
export { type LogSelection, ProvisioningLogStore } from './log/provisioning-log-store.js';
export {
  type LoggedRequest,
  type LogPage,
  type LogQuery,
  type LogStatus,
  ScimLog,
  type StatusClass,
} from './log/scim-log.js';
export { type CurrentUser, CurrentUserResolver } from './http/guards/current-user.js';
export { RequireScimRole } from './http/guards/require-scim-role.decorator.js';
export { MeResolver } from './http/me/me-resolver.js';
export { ScimFilterPipe } from './http/pipes/scim-filter.pipe.js';
export { ScimOptionsError } from './scim-options-error.js';
export type {
  ScimOptionsInput,
  ScimResourceTypeOptions,
  ScimStructuralOptions,
} from './scim.module-definition.js';
export { addScimToSwagger, type HostOpenApiDocument, scimOpenApiOf } from './scim.open-api.js';
export type { DryRunReport, DryRunRequest, DryRunRole, DryRunUsers } from './roles/dry-run.js';
export { type RoleErrorCode, ScimRoleError } from './roles/role-error.js';
export type { NewRoleMapping, OptionRoleMapping, RoleGroup, RoleMapping } from './roles/role-mapping.js';
export type { RoleSettings } from './roles/role-settings.js';
export { type RoleHolder, type RoleJob, RoleStore } from './roles/role-store.js';
export { type ListedMapping, type MappedGroup, ScimRoleMappings } from './roles/scim-role-mappings.js';
export {
  type ExplainedRoles,
  type HolderPage,
  type HolderPageRequest,
  type RoleQuestion,
  ScimRoles,
} from './roles/scim-roles.js';
export { ScimModule } from './scim.module.js';
export { SCIM_OPTIONS } from './scim.options-token.js';
export {
  ScimBreakerRules,
  ScimBulk,
  ScimFeatures,
  ScimLimits,
  ScimLogOptions,
  ScimOptions,
  ScimOutbox,
  ScimRetention,
  ScimRoleOptions,
  ScimSignOn,
} from './scim.options.js';
export { ScimTokens, type IssuedToken, type IssueToken, type RotateToken } from './tokens/scim-tokens.js';
export type { ScimPrincipal } from './tokens/principal.js';
export { SCOPES, type Scope } from './tokens/scopes.js';
export { ScimTokenError, type TokenErrorCode } from './tokens/token-error.js';
export { SCIM_TOKEN_PATTERN } from './tokens/token-format.js';
export { type Connection, type TokenRecord, TokenStore } from './tokens/token-store.js';
