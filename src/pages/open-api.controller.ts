import { Controller, Get, Header, Inject } from '@nestjs/common';
import {
  type OpenApiDocument,
  ResourceTypeRegistry,
  SCIM_OPTIONS,
  scimOpenApi,
  type ScimOptions,
} from 'nestjs-scim';
import { SCIM_PATH } from '../environment.js';
import { Public } from '../sessions/public.decorator.js';
import { openApiPage } from './open-api-page.js';

/** The SCIM endpoints described: `/openapi.json` for programs, `/docs` for people. Neither names a user or a secret. */
@Public()
@Controller()
export class OpenApiController {
  private readonly document: OpenApiDocument;

  constructor(registry: ResourceTypeRegistry, @Inject(SCIM_OPTIONS) options: ScimOptions) {
    const path = options.publicUrl === undefined ? `/${SCIM_PATH}` : '';
    this.document = scimOpenApi(registry, { ...options, path });
  }

  @Get('openapi.json')
  json(): OpenApiDocument {
    return this.document;
  }

  @Get('docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
  page(): string {
    return openApiPage(this.document);
  }
}
