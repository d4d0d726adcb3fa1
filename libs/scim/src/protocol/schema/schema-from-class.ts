import type { AttributeDefinition, AttributeType, SchemaDefinition } from './definition.js';
import { checkAttribute, checkSchemaId } from './declaration-checks.js';
import { declaredAttributes, type DeclaredAttribute, type SchemaClass } from './scim-attribute.decorator.js';
import { schemaOptions } from './scim-schema.decorator.js';

/**
 * The schema that a class declares with `@ScimSchema` and `@ScimAttribute`, checked. Meant for start-up: each fault
 * of the declaration is an Error whose text names the class and the property.
 *
 * @throws Error for a name, type or combination of characteristics that RFC 7643 does not allow
 */
export function schemaFromClass(schemaClass: SchemaClass): SchemaDefinition {
  const options = schemaOptions(schemaClass);
  if (!options) throw new Error(`${schemaClass.name} is no schema: it lacks @ScimSchema({ id: 'urn:...' }).`);
  checkSchemaId(schemaClass.name, options.id);
  return {
    id: options.id,
    name: options.name ?? schemaClass.name,
    description: options.description ?? '',
    attributes: attributesOf(schemaClass, undefined),
  };
}

function attributesOf(
  schemaClass: SchemaClass,
  parent: DeclaredAttribute | undefined,
): AttributeDefinition[] {
  const declared = declaredAttributes(schemaClass);
  if (declared.length === 0) throw new Error(`${schemaClass.name} has no property with @ScimAttribute.`);
  const names = new Set<string>();
  return declared.map((attribute) => {
    const definition = define(schemaClass, attribute, parent);
    const lower = definition.name.toLowerCase();
    if (names.has(lower)) {
      throw new Error(
        `${schemaClass.name}.${attribute.property}: the name is taken (names ignore letter case).`,
      );
    }
    names.add(lower);
    return definition;
  });
}

function define(
  schemaClass: SchemaClass,
  attribute: DeclaredAttribute,
  parent: DeclaredAttribute | undefined,
): AttributeDefinition {
  const { property, options } = attribute;
  const where = `${schemaClass.name}.${property}`;
  const complex = typeof options.type === 'function';
  if (complex && parent) {
    throw new Error(`${where}: a complex attribute may not contain another one (RFC 7643 §2.3.8).`);
  }
  const type: AttributeType = typeof options.type === 'function' ? 'complex' : (options.type ?? 'string');
  checkAttribute(where, options.name ?? property, type, options, parent?.options);
  const { type: _type, name: _name, ...characteristics } = options;
  return {
    multiValued: false,
    description: '',
    required: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
    name: options.name ?? property,
    type,
    caseExact: type === 'reference' || type === 'binary' || (options.caseExact ?? false),
    ...(typeof options.type === 'function' ? { subAttributes: attributesOf(options.type(), attribute) } : {}),
  };
}
