import type { JsonObject } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { content, parameterRef, responseRef, schemaNames, schemaRef } from './components.js';

/** Optional parts of the protocol that an operation depends on. */
export interface OpenApiFeatures {
  readonly patch: boolean;
  readonly filter: boolean;
  readonly sort: boolean;
  readonly etag: boolean;
  /** POST /Bulk. */
  readonly bulk: boolean;
  /** GET and POST /.search over all resource types. */
  readonly rootQuery: boolean;
}

const errors = (...statuses: number[]): JsonObject =>
  Object.fromEntries(statuses.map((status) => [String(status), responseRef(String(status))]));
const found = (schema: JsonObject, description: string): JsonObject => ({
  description,
  content: content(schema),
});
const body = (schema: JsonObject): JsonObject => ({ required: true, content: content(schema) });

/** Path items of one resource type (RFC 7644 §3.2), by path below the base. */
export function resourcePaths(type: ResourceType, features: OpenApiFeatures): JsonObject {
  const { endpoint } = type;
  return {
    [endpoint]: collection(type, features),
    [`${endpoint}/.search`]: { post: search(type) },
    [`${endpoint}/{id}`]: resource(type, features),
  };
}

function collection(type: ResourceType, { filter, sort }: OpenApiFeatures): JsonObject {
  const { name, endpoint } = type;
  const { read, write, list } = schemaNames(type);
  const parameters = [
    ...(filter ? ['filter'] : []),
    ...(sort ? ['sortBy', 'sortOrder'] : []),
    'startIndex',
    'cursor',
    'count',
    'attributes',
    'excludedAttributes',
  ];
  return {
    get: {
      ...named(type, `list${plural(endpoint)}`, `List resources of the type ${name}`),
      parameters: parameters.map(parameterRef),
      responses: { 200: found(schemaRef(list), 'A page.'), ...errors(400, 401, 403, 429) },
    },
    post: {
      ...named(type, `create${name}`, `Create a ${name}`),
      parameters: projection(),
      requestBody: body(schemaRef(write)),
      responses: { 201: found(schemaRef(read), 'Created.'), ...errors(400, 401, 403, 409, 413, 429) },
    },
  };
}

function search(type: ResourceType): JsonObject {
  return {
    ...named(type, `search${plural(type.endpoint)}`, 'List by a query in the body'),
    requestBody: body(schemaRef('ScimSearch')),
    responses: {
      200: found(schemaRef(schemaNames(type).list), 'A page.'),
      ...errors(400, 401, 403, 413, 429),
    },
  };
}

function resource(type: ResourceType, { patch, etag }: OpenApiFeatures): JsonObject {
  const { name } = type;
  const { read, write } = schemaNames(type);
  const conditions = etag ? [parameterRef('ifMatch'), parameterRef('ifNoneMatch')] : [];
  const failing = errors(400, 401, 403, 404, 409, ...(etag ? [412] : []), 413, 429);
  const noBody = type.attribute('members')?.detached === true;
  return {
    parameters: [parameterRef('id')],
    get: {
      ...named(type, `read${name}`, `Read a ${name}`),
      parameters: [...projection(), ...conditions],
      responses: {
        200: found(schemaRef(read), 'The resource.'),
        ...(etag ? { 304: { description: 'Not changed.' } } : {}),
        ...errors(400, 401, 403, 404, ...(etag ? [412] : []), 429),
      },
    },
    put: {
      ...named(type, `replace${name}`, `Replace a ${name}`),
      parameters: [...projection(), ...conditions],
      requestBody: body(schemaRef(write)),
      responses: { 200: found(schemaRef(read), 'Replaced.'), ...failing },
    },
    ...(patch
      ? {
          patch: {
            ...named(type, `modify${name}`, `Change a ${name}`),
            parameters: [...projection(), ...conditions],
            requestBody: body(schemaRef('ScimPatch')),
            responses: {
              200: found(schemaRef(read), 'Changed.'),
              ...(noBody ? { 204: { description: 'Changed; no attributes were asked for.' } } : {}),
              ...failing,
            },
          },
        }
      : {}),
    delete: {
      ...named(type, `delete${name}`, `Delete a ${name}`),
      parameters: conditions,
      responses: { 204: { description: 'Deleted.' }, ...errors(401, 403, 404, ...(etag ? [412] : []), 429) },
    },
  };
}

/** Path items of what concerns all resource types: Bulk and queries at the root (RFC 7644 §3.7, §3.4.2.1). */
export function commonPaths({ bulk, rootQuery }: OpenApiFeatures): JsonObject {
  const tags = ['SCIM'];
  const page = found(schemaRef('ScimAnyList'), 'A page.');
  return {
    ...(rootQuery
      ? {
          '/.search': {
            post: {
              tags,
              operationId: 'searchScim',
              summary: 'List resources of all types by a query in the body',
              requestBody: body(schemaRef('ScimSearch')),
              responses: { 200: page, ...errors(400, 401, 403, 413, 429) },
            },
          },
        }
      : {}),
    ...(bulk
      ? {
          '/Bulk': {
            post: {
              tags,
              operationId: 'bulkScim',
              summary: 'Several operations in one request',
              requestBody: body(schemaRef('ScimBulkRequest')),
              responses: {
                200: found(schemaRef('ScimBulkResponse'), 'What became of each operation.'),
                ...errors(400, 401, 403, 413, 429),
              },
            },
          },
        }
      : {}),
  };
}

/** Path items of discovery (RFC 7644 §4). */
export function discoveryPaths(publicDiscovery: boolean): JsonObject {
  const read = (id: string, summary: string, schema: string, unknown = false): JsonObject => ({
    tags: ['SCIM discovery'],
    operationId: id,
    summary,
    ...(publicDiscovery ? { security: [] } : {}),
    responses: { 200: found(schemaRef(schema), 'Found.'), ...errors(403, ...(unknown ? [404] : [])) },
  });
  return {
    '/ServiceProviderConfig': {
      get: read('readScimServiceProviderConfig', 'What this provider can do', 'ScimDiscovery'),
    },
    '/Schemas': { get: read('listScimSchemas', 'Schemas in use', 'ScimDiscoveryList') },
    '/Schemas/{urn}': {
      parameters: [parameterRef('urn')],
      get: read('readScimSchema', 'One schema', 'ScimDiscovery', true),
    },
    '/ResourceTypes': { get: read('listScimResourceTypes', 'Kinds of resources', 'ScimDiscoveryList') },
    '/ResourceTypes/{name}': {
      parameters: [parameterRef('name')],
      get: read('readScimResourceType', 'One kind of resource', 'ScimDiscovery', true),
    },
  };
}

function named({ endpoint }: ResourceType, operation: string, summary: string): JsonObject {
  return {
    tags: [`SCIM ${plural(endpoint)}`],
    operationId: `${operation.replace(/^[a-z]+/, '$&Scim')}`,
    summary,
  };
}

function projection(): JsonObject[] {
  return [parameterRef('attributes'), parameterRef('excludedAttributes')];
}

/** `/Users` is Users. */
function plural(endpoint: string): string {
  return endpoint.slice(1);
}
