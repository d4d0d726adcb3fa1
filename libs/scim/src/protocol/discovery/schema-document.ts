import type { AttributeDefinition, SchemaDefinition } from '../schema/definition.js';
import type { JsonObject } from '../schema/json.js';
import { SCHEMA_SCHEMA } from '../schema/schema-urns.js';

/**
 * The Schema resource that /Schemas shows (RFC 7643 §7). Marks of our own, such as `indexed`, are left out, and so
 * are characteristics that have no meaning for a type (errata 6004).
 *
 * @param baseUrl address of the SCIM endpoints, without trailing slash
 */
export function schemaDocument(schema: SchemaDefinition, baseUrl: string): JsonObject {
  return {
    schemas: [SCHEMA_SCHEMA],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

function attributeDocument(attribute: AttributeDefinition): JsonObject {
  const { type, canonicalValues, referenceTypes, subAttributes } = attribute;
  const text = type === 'string' || type === 'reference' || type === 'binary';
  const comparable = type === 'string' || type === 'reference' || type === 'integer' || type === 'decimal';
  return {
    name: attribute.name,
    type,
    ...(subAttributes ? { subAttributes: subAttributes.map(attributeDocument) } : {}),
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues ? { canonicalValues: [...canonicalValues] } : {}),
    ...(text ? { caseExact: attribute.caseExact } : {}),
    mutability: attribute.mutability,
    returned: attribute.returned,
    ...(comparable ? { uniqueness: attribute.uniqueness } : {}),
    ...(referenceTypes ? { referenceTypes: [...referenceTypes] } : {}),
  };
}
