import { All, HttpCode, Inject, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ListParameters } from '../../provisioning/request-parameters.js';
import { RootReader } from '../../provisioning/root-reader.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { Access } from '../guards/endpoint-access.decorator.js';
import { scopeOf } from '../guards/type-scope.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { HTTP_SETTINGS, type HttpSettings } from '../http-settings.js';
import { callerOf, principalOf, rawRequest, rulesOf } from '../intake/scim-request.js';
import { ListQueryPipe } from '../pipes/list-query.pipe.js';
import { SearchBodyPipe } from '../pipes/search-body.pipe.js';
import { ScimResponder } from '../scim-responder.js';

const READ_ONLY = ['GET', 'HEAD'];

/** The base address and its `.search`: queries over all resource types (RFC 7644 §3.4.2.1, §3.4.3). */
@Access({ endpoints: ['/.search', ''] })
@UseGuards(ScimBearerGuard)
@UseFilters(ScimExceptionFilter)
export class RootController {
  constructor(
    private readonly registry: ResourceTypeRegistry,
    private readonly reader: RootReader,
    private readonly queryPipe: ListQueryPipe,
    private readonly searchPipe: SearchBodyPipe,
    private readonly responder: ScimResponder,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  /** All methods: Fastify takes no second route for the rest of them at one and the same path. */
  @All()
  list(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    return this.answer(request, response, this.queryPipe, READ_ONLY);
  }

  @Post('.search')
  @HttpCode(200)
  search(@Req() request: unknown, @Res() response: unknown): Promise<void> {
    return this.answer(request, response, this.searchPipe, ['POST']);
  }

  /** The pipe runs in here, so that a query that is switched off is not judged first. */
  private async answer(
    request: unknown,
    response: unknown,
    pipe: { transform(request: unknown): ListParameters },
    allow: readonly string[],
  ): Promise<void> {
    if (!(rulesOf(request) ?? this.settings).features.rootQuery) {
      throw ScimError.notImplemented('Queries over all resource types are not available on this server.');
    }
    const method = rawRequest(request).method ?? 'GET';
    if (!allow.includes(method)) throw ScimError.methodNotAllowed(method, allow);
    const types = this.readable(request);
    const body = await this.reader.list(types, callerOf(request), pipe.transform(request));
    this.responder.send(request, response, { status: 200, body });
  }

  /** What the token may not read is not there (P-3.4.2.1-05). */
  private readable(request: unknown): readonly ResourceType[] {
    const scopes = principalOf(request)?.scopes ?? [];
    const types = this.registry.types.filter((type) => scopes.includes(readScope(type)));
    if (types.length > 0) return types;
    const needed = [...new Set(this.registry.types.map(readScope))].join(' ');
    throw ScimError.forbidden('The token may not read any resource type.', {
      'WWW-Authenticate': `Bearer realm="${this.settings.realm}", error="insufficient_scope", scope="${needed}"`,
    });
  }
}

/** `users:read` for users. */
function readScope(type: ResourceType): string {
  return `${scopeOf(type)}:read`;
}
