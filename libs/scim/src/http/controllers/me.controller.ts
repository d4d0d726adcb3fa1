import { Delete, Get, HttpCode, Patch, Post, Put, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { PatchOperation } from '../../protocol/patch/patch-operation.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ProvisioningContext } from '../../provisioning/provisioning-context.js';
import type { ProjectionParameters } from '../../provisioning/request-parameters.js';
import { ResourceReader } from '../../provisioning/resource-reader.js';
import { ResourceRepresenter } from '../../provisioning/resource-representer.js';
import { ResourceWriter } from '../../provisioning/resource-writer.js';
import { Caller } from '../decorators/caller.decorator.js';
import { FromRequest } from '../decorators/from-request.decorator.js';
import { Projected } from '../decorators/projected.decorator.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { Access } from '../guards/endpoint-access.decorator.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { preconditionsOf } from '../intake/preconditions.js';
import { MyResource } from '../me/my-resource.js';
import { PatchBodyPipe } from '../pipes/patch-body.pipe.js';
import { ScimBodyPipe } from '../pipes/scim-body.pipe.js';
import { ScimResponder } from '../scim-responder.js';
import { UsersController } from './users.controller.js';

/**
 * `/Me`: the caller's own resource under an alias (RFC 7644 §3.11). Answers carry the address of the resource itself.
 */
@Access({ endpoints: ['/Me'], scope: 'users' })
@UseGuards(ScimBearerGuard)
@UseFilters(ScimExceptionFilter)
export class MeController {
  private readonly users: UsersController;
  private readonly type: ResourceType;

  constructor(
    reader: ResourceReader,
    registry: ResourceTypeRegistry,
    private readonly writer: ResourceWriter,
    private readonly representer: ResourceRepresenter,
    private readonly responder: ScimResponder,
    private readonly me: MyResource,
  ) {
    this.type = registry.required('User');
    this.users = new UsersController(registry, reader, writer, responder);
  }

  @Get()
  async read(
    @Caller() caller: ProvisioningContext,
    @Projected() projection: ProjectionParameters,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    await this.users.read(caller, projection, await this.me.id(request), request, response);
  }

  /** Self-registration is not offered (P-3.11-04). */
  @Post()
  register(): never {
    throw ScimError.notImplemented('Users cannot be created at /Me; use /Users.');
  }

  @Put()
  async replace(
    @Caller() caller: ProvisioningContext,
    @Projected() projection: ProjectionParameters,
    @FromRequest(ScimBodyPipe) body: JsonObject,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const id = await this.me.id(request);
    await this.users.replace(this.asSelf(caller), projection, id, body, request, response);
  }

  @Patch()
  async modify(
    @Caller() caller: ProvisioningContext,
    @Projected() projection: ProjectionParameters,
    @FromRequest(PatchBodyPipe) operations: readonly PatchOperation[],
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const id = await this.me.id(request);
    await this.users.modify(this.asSelf(caller), projection, id, operations, request, response);
  }

  @Delete()
  @HttpCode(204)
  async remove(
    @Caller() caller: ProvisioningContext,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const id = await this.me.id(request);
    if (this.me.allowed) throw ScimError.forbidden('Callers cannot delete themselves here.');
    const preconditions = preconditionsOf(request, caller.rules);
    await this.writer.remove(this.type, caller, id, preconditions);
    const headers = { Location: this.representer.location(this.type, caller, id) };
    this.responder.send(request, response, { status: 204, headers });
  }

  private asSelf(caller: ProvisioningContext): ProvisioningContext {
    return { ...caller, changeable: this.me.allowed };
  }
}
