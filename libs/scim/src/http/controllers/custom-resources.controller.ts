import { type Type, UseFilters, UseGuards } from '@nestjs/common';
import type { ResourceTypeDefinition } from '../../protocol/schema/definition.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { ResourceReader } from '../../provisioning/resource-reader.js';
import { ResourceWriter } from '../../provisioning/resource-writer.js';
import { ScimExceptionFilter } from '../filters/scim-exception.filter.js';
import { Access } from '../guards/endpoint-access.decorator.js';
import { ScimBearerGuard } from '../guards/scim-bearer.guard.js';
import { scopeOf } from '../guards/type-scope.js';
import { ScimResponder } from '../scim-responder.js';
import { ResourceController } from './resource.controller.js';

/** Controller of a resource type of the host's own. */
export function customResourcesController({ name, endpoint }: ResourceTypeDefinition): Type {
  @Access({ endpoints: [endpoint], scope: scopeOf({ name }) })
  @UseGuards(ScimBearerGuard)
  @UseFilters(ScimExceptionFilter)
  class CustomResourcesController extends ResourceController {
    constructor(
      registry: ResourceTypeRegistry,
      reader: ResourceReader,
      writer: ResourceWriter,
      responder: ScimResponder,
    ) {
      super({ type: registry.required(name), reader, writer, responder });
    }
  }
  return CustomResourcesController;
}
