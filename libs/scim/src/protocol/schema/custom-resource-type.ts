import { extensionOf } from './core/resource-types.js';
import type { AttributeDefinition, ResourceTypeDefinition, SchemaDefinition } from './definition.js';
import { schemaFromClass } from './schema-from-class.js';
import type { SchemaClass } from './scim-attribute.decorator.js';
import { resourceTypeDetails, type ScimResourceTypeDeclaration } from './scim-resource-type.decorator.js';

/** Entry of the option `resourceTypes`: a class with `@ScimResourceType`, or the same as an object. */
export type ResourceTypeOption = SchemaClass | ScimResourceTypeDeclaration;

/**
 * The resource type that a host declares, checked as far as it can be by itself; the registry compares it with the
 * others.
 *
 * @throws Error naming the class, for one that is no resource type or asks for what only the core types have
 */
export function customResourceType(option: ResourceTypeOption): ResourceTypeDefinition {
  const declaration = typeof option === 'function' ? declarationOf(option) : option;
  const schema = schemaFromClass(declaration.schema);
  const { name = schema.name, description = schema.description } = declaration;
  const extensions = (declaration.extensions ?? []).map(extensionOf);
  for (const each of [schema, ...extensions.map((extension) => extension.schema)])
    refuseOwnTables(name, each);
  return { name, endpoint: declaration.endpoint ?? `/${pluralOf(name)}`, description, schema, extensions };
}

function declarationOf(schemaClass: SchemaClass): ScimResourceTypeDeclaration {
  const details = resourceTypeDetails(schemaClass);
  if (!details) {
    throw new Error(
      `${schemaClass.name} is no resource type: it lacks @ScimResourceType() beside @ScimSchema.`,
    );
  }
  return { ...details, schema: schemaClass };
}

/** The plural as RFC 7644 §3.2 wants it, by the rules of English spelling; the name's own case is kept. */
export function pluralOf(name: string): string {
  const lower = name.toLowerCase();
  if (/(?:s|x|z|ch|sh)$/.test(lower)) return `${name}es`;
  return /[^aeiou]y$/.test(lower) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** The code that keeps or computes such values exists for Group.members and User.groups alone. */
function refuseOwnTables(type: string, schema: SchemaDefinition): void {
  const refuse = ({ name, detached, computed, subAttributes }: AttributeDefinition): void => {
    if (detached || computed) {
      throw new Error(
        `Resource type ${type}: ${schema.id}:${name} cannot be ${detached ? 'detached' : 'computed'}.`,
      );
    }
    subAttributes?.forEach(refuse);
  };
  schema.attributes.forEach(refuse);
}
