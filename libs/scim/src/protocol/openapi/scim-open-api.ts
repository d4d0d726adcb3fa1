import type { JsonObject } from '../schema/json.js';
import type { ResourceTypeRegistry } from '../schema/resource-type-registry.js';
import {
  bulkSchemas,
  errorResponses,
  listSchema,
  messageSchemas,
  parameters,
  schemaNames,
  schemaRef,
  typeSchemas,
} from './components.js';
import { commonPaths, discoveryPaths, type OpenApiFeatures, resourcePaths } from './operations.js';

/** What the document says of the deployment; the resolved options of the module fit. */
export interface ScimOpenApiOptions {
  /** @default 'SCIM 2.0' */
  readonly title?: string;
  /** Version of the document. @default '2.0' */
  readonly version?: string;
  /** Public address of the endpoints; becomes the only server. @default undefined (paths are relative to `path`) */
  readonly publicUrl?: string | undefined;
  /** Put before every path, for example `/api/scim/v2`. @default '' */
  readonly path?: string;
  /** @default all on, `bulk` and `rootQuery` too */
  readonly features?: Partial<OpenApiFeatures>;
  /** @default 100 */
  readonly defaultCount?: number;
  /** @default 200 */
  readonly maxCount?: number;
  /** Discovery needs no token. @default true */
  readonly publicDiscovery?: boolean;
  readonly limits?: { readonly patchOperations?: number };
  readonly bulk?: { readonly maxOperations?: number };
}

/** An OpenAPI 3.1 document as plain JSON. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description?: string };
  servers?: { url: string }[];
  security?: Record<string, string[]>[];
  tags?: { name: string; description?: string }[];
  paths: JsonObject;
  components: {
    schemas: JsonObject;
    parameters: JsonObject;
    responses: JsonObject;
    securitySchemes: JsonObject;
  };
}

/**
 * An OpenAPI 3.1 document of the SCIM endpoints, made from the live schemas: a host's extensions are in it. All names
 * of components begin with `Scim`, so that it can be merged with the document of a host.
 */
export function scimOpenApi(
  registry: ResourceTypeRegistry,
  options: ScimOpenApiOptions = {},
): OpenApiDocument {
  const { title = 'SCIM 2.0', version = '2.0', publicUrl, path = '', publicDiscovery = true } = options;
  const on = { patch: true, filter: true, sort: true, etag: true, bulk: true, rootQuery: true };
  const features = { ...on, ...options.features };
  const counts = { defaultCount: options.defaultCount ?? 100, maxCount: options.maxCount ?? 200 };
  const operations = options.limits?.patchOperations ?? 1000;
  const { types } = registry;
  const paths = Object.assign(
    {},
    ...types.map((type) => resourcePaths(type, features)),
    commonPaths(features),
    discoveryPaths(publicDiscovery),
  ) as JsonObject;
  return {
    openapi: '3.1.0',
    info: { title, version, description: 'Provisioning of users and groups (RFC 7643, RFC 7644).' },
    ...(publicUrl === undefined ? {} : { servers: [{ url: publicUrl }] }),
    security: [{ scimToken: [] }],
    tags: [...types.map(({ endpoint }) => `SCIM ${endpoint.slice(1)}`), 'SCIM', 'SCIM discovery'].map(
      (name) => ({
        name,
      }),
    ),
    paths: Object.fromEntries(Object.entries(paths).map(([below, item]) => [path + below, item])),
    components: {
      schemas: Object.assign(
        {},
        ...types.map(typeSchemas),
        messageSchemas({ operations, maxCount: counts.maxCount }),
        features.bulk ? bulkSchemas(options.bulk?.maxOperations ?? 1000) : {},
        features.rootQuery
          ? { ScimAnyList: listSchema({ anyOf: types.map((type) => schemaRef(schemaNames(type).read)) }) }
          : {},
      ) as JsonObject,
      parameters: parameters(counts),
      responses: errorResponses(),
      securitySchemes: {
        scimToken: { type: 'http', scheme: 'bearer', description: 'A SCIM token of the connection.' },
      },
    },
  };
}
