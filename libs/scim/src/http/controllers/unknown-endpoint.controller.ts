import { All, Req, UseFilters, UseGuards } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { TenantRules } from '../../provisioning/tenant/tenant-rules.js';
import { Tenants } from '../../provisioning/tenant/tenants.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { ANY_PATH } from '../intake/any-path.js';
import { ScimLocation, tidyPath } from '../intake/scim-location.js';
import { rawRequest, requestTarget, rulesOf } from '../intake/scim-request.js';
import { MyResource } from '../me/my-resource.js';

const COLLECTION = ['GET', 'HEAD', 'POST'];
const RESOURCE = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'];
const READ_ONLY = ['GET', 'HEAD'];

/**
 * Everything below the module's path that no other controller took: methods that an endpoint does not have (405
 * with Allow), optional features that are off (501), unknown endpoints (404). Registered last. The base address itself
 * is the root controller's.
 */
@UseGuards(ScimBearerGuard)
@UseFilters(ScimExceptionFilter)
export class UnknownEndpointController {
  constructor(
    private readonly location: ScimLocation,
    private readonly me: MyResource,
    private readonly tenants: Tenants,
  ) {}

  @All([...ANY_PATH])
  refuse(@Req() request: unknown): never {
    const path = tidyPath(requestTarget(request));
    const [endpoint = '', id, ...rest] = path.slice(this.location.basePath.length + 1).split('/');
    const method = rawRequest(request).method ?? 'GET';
    const rules = rulesOf(request) ?? this.tenants.common;
    const allow = rest.length === 0 ? this.allowed(rules, `/${endpoint}`, id) : undefined;
    if (allow === 'off') throw ScimError.notImplemented(`/${endpoint} is not available on this server.`);
    if (allow === undefined || allow.includes(method)) throw ScimError.notFound('There is no such endpoint.');
    throw ScimError.methodNotAllowed(method, allow);
  }

  /** Methods of an endpoint (RFC 7644 §3.2); undefined when there is none of that name. */
  private allowed(
    { features, types }: TenantRules,
    endpoint: string,
    id: string | undefined,
  ): readonly string[] | 'off' | undefined {
    switch (endpoint) {
      case '/.search':
        if (id !== undefined) return undefined;
        return features.rootQuery ? ['POST'] : 'off';
      case '/Me':
        if (id !== undefined) return undefined;
        return this.me.served ? RESOURCE : 'off';
      case '/Bulk':
        return id === undefined ? ['POST'] : undefined;
      case '/ServiceProviderConfig':
        return id === undefined ? READ_ONLY : undefined;
      case '/Schemas':
      case '/ResourceTypes':
        return READ_ONLY;
      default:
        // Endpoint names are case-sensitive (D-03).
        if (!types.some((type) => type.endpoint === endpoint)) return undefined;
        if (id === undefined) return COLLECTION;
        return id === '.search' ? ['POST'] : RESOURCE;
    }
  }
}
