import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { HTTP_SETTINGS, type HttpSettings } from './http/http-settings.js';
import { scimOpenApi, type OpenApiDocument } from './protocol/openapi/scim-open-api.js';
import { ResourceTypeRegistry } from './protocol/schema/resource-type-registry.js';

/** As much of an OpenAPI document as is touched; what `SwaggerModule.createDocument` gives fits. */
export interface HostOpenApiDocument {
  readonly paths: object;
  readonly components?: object;
  readonly tags?: readonly object[];
}

/**
 * The OpenAPI document of the SCIM endpoints of a running application: its extensions, options and global prefix.
 *
 * @param app an application that imports ScimModule; its global prefix must have been set
 */
export function scimOpenApiOf(app: INestApplicationContext): OpenApiDocument {
  const settings = app.get<HttpSettings>(HTTP_SETTINGS, { strict: false });
  const registry = app.get(ResourceTypeRegistry, { strict: false });
  const segments = [...app.get(ApplicationConfig).getGlobalPrefix().split('/'), ...settings.path.split('/')];
  const path = segments
    .filter((segment) => segment !== '')
    .map((segment) => `/${segment}`)
    .join('');
  return scimOpenApi(registry, { ...settings, publicUrl: undefined, path });
}

/**
 * A host's OpenAPI document, for example of `SwaggerModule.createDocument(app, config)`, with the SCIM endpoints in it.
 * What Nest itself could tell of these controllers (no bodies, a catch-all route) gives way. The document that is
 * given stays as it is.
 *
 * @param app an application that imports ScimModule; its global prefix must have been set
 */
export function addScimToSwagger<T extends HostOpenApiDocument>(
  document: T,
  app: INestApplicationContext,
): T {
  const scim = scimOpenApiOf(app);
  const settings = app.get<HttpSettings>(HTTP_SETTINGS, { strict: false });
  const [first = ''] = Object.keys(scim.paths);
  const base = first.slice(0, first.indexOf(settings.path) + settings.path.length);
  const own = ([path]: [string, unknown]): boolean => path !== base && !path.startsWith(`${base}/`);
  const paths = Object.entries(document.paths).filter(own);
  return {
    ...document,
    tags: [...(document.tags ?? []), ...(scim.tags ?? [])],
    paths: { ...Object.fromEntries(paths), ...secured(scim) },
    components: merged(document.components ?? {}, scim.components),
  };
}

/** In a document of a host the token is asked for by each operation: the host's own may want something else. */
function secured({ paths, security = [] }: OpenApiDocument): object {
  const operations = (item: object): [string, unknown][] =>
    Object.entries(item).map(([method, operation]) =>
      method === 'parameters' ? [method, operation] : [method, { security, ...(operation as object) }],
    );
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [path, Object.fromEntries(operations(item as object))]),
  );
}

/** Section by section; names of ours begin with Scim or scim. */
function merged(host: object, ours: object): object {
  const sections: Record<string, unknown> = { ...host };
  for (const [section, entries] of Object.entries(ours)) {
    sections[section] = { ...(sections[section] as object | undefined), ...(entries as object) };
  }
  return sections;
}
