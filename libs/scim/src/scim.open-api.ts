import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { HTTP_SETTINGS, type HttpSettings } from './http/http-settings.js';
import { scimOpenApi, type OpenApiDocument } from './protocol/openapi/scim-open-api.js';
import { ResourceTypeRegistry } from './protocol/schema/resource-type-registry.js';

/** As much of an OpenAPI document as is touched; what `SwaggerModule.createDocument` gives fits. */
export interface HostOpenApiDocument {
  readonly openapi?: string;
  readonly paths: object;
  readonly components?: object;
  readonly tags?: readonly object[];
}

/**
 * The OpenAPI document of the SCIM endpoints of a running application: its extensions and options. With the option
 * `publicUrl` that is the server, else paths begin at the root of the application.
 *
 * @param app an application that imports ScimModule; its global prefix must have been set
 */
export function scimOpenApiOf(app: INestApplicationContext): OpenApiDocument {
  const { registry, settings, path } = partsOf(app);
  return scimOpenApi(registry, settings.publicUrl === undefined ? { ...settings, path } : settings);
}

/**
 * A host's OpenAPI document, for example of `SwaggerModule.createDocument(app, config)`, with the SCIM endpoints in it.
 * The outcome is OpenAPI 3.1, since ours uses JSON Schema; give it a document of that version
 * (`new DocumentBuilder().setOpenAPIVersion('3.1.0')`) if you use `nullable`. The document that is given stays as it is.
 *
 * @param app an application that imports ScimModule; its global prefix must have been set
 */
export function addScimToSwagger<T extends HostOpenApiDocument>(
  document: T,
  app: INestApplicationContext,
): T {
  const { registry, settings, path: base } = partsOf(app);
  const scim = scimOpenApi(registry, { ...settings, publicUrl: undefined, path: base });
  const isHosts = ([path]: [string, unknown]): boolean => path !== base && !path.startsWith(`${base}/`);
  return {
    ...document,
    openapi: document.openapi?.startsWith('3.0') === false ? document.openapi : scim.openapi,
    tags: [...(document.tags ?? []), ...(scim.tags ?? [])],
    paths: { ...Object.fromEntries(Object.entries(document.paths).filter(isHosts)), ...secured(scim) },
    components: merged(document.components ?? {}, scim.components),
  };
}

function partsOf(app: INestApplicationContext): {
  registry: ResourceTypeRegistry;
  settings: HttpSettings;
  path: string;
} {
  const settings = app.get<HttpSettings>(HTTP_SETTINGS, { strict: false });
  const prefix = app.get(ApplicationConfig, { strict: false }).getGlobalPrefix();
  const segments = [prefix, settings.path].flatMap((part) => part.split('/')).filter((part) => part !== '');
  const registry = app.get(ResourceTypeRegistry, { strict: false });
  return { registry, settings, path: segments.map((segment) => `/${segment}`).join('') };
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
