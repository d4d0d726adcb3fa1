import { ERROR_SCHEMA } from '../error/scim-error.js';
import { PATCH_SCHEMA } from '../patch/patch-operation.js';
import type { JsonObject } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { resourceSchema } from './attribute-schema.js';

/** Media type of every body (RFC 7644 §3.1). */
const MEDIA_TYPE = 'application/scim+json';
const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const SEARCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
export const parameterRef = (name: string): JsonObject => ({ $ref: `#/components/parameters/Scim${name}` });
export const responseRef = (status: string): JsonObject => ({ $ref: `#/components/responses/Scim${status}` });
export const content = (schema: JsonObject): JsonObject => ({ [MEDIA_TYPE]: { schema } });

const message = (urn: string): JsonObject => ({
  type: 'array',
  items: { type: 'string' },
  contains: { const: urn },
});
const text = (description: string): JsonObject => ({ type: 'string', description });
const names = (description: string): JsonObject => ({
  type: 'array',
  items: { type: 'string' },
  description,
});
const integer = (description: string, minimum: number): JsonObject => ({
  type: 'integer',
  minimum,
  description,
});

/** Names of the schemas of one resource type: read, written, listed. */
export function schemaNames({ name }: ResourceType): { read: string; write: string; list: string } {
  return { read: `Scim${name}`, write: `Scim${name}Write`, list: `Scim${name}List` };
}

export function typeSchemas(type: ResourceType): JsonObject {
  const { read, write, list } = schemaNames(type);
  return {
    [read]: resourceSchema(type, 'response'),
    [write]: resourceSchema(type, 'request'),
    [list]: listSchema(schemaRef(read)),
  };
}

export function listSchema(items: JsonObject): JsonObject {
  return {
    type: 'object',
    required: ['schemas', 'totalResults'],
    properties: {
      schemas: message(LIST_SCHEMA),
      totalResults: integer('All matches, not only those of this page.', 0),
      startIndex: integer('Position of the first resource of this page, from 1.', 1),
      nextCursor: text('Leads to the next page; missing on the last one (RFC 9865).'),
      previousCursor: text('Leads to the page before.'),
      itemsPerPage: integer('Resources in this page.', 0),
      Resources: { type: 'array', items },
    },
  };
}

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** Messages of Bulk (RFC 7644 §3.7). */
export function bulkSchemas(maxOperations: number): JsonObject {
  const method = { type: 'string', enum: ['POST', 'PUT', 'PATCH', 'DELETE'] };
  const operation = {
    method,
    bulkId: text('Name of a new resource, by which other operations can refer to it.'),
    version: text('Entity tag that the resource must have.'),
  };
  const answers = {
    location: text('Address of the resource.'),
    status: text('HTTP status, as text.'),
    response: { type: 'object', description: 'The error, or the resource.' },
  };
  return {
    ScimBulkRequest: {
      type: 'object',
      required: ['schemas', 'Operations'],
      properties: {
        schemas: message(BULK_REQUEST),
        failOnErrors: integer('Errors after which nothing more is done.', 1),
        Operations: {
          type: 'array',
          minItems: 1,
          maxItems: maxOperations,
          items: {
            type: 'object',
            required: ['method', 'path'],
            properties: {
              ...operation,
              path: text('Address below the base: /Users, /Users/{id}'),
              data: { type: 'object', description: 'Body of the operation.' },
            },
          },
        },
      },
    },
    ScimBulkResponse: {
      type: 'object',
      required: ['schemas', 'Operations'],
      properties: {
        schemas: message(BULK_RESPONSE),
        Operations: {
          type: 'array',
          items: { type: 'object', required: ['method', 'status'], properties: { ...operation, ...answers } },
        },
      },
    },
  };
}

/** Messages that all resource types share. */
export function messageSchemas(limits: { operations: number; maxCount: number }): JsonObject {
  return {
    ScimPatch: {
      type: 'object',
      description: 'Changes to a resource, applied in order, all or nothing (RFC 7644 §3.5.2).',
      required: ['schemas', 'Operations'],
      properties: {
        schemas: message(PATCH_SCHEMA),
        Operations: {
          type: 'array',
          minItems: 1,
          maxItems: limits.operations,
          items: {
            type: 'object',
            required: ['op'],
            properties: {
              op: { type: 'string', enum: ['add', 'remove', 'replace'] },
              path: text('Attribute, value filter and sub-attribute: emails[type eq "work"].value'),
              value: { description: 'New value; left out with remove.' },
            },
          },
        },
      },
    },
    ScimSearch: {
      type: 'object',
      description: 'A query in a body, so that personal data stays out of addresses (RFC 7644 §3.4.3).',
      required: ['schemas'],
      properties: {
        schemas: message(SEARCH_SCHEMA),
        filter: text('Filter expression (RFC 7644 §3.4.2.2).'),
        sortBy: text('Attribute to sort by.'),
        sortOrder: { type: 'string', enum: ['ascending', 'descending'] },
        startIndex: integer('Position of the first resource, from 1.', 1),
        cursor: text('nextCursor of the page before; empty for the first page by cursors (RFC 9865).'),
        count: integer(`Most resources in the answer; more than ${limits.maxCount} is cut.`, 0),
        attributes: names('Attributes to answer with.'),
        excludedAttributes: names('Attributes to leave out.'),
      },
    },
    ScimDiscovery: {
      type: 'object',
      description: 'A discovery document (RFC 7643 §5 to §7).',
      required: ['schemas', 'meta'],
      properties: {
        schemas: { type: 'array', items: { type: 'string' } },
        id: { type: 'string' },
        name: { type: 'string' },
        meta: { type: 'object' },
      },
    },
    ScimDiscoveryList: listSchema(schemaRef('ScimDiscovery')),
    ScimError: {
      type: 'object',
      required: ['schemas', 'status'],
      properties: {
        schemas: message(ERROR_SCHEMA),
        status: text('HTTP status, as text.'),
        scimType: text('Kind of a 400, 403 or 409 (RFC 7644 Table 9).'),
        detail: text('What to change.'),
      },
    },
  };
}

const query = (name: string, schema: JsonObject, description: string): JsonObject => ({
  name,
  in: 'query',
  description,
  schema,
});
const list: JsonObject = { type: 'string' };

export function parameters(limits: { maxCount: number; defaultCount: number }): JsonObject {
  const { maxCount, defaultCount } = limits;
  return {
    Scimid: { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    Scimurn: { name: 'urn', in: 'path', required: true, schema: { type: 'string' } },
    Scimname: { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
    Scimattributes: query('attributes', list, 'Attributes to answer with, separated by commas.'),
    ScimexcludedAttributes: query(
      'excludedAttributes',
      list,
      'Attributes to leave out, separated by commas.',
    ),
    Scimfilter: query('filter', list, 'Filter expression (RFC 7644 §3.4.2.2): userName eq "ann@example.com"'),
    ScimsortBy: query('sortBy', list, 'Attribute to sort by.'),
    ScimsortOrder: query('sortOrder', { type: 'string', enum: ['ascending', 'descending'] }, 'Direction.'),
    ScimstartIndex: query(
      'startIndex',
      { type: 'integer', default: 1 },
      'Position of the first resource, from 1.',
    ),
    Scimcursor: query('cursor', list, 'nextCursor of the page before; empty for the first page (RFC 9865).'),
    Scimcount: query(
      'count',
      { type: 'integer', default: defaultCount },
      `Most resources in the answer; more than ${maxCount} is cut.`,
    ),
    ScimifMatch: { name: 'If-Match', in: 'header', description: 'Entity tag that must hold.', schema: list },
    ScimifNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      description: 'Entity tag that the client has.',
      schema: list,
    },
  };
}

const ERRORS: Readonly<Record<string, string>> = {
  400: 'The request cannot be carried out as it is; scimType says why.',
  401: 'The token is missing, unknown, expired or revoked.',
  403: 'The token may not do this.',
  404: 'There is no such resource.',
  409: 'Another resource has a value that must be unique.',
  412: 'The resource has changed.',
  413: 'The request is over a limit.',
  429: 'Too many requests; wait as long as Retry-After says.',
};

export function errorResponses(): JsonObject {
  return Object.fromEntries(
    Object.entries(ERRORS).map(([status, description]) => [
      `Scim${status}`,
      { description, content: content(schemaRef('ScimError')) },
    ]),
  );
}
