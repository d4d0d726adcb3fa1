import type { JsonObject } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { RESOURCE_TYPE_SCHEMA } from '../schema/schema-urns.js';

/**
 * The ResourceType resource that /ResourceTypes shows (RFC 7643 §6).
 *
 * @param baseUrl address of the SCIM endpoints, without trailing slash
 */
export function resourceTypeDocument(type: ResourceType, baseUrl: string): JsonObject {
  const { name, endpoint, description, schema, extensions } = type.definition;
  const schemaExtensions = extensions.map((extension) => ({
    schema: extension.schema.id,
    required: extension.required,
  }));
  return {
    schemas: [RESOURCE_TYPE_SCHEMA],
    id: name,
    name,
    endpoint,
    ...(description === '' ? {} : { description }),
    schema: schema.id,
    ...(schemaExtensions.length > 0 ? { schemaExtensions } : {}),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  };
}
