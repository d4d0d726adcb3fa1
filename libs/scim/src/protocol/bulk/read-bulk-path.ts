import { ScimError } from '../error/scim-error.js';
import type { JsonValue } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import type { ResourceTypeRegistry } from '../schema/resource-type-registry.js';
import type { BulkMethod } from './bulk-operation.js';

/** Endpoints that are no collections of resources and cannot be called from a Bulk request (P-3.7-04). */
const NOT_IN_BULK = new Set([
  '',
  'Bulk',
  'Me',
  'ServiceProviderConfig',
  'Schemas',
  'ResourceTypes',
  '.search',
]);

/**
 * Reads the path of an operation: `/Users` for POST, `/Users/{id}` otherwise, relative to the base; the leading slash
 * may be missing. The id may be a reference `bulkId:x`. Endpoint names are case-sensitive (D-03).
 *
 * @throws ScimError invalidSyntax for another form, 404 for an unknown endpoint
 */
export function readBulkPath(
  path: JsonValue | undefined,
  method: BulkMethod,
  registry: ResourceTypeRegistry,
): { type: ResourceType; target?: string } {
  if (typeof path !== 'string') throw ScimError.invalidSyntax('path must be a string.');
  if (path.includes('?') || path.includes('#') || path.includes('://') || path.startsWith('//')) {
    throw ScimError.invalidSyntax('path must be relative to the base, such as /Users, without parameters.');
  }
  const [endpoint = '', id, ...rest] = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (NOT_IN_BULK.has(endpoint) || id === '.search') {
    throw ScimError.invalidSyntax('path must name a collection of resources or one resource.');
  }
  const type = registry.types.find((candidate) => candidate.endpoint === `/${endpoint}`);
  if (!type) throw ScimError.notFound('There is no such endpoint.');
  if (method === 'POST') {
    if (id !== undefined) throw ScimError.invalidSyntax('The path of POST is the endpoint alone.');
    return { type };
  }
  if (!id || rest.length > 0) {
    throw ScimError.invalidSyntax(`The path of ${method} is the endpoint and the id of one resource.`);
  }
  return { type, target: decoded(id) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw ScimError.invalidSyntax('path holds a percent sign that encodes nothing.');
  }
}
