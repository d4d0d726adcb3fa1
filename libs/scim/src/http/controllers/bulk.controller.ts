import { HttpCode, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { BulkRequest } from '../../protocol/bulk/bulk-operation.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { BulkExecutor } from '../../provisioning/bulk/bulk-executor.js';
import type { ProvisioningContext } from '../../provisioning/provisioning-context.js';
import { Caller } from '../decorators/caller.decorator.js';
import { FromRequest } from '../decorators/from-request.decorator.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { Access } from '../guards/endpoint-access.decorator.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { scopeOf } from '../guards/type-scope.js';
import { principalOf } from '../intake/scim-request.js';
import { BulkBodyPipe } from '../pipes/bulk-body.pipe.js';
import { ScimResponder } from '../scim-responder.js';

/** POST `/Bulk` (RFC 7644 §3.7). Scopes are asked for each operation. */
@Access({ endpoints: ['/Bulk'] })
@UseGuards(ScimBearerGuard)
@UseFilters(ScimExceptionFilter)
export class BulkController {
  constructor(
    private readonly executor: BulkExecutor,
    private readonly responder: ScimResponder,
  ) {}

  @Post()
  @HttpCode(200)
  async execute(
    @Caller() caller: ProvisioningContext,
    @FromRequest(BulkBodyPipe) bulk: BulkRequest,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const scopes = principalOf(request)?.scopes ?? [];
    const body = await this.executor.execute(bulk, caller, (type) => refusal(type, scopes));
    this.responder.send(request, response, { status: 200, body });
  }
}

/** As the guard says it of a single request. */
function refusal(type: ResourceType, scopes: readonly string[]): ScimError | undefined {
  const scope = `${scopeOf(type)}:write`;
  return scopes.includes(scope) ? undefined : ScimError.forbidden(`The token lacks the scope ${scope}.`);
}
