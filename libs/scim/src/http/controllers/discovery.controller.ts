import { Get, Param, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import { entityTag, ifNoneMatch } from '../../protocol/resource/entity-tag.js';
import type { TenantRules } from '../../provisioning/tenant/tenant-rules.js';
import { Tenants } from '../../provisioning/tenant/tenants.js';
import { DiscoveryDocuments, type DiscoveryDocument } from '../discovery-documents.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { Access } from '../guards/endpoint-access.decorator.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { pathOf, ScimLocation } from '../intake/scim-location.js';
import { rawRequest, requestTarget, rulesOf } from '../intake/scim-request.js';
import { ScimResponder } from '../scim-responder.js';

/** `/ServiceProviderConfig`, `/Schemas` and `/ResourceTypes` (RFC 7644 §4). */
@Access({
  discovery: true,
  endpoints: ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes'],
  scope: 'schema',
})
@UseGuards(ScimBearerGuard)
@UseFilters(ScimExceptionFilter)
export class DiscoveryController {
  constructor(
    private readonly documents: DiscoveryDocuments,
    private readonly location: ScimLocation,
    private readonly responder: ScimResponder,
    private readonly tenants: Tenants,
  ) {}

  @Get('ServiceProviderConfig')
  serviceProviderConfig(@Req() request: unknown, @Res() response: unknown): void {
    this.answer(
      request,
      response,
      this.documents.serviceProviderConfig(this.rules(request), this.location.baseUrl(request)),
    );
  }

  @Get('Schemas')
  schemas(@Req() request: unknown, @Res() response: unknown): void {
    this.answer(
      request,
      response,
      this.documents.schemas(this.rules(request), this.location.baseUrl(request)),
    );
  }

  @Get('Schemas/:urn')
  schema(@Param('urn') urn: string, @Req() request: unknown, @Res() response: unknown): void {
    this.answer(
      request,
      response,
      this.documents.schema(this.rules(request), this.location.baseUrl(request), urn),
    );
  }

  @Get('ResourceTypes')
  resourceTypes(@Req() request: unknown, @Res() response: unknown): void {
    this.answer(
      request,
      response,
      this.documents.resourceTypes(this.rules(request), this.location.baseUrl(request)),
    );
  }

  @Get('ResourceTypes/:name')
  resourceType(@Param('name') name: string, @Req() request: unknown, @Res() response: unknown): void {
    this.answer(
      request,
      response,
      this.documents.resourceType(this.rules(request), this.location.baseUrl(request), name),
    );
  }

  /** Those of the caller's tenant (D-53); what is common to all for a request without a token. */
  private rules(request: unknown): TenantRules {
    return rulesOf(request) ?? this.tenants.common;
  }

  private answer(request: unknown, response: unknown, document: DiscoveryDocument | undefined): void {
    const target = requestTarget(request);
    if (new URLSearchParams(target.slice(pathOf(target).length)).has('filter')) {
      // Nobody shall believe that a filter was applied here (RFC 7644 §4).
      throw ScimError.forbidden('Discovery endpoints cannot be filtered; leave the filter out.');
    }
    if (!document) throw ScimError.notFound();
    const headers = this.rules(request).features.etag ? { ETag: entityTag(document.version) } : undefined;
    const known = rawRequest(request).headers['if-none-match'];
    if (headers && known !== undefined && !ifNoneMatch(known, document.version)) {
      this.responder.send(request, response, { status: 304, headers });
      return;
    }
    this.responder.send(request, response, { status: 200, headers, body: document.json });
  }
}
