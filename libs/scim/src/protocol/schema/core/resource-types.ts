import type {
  AttributeDefinition,
  ResourceTypeDefinition,
  SchemaDefinition,
  SchemaExtensionDefinition,
} from '../definition.js';
import { schemaFromClass } from '../schema-from-class.js';
import type { SchemaClass } from '../scim-attribute.decorator.js';
import { EnterpriseUserSchema } from './enterprise-user.js';
import { GroupSchema } from './group.js';
import { UserSchema } from './user.js';

/** An extension: its class, or the class with the word whether each resource must carry it. */
export type ExtensionOption = SchemaClass | { readonly schema: SchemaClass; readonly required: boolean };

export interface UserResourceTypeOptions {
  /** Extensions besides EnterpriseUser. @default [] */
  readonly extensions?: readonly ExtensionOption[];
  /** Offer the enterprise extension. @default true */
  readonly enterprise?: boolean;
  /** Leave `password` out of the schema, for providers that do not take passwords (D-27). @default false */
  readonly omitPassword?: boolean;
  /** Leave `groups` out of the schema, which saves computing them (D-11). @default false */
  readonly omitGroups?: boolean;
  /**
   * Publish canonical values also for the `type` of entitlements, roles and x509Certificates, for which RFC 7643 has
   * none and the interoperability profile wants some. @default false
   */
  readonly typeValues?: boolean;
}

export interface GroupResourceTypeOptions {
  /** @default [] */
  readonly extensions?: readonly ExtensionOption[];
  /** `request`: members are sent only to clients that ask for them (D-14). @default 'default' */
  readonly membersReturned?: 'default' | 'request';
  /** displayName is unique among the groups of a tenant (S-4.2-02). @default false */
  readonly uniqueNames?: boolean;
}

/** The resource type User at /Users (RFC 7643 §4.1). */
export function userResourceType(options: UserResourceTypeOptions = {}): ResourceTypeDefinition {
  const {
    extensions = [],
    enterprise = true,
    omitPassword = false,
    omitGroups = false,
    typeValues = false,
  } = options;
  const kept = ({ name }: AttributeDefinition): boolean =>
    !(omitPassword && name === 'password') && !(omitGroups && name === 'groups');
  const schema = schemaFromClass(UserSchema);
  return {
    name: 'User',
    endpoint: '/Users',
    description: 'User account',
    schema: { ...schema, attributes: schema.attributes.filter(kept).map(typeValues ? withTypeValues : same) },
    extensions: [...(enterprise ? [EnterpriseUserSchema] : []), ...extensions].map(extensionOf),
  };
}

/** The resource type Group at /Groups (RFC 7643 §4.2). */
export function groupResourceType(options: GroupResourceTypeOptions = {}): ResourceTypeDefinition {
  const declared = schemaFromClass(GroupSchema);
  const schema = options.uniqueNames ? changed(declared, 'displayName', { uniqueness: 'server' }) : declared;
  return {
    name: 'Group',
    endpoint: '/Groups',
    description: 'Group of users and groups',
    schema:
      options.membersReturned === 'request' ? changed(schema, 'members', { returned: 'request' }) : schema,
    extensions: (options.extensions ?? []).map(extensionOf),
  };
}

const same = (attribute: AttributeDefinition): AttributeDefinition => attribute;

function withTypeValues(attribute: AttributeDefinition): AttributeDefinition {
  const subAttributes = attribute.subAttributes?.map((sub) =>
    sub.name === 'type' && !sub.canonicalValues
      ? { ...sub, canonicalValues: ['work', 'home', 'other'] }
      : sub,
  );
  return subAttributes ? { ...attribute, subAttributes } : attribute;
}

/** The extension that an option stands for. @throws Error when its class is no schema */
export function extensionOf(option: ExtensionOption): SchemaExtensionDefinition {
  const { schema, required } = typeof option === 'function' ? { schema: option, required: false } : option;
  return { schema: schemaFromClass(schema), required };
}

function changed(
  schema: SchemaDefinition,
  name: string,
  characteristics: Partial<AttributeDefinition>,
): SchemaDefinition {
  const attributes = schema.attributes.map((attribute) =>
    attribute.name === name ? { ...attribute, ...characteristics } : attribute,
  );
  return { ...schema, attributes };
}
