import { Controller, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import type { ResourceTypeDefinition } from '../protocol/schema/definition.js';
import { BulkController } from './controllers/bulk.controller.js';
import { customResourcesController } from './controllers/custom-resources.controller.js';
import { DiscoveryController } from './controllers/discovery.controller.js';
import { GroupsController } from './controllers/groups.controller.js';
import { MeController } from './controllers/me.controller.js';
import { otherVersionController, versionSegment } from './controllers/other-version.controller.js';
import { RootController } from './controllers/root.controller.js';
import { UnknownEndpointController } from './controllers/unknown-endpoint.controller.js';
import { UsersController } from './controllers/users.controller.js';

/**
 * What `@ApiExcludeController()` of @nestjs/swagger writes, an optional package. Its scanner would describe our
 * handlers without bodies, and the catch-all routes with methods that OpenAPI lacks. `addScimToSwagger` describes them.
 */
const SWAGGER_EXCLUDES = 'swagger/apiExcludeController';

/**
 * The module's controllers at `path`, in the order in which routes must match, each with the host's decorators.
 * Subclasses, so that two modules in one process do not share a path. Version neutral: a host that switches on URI
 * versioning does not move them.
 */
export function mountControllers(
  path: string,
  decorators: readonly ClassDecorator[],
  { me, types }: { readonly me: boolean; readonly types: readonly ResourceTypeDefinition[] },
): Type[] {
  const mount = (controller: Type, at: string): Type => {
    const mounted = { [controller.name]: class extends controller {} }[controller.name]!;
    Controller({ path: at, version: VERSION_NEUTRAL })(mounted);
    Reflect.defineMetadata(SWAGGER_EXCLUDES, [true], mounted);
    for (const decorate of decorators) decorate(mounted);
    return mounted;
  };
  const version = versionSegment(path);
  return [
    mount(UsersController, `${path}/Users`),
    mount(GroupsController, `${path}/Groups`),
    ...types.map((type) => mount(customResourcesController(type), path + type.endpoint)),
    mount(BulkController, `${path}/Bulk`),
    mount(DiscoveryController, path),
    ...(me ? [mount(MeController, `${path}/Me`)] : []),
    mount(RootController, path),
    mount(UnknownEndpointController, path),
    ...(version ? [mount(otherVersionController(version.version), version.parent)] : []),
  ];
}
