import { Delete, Get, HttpCode, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import type { PatchOperation } from '../../protocol/patch/patch-operation.js';
import { entityTag, ifMatch, ifNoneMatch } from '../../protocol/resource/entity-tag.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ResourceAnswer } from '../../provisioning/answer.js';
import type { ProvisioningContext } from '../../provisioning/provisioning-context.js';
import type { ResourceReader } from '../../provisioning/resource-reader.js';
import type { ResourceWriter } from '../../provisioning/resource-writer.js';
import type { ListParameters, ProjectionParameters } from '../../provisioning/request-parameters.js';
import { Caller } from '../decorators/caller.decorator.js';
import { FromRequest } from '../decorators/from-request.decorator.js';
import { Projected } from '../decorators/projected.decorator.js';
import { preconditionsOf } from '../intake/preconditions.js';
import { ListQueryPipe } from '../pipes/list-query.pipe.js';
import { PatchBodyPipe } from '../pipes/patch-body.pipe.js';
import { ScimBodyPipe } from '../pipes/scim-body.pipe.js';
import { SearchBodyPipe } from '../pipes/search-body.pipe.js';
import type { ScimResponder } from '../scim-responder.js';

/** What a resource controller works with. */
export interface ResourceControllerParts {
  readonly type: ResourceType;
  readonly reader: ResourceReader;
  readonly writer: ResourceWriter;
  readonly responder: ScimResponder;
}

/** The endpoints of one resource type (RFC 7644 §3.2); subclasses name the type. */
export abstract class ResourceController {
  protected constructor(private readonly parts: ResourceControllerParts) {}

  @Get()
  async list(
    @Caller() caller: ProvisioningContext,
    @FromRequest(ListQueryPipe) parameters: ListParameters,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const body = await this.parts.reader.list(this.parts.type, caller, parameters);
    this.parts.responder.send(request, response, { status: 200, body });
  }

  @Post('.search')
  @HttpCode(200)
  async search(
    @Caller() caller: ProvisioningContext,
    @FromRequest(SearchBodyPipe) parameters: ListParameters,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const body = await this.parts.reader.list(this.parts.type, caller, parameters);
    this.parts.responder.send(request, response, { status: 200, body });
  }

  @Post()
  async create(
    @Caller() caller: ProvisioningContext,
    @Projected() projection: ProjectionParameters,
    @FromRequest(ScimBodyPipe) body: JsonObject,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const answer = await this.parts.writer.create(this.parts.type, caller, body, projection);
    this.send(caller, request, response, answer, 201);
  }

  @Get(':id')
  async read(
    @Caller() caller: ProvisioningContext,
    @Projected() projection: ProjectionParameters,
    @Param('id') id: string,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const answer = await this.parts.reader.read(this.parts.type, caller, id, projection);
    // RFC 9110 §13.2.2: If-Match first, also for a read (H-9110-09).
    const { ifMatch: wanted, ifNoneMatch: known } = preconditionsOf(request, caller.rules);
    if (wanted !== undefined && !ifMatch(wanted, answer.head.version)) throw ScimError.preconditionFailed();
    if (known !== undefined && !ifNoneMatch(known, answer.head.version)) {
      this.parts.responder.send(request, response, { status: 304, headers: this.headers(caller, answer) });
      return;
    }
    this.send(caller, request, response, answer, 200);
  }

  @Put(':id')
  async replace(
    @Caller() caller: ProvisioningContext,
    @Projected() projection: ProjectionParameters,
    @Param('id') id: string,
    @FromRequest(ScimBodyPipe) body: JsonObject,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const preconditions = preconditionsOf(request, caller.rules);
    const answer = await this.parts.writer.replace(
      this.parts.type,
      caller,
      id,
      body,
      projection,
      preconditions,
    );
    this.send(caller, request, response, answer, 200);
  }

  @Patch(':id')
  async modify(
    @Caller() caller: ProvisioningContext,
    @Projected() projection: ProjectionParameters,
    @Param('id') id: string,
    @FromRequest(PatchBodyPipe) operations: readonly PatchOperation[],
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    const preconditions = preconditionsOf(request, caller.rules);
    const answer = await this.parts.writer.modify(
      this.parts.type,
      caller,
      id,
      operations,
      projection,
      preconditions,
    );
    this.send(caller, request, response, answer, answer.body === undefined ? 204 : 200);
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(
    @Caller() caller: ProvisioningContext,
    @Param('id') id: string,
    @Req() request: unknown,
    @Res() response: unknown,
  ): Promise<void> {
    await this.parts.writer.remove(this.parts.type, caller, id, preconditionsOf(request, caller.rules));
    this.parts.responder.send(request, response, { status: 204 });
  }

  private send(
    caller: ProvisioningContext,
    request: unknown,
    response: unknown,
    answer: ResourceAnswer,
    status: number,
  ): void {
    this.parts.responder.send(request, response, {
      status,
      headers: this.headers(caller, answer),
      body: answer.body,
    });
  }

  private headers(
    { rules }: ProvisioningContext,
    { head, location }: ResourceAnswer,
  ): Record<string, string> {
    return {
      Location: location,
      'Content-Location': location,
      ...(rules.features.etag ? { ETag: entityTag(head.version) } : {}),
    };
  }
}
