import type { AttributeDefinition } from '../schema/definition.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import type { JsonObject } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';

/** Whether a schema describes what clients send or what they get. */
export type Direction = 'request' | 'response';

/** JSON Schema (2020-12) of a resource, made from the very declarations that validate it. */
export function resourceSchema(type: ResourceType, direction: Direction): JsonObject {
  const { schema, extensions, description } = type.definition;
  const common = COMMON_ATTRIBUTES.filter(({ name }) => name !== 'schemas');
  const holders = extensions
    .map((extension) => [extension.schema.id, objectSchema(extension.schema.attributes, direction)] as const)
    .filter(([, holder]) => Object.keys(holder['properties'] as JsonObject).length > 0);
  const object = objectSchema([...common, ...schema.attributes], direction);
  const required = [
    'schemas',
    ...((object['required'] as string[] | undefined) ?? []),
    ...(direction === 'response' ? ['meta'] : []),
    ...extensions.filter((extension) => extension.required).map((extension) => extension.schema.id),
  ];
  return {
    type: 'object',
    ...(description === '' ? {} : { description }),
    required,
    properties: {
      schemas: schemasSchema([schema.id, ...extensions.map((extension) => extension.schema.id)], schema.id),
      ...(object['properties'] as JsonObject),
      ...Object.fromEntries(holders),
    },
  };
}

function schemasSchema(urns: string[], base: string): JsonObject {
  return {
    type: 'array',
    description: 'URNs of the base schema and of the extensions in use.',
    items: { type: 'string', enum: urns },
    contains: { const: base },
    uniqueItems: true,
  };
}

function objectSchema(attributes: readonly AttributeDefinition[], direction: Direction): JsonObject {
  const shown = attributes.filter((attribute) => isShown(attribute, direction));
  const required = shown.filter((attribute) => attribute.required && isSure(attribute, direction));
  return {
    type: 'object',
    ...(required.length > 0 ? { required: required.map(({ name }) => name) } : {}),
    properties: Object.fromEntries(
      shown.map((attribute) => [attribute.name, valueSchema(attribute, direction)]),
    ),
  };
}

function isShown({ mutability, returned }: AttributeDefinition, direction: Direction): boolean {
  return direction === 'request'
    ? mutability !== 'readOnly'
    : returned !== 'never' && mutability !== 'writeOnly';
}

/** Clients may choose what they get; `returned: request` comes only then. */
function isSure({ returned }: AttributeDefinition, direction: Direction): boolean {
  return direction === 'request' || returned === 'always' || returned === 'default';
}

function valueSchema(attribute: AttributeDefinition, direction: Direction): JsonObject {
  const { multiValued, description, mutability } = attribute;
  const notes = {
    ...(description === '' ? {} : { description }),
    ...(mutability === 'readOnly' ? { readOnly: true } : {}),
    ...(mutability === 'writeOnly' ? { writeOnly: true } : {}),
  };
  const single = singleSchema(attribute, direction);
  return multiValued ? { type: 'array', ...notes, items: single } : { ...single, ...notes };
}

function singleSchema(attribute: AttributeDefinition, direction: Direction): JsonObject {
  const { canonicalValues, enforceCanonicalValues } = attribute;
  const values = canonicalValues && canonicalValues.length > 0 ? [...canonicalValues] : undefined;
  const hint: JsonObject = values ? (enforceCanonicalValues ? { enum: values } : { examples: values }) : {};
  switch (attribute.type) {
    case 'complex':
      return objectSchema(attribute.subAttributes ?? [], direction);
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer' };
    case 'decimal':
      return { type: 'number' };
    case 'dateTime':
      return { type: 'string', format: 'date-time' };
    case 'binary':
      return { type: 'string', contentEncoding: 'base64' };
    case 'reference':
      return { type: 'string', format: 'uri-reference', ...hint };
    case 'string':
      return { type: 'string', ...hint };
  }
}
