// SCIM itself, without a framework: schemas, filters, PATCH, errors. The entry point nestjs-scim/protocol.
export { REMEDIES, remedyOf } from './error/remedies.js';
export { ERROR_SCHEMA, ScimError, type ScimErrorBody, type ScimType } from './error/scim-error.js';
export {
  type Demand,
  DEMANDS,
  Leniency,
  Profile,
  type ProfileName,
  type Tolerance,
  TOLERANCES,
} from './compat/profile.js';

export { Attribute } from './schema/attribute.js';
export { resolveAttribute, type AttributeReference } from './schema/attribute-notation.js';
export { EnterpriseUserSchema } from './schema/core/enterprise-user.js';
export { GroupSchema } from './schema/core/group.js';
export {
  groupResourceType,
  userResourceType,
  type ExtensionOption,
  type GroupResourceTypeOptions,
  type UserResourceTypeOptions,
} from './schema/core/resource-types.js';
export { UserSchema } from './schema/core/user.js';
export type {
  AttributeDefinition,
  AttributeType,
  Mutability,
  ResourceTypeDefinition,
  Returned,
  SchemaDefinition,
  SchemaExtensionDefinition,
  Uniqueness,
} from './schema/definition.js';
export { isJsonObject, type JsonObject, type JsonValue } from './schema/json.js';
export { ResourceType, type CompiledExtension } from './schema/resource-type.js';
export { ResourceTypeRegistry } from './schema/resource-type-registry.js';
export { schemaFromClass } from './schema/schema-from-class.js';
export { ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from './schema/schema-urns.js';
export {
  ScimAttribute,
  type SchemaClass,
  type ScimAttributeOptions,
} from './schema/scim-attribute.decorator.js';
export { customResourceType, type ResourceTypeOption } from './schema/custom-resource-type.js';
export {
  ScimResourceType,
  type ScimResourceTypeDeclaration,
  type ScimResourceTypeDetails,
} from './schema/scim-resource-type.decorator.js';
export { ScimSchema, type ScimSchemaOptions } from './schema/scim-schema.decorator.js';

export type {
  AndFilter,
  CompareFilter,
  CompareOperator,
  Filter,
  FilterLiteral,
  NotFilter,
  OrFilter,
  PresentFilter,
  ValuePathFilter,
} from './filter/ast.js';
export { checkFilter } from './filter/check-filter.js';
export { evaluateFilter } from './filter/evaluate-filter.js';
export { DEFAULT_FILTER_LIMITS, type FilterLimits } from './filter/filter-limits.js';
export { parseFilter, type FilterSettings } from './filter/parse-filter.js';
export { printFilter } from './filter/print-filter.js';
export type { TypedFilter } from './filter/typed-filter.js';

export { applyPatch, type PatchResult } from './patch/apply-patch.js';
export type { MemberReference, MembershipStep } from './patch/membership.js';
export { PATCH_SCHEMA, type PatchOperation } from './patch/patch-operation.js';
export { readPatch } from './patch/read-patch.js';
export { completeNewResource } from './resource/complete-resource.js';
export { DEFAULT_READ_LIMITS, type ReadContext, type ReadLimits } from './resource/read-context.js';
export { readResource, type ReadResource } from './resource/read-resource.js';
export { comparisonKey } from './text/comparison-key.js';
