import { UseFilters, UseGuards } from '@nestjs/common';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { ResourceReader } from '../../provisioning/resource-reader.js';
import { ResourceWriter } from '../../provisioning/resource-writer.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { Access } from '../guards/endpoint-access.decorator.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { ScimResponder } from '../scim-responder.js';
import { ResourceController } from './resource.controller.js';

/** `/Users`. */
@Access({ endpoints: ['/Users'], scope: 'users' })
@UseGuards(ScimBearerGuard)
@UseFilters(ScimExceptionFilter)
export class UsersController extends ResourceController {
  constructor(
    registry: ResourceTypeRegistry,
    reader: ResourceReader,
    writer: ResourceWriter,
    responder: ScimResponder,
  ) {
    super({ type: registry.required('User'), reader, writer, responder });
  }
}
