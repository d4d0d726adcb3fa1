import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CommitHandlers } from './events/commit-handlers.js';
import { EventRelay } from './events/event-relay.js';
import { Outbox } from './events/outbox.js';
import { DiscoveryDocuments } from './http/discovery-documents.js';
import { ScimExceptionFilter } from './http/filters/scim-exception.filter.js';
import { BearerStrategy } from './http/guards/bearer.strategy.js';
import { Callers } from './http/guards/callers.js';
import { RequestRate } from './http/guards/request-rate.js';
import { ScimBearerGuard } from './http/guards/scim-bearer.guard.js';
import { HTTP_SETTINGS, type HttpSettings } from './http/http-settings.js';
import { RequestIntake } from './http/intake/request-intake.js';
import { RequestQueue } from './http/intake/request-queue.js';
import { ScimLocation } from './http/intake/scim-location.js';
import { ScimIdentity } from './identity/scim-identity.js';
import { ME_RESOLVER, MyResource } from './http/me/my-resource.js';
import { mountControllers } from './http/mount-controllers.js';
import { BulkBodyPipe } from './http/pipes/bulk-body.pipe.js';
import { ListQueryPipe } from './http/pipes/list-query.pipe.js';
import { PatchBodyPipe } from './http/pipes/patch-body.pipe.js';
import { ScimBodyPipe } from './http/pipes/scim-body.pipe.js';
import { ScimFilterPipe } from './http/pipes/scim-filter.pipe.js';
import { SearchBodyPipe } from './http/pipes/search-body.pipe.js';
import { ScimResponder } from './http/scim-responder.js';
import { TypeOrmResourceStore } from './persistence/stores/typeorm-resource.store.js';
import { TypeOrmTokenStore } from './persistence/stores/typeorm-token.store.js';
import { customResourceType } from './protocol/schema/custom-resource-type.js';
import type { ResourceTypeDefinition } from './protocol/schema/definition.js';
import { groupResourceType, userResourceType } from './protocol/schema/core/resource-types.js';
import { ResourceTypeRegistry } from './protocol/schema/resource-type-registry.js';
import { ScimPasswordKeeper } from './provisioning/password-keeper.js';
import { CursorPages } from './provisioning/paging/cursor-pages.js';
import { RootCursorPages } from './provisioning/paging/root-cursor-pages.js';
import { BulkExecutor } from './provisioning/bulk/bulk-executor.js';
import { PROVISIONING_SETTINGS } from './provisioning/provisioning-settings.js';
import { ResourceReader } from './provisioning/resource-reader.js';
import { ResourceRepresenter } from './provisioning/resource-representer.js';
import { ResourceStore } from './provisioning/resource-store.js';
import { ResourceWriter } from './provisioning/resource-writer.js';
import { Tenants, TENANT_SETTINGS } from './provisioning/tenant/tenants.js';
import { RootReader } from './provisioning/root-reader.js';
import { logProviders } from './scim.log.js';
import { resolveScimOptions } from './resolve-scim-options.js';
import { ScimOptionsError } from './scim-options-error.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
  runtimeOptions,
  type ScimOptionsInput,
  type ScimStructuralOptions,
} from './scim.module-definition.js';
import { DELETION_SERVICES, deletionProviders } from './scim.deletion.js';
import { identityProviders } from './scim.identity.js';
import { eventProviders } from './scim.events.js';
import { SCIM_OPTIONS } from './scim.options-token.js';
import type { ScimOptions } from './scim.options.js';
import { ROLE_EXPORTS, roleProviders } from './scim.roles.js';
import { ScimLog } from './log/scim-log.js';
import { ScimTokens } from './tokens/scim-tokens.js';
import { TOKEN_SETTINGS } from './tokens/token-settings.js';
import { TokenStore } from './tokens/token-store.js';

/**
 * A SCIM 2.0 service provider over the host's TypeORM database. Import it once, with `forRoot` or `forRootAsync`;
 * the bare class has no endpoints.
 */
@Module({})
export class ScimModule extends ConfigurableModuleClass {
  /** @throws ScimOptionsError at once for an option that cannot work */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    resolveScimOptions(runtimeOptions(options));
    return assemble(super.forRoot(options), options);
  }

  /** Structural options (`path`, `entities`, …) stand beside `useFactory`, the rest may come from it. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return assemble(super.forRootAsync(options), options);
  }
}

function assemble(definition: DynamicModule, structure: ScimStructuralOptions): DynamicModule {
  const path = checkPath(structure.path ?? 'scim/v2');
  const { passwords } = structure;
  const types = (structure.resourceTypes ?? []).map(customResourceType);
  return {
    ...definition,
    imports: [...(definition.imports ?? []), DiscoveryModule],
    controllers: mountControllers(path, structure.decorators ?? [], {
      me: structure.me !== undefined,
      types,
    }),
    providers: [
      ...(definition.providers ?? []),
      ...optionProviders(path, passwords !== undefined),
      ...(passwords ? [{ provide: ScimPasswordKeeper, useClass: passwords }] : []),
      ...storeProviders(structure, types),
      ...eventProviders(structure.dataSource),
      ...logProviders(structure.dataSource),
      { provide: ME_RESOLVER, useValue: structure.me ?? null },
      { provide: TENANT_SETTINGS, useValue: structure.tenantSettings ?? null },
      ...identityProviders(structure),
      ...SERVICES,
      ...deletionProviders(structure),
      ...roleProviders(structure),
    ],
    exports: [
      ...DELETION_SERVICES,
      ...ROLE_EXPORTS,
      ScimTokens,
      ScimIdentity,
      ScimLog,
      ResourceTypeRegistry,
      ScimFilterPipe,
      Outbox,
      EventRelay,
      SCIM_OPTIONS,
    ],
  };
}

const SERVICES: Type[] = [
  Tenants,
  CursorPages,
  RootCursorPages,
  ResourceReader,
  RootReader,
  ResourceWriter,
  ResourceRepresenter,
  BulkExecutor,
  ScimTokens,
  ScimLocation,
  RequestQueue,
  RequestIntake,
  ScimResponder,
  ScimExceptionFilter,
  BearerStrategy,
  RequestRate,
  ScimBearerGuard,
  MyResource,
  DiscoveryDocuments,
  Callers,
  ScimBodyPipe,
  ScimFilterPipe,
  ListQueryPipe,
  SearchBodyPipe,
  PatchBodyPipe,
  BulkBodyPipe,
];

/** The resolved options, and the part of them that each floor asks for. */
function optionProviders(path: string, changePassword: boolean): Provider[] {
  return [
    {
      provide: SCIM_OPTIONS,
      useFactory: (given?: ScimOptionsInput) => resolveScimOptions(given),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    { provide: PROVISIONING_SETTINGS, useExisting: SCIM_OPTIONS },
    { provide: TOKEN_SETTINGS, useExisting: SCIM_OPTIONS },
    {
      provide: HTTP_SETTINGS,
      useFactory: (options: ScimOptions): HttpSettings => ({
        ...httpSettings(path, options),
        changePassword,
      }),
      inject: [SCIM_OPTIONS],
    },
  ];
}

function httpSettings(path: string, options: ScimOptions): Omit<HttpSettings, 'changePassword'> {
  const { limits } = options;
  return {
    ...options,
    path,
    publicUrl: options.publicUrl,
    rateLimit: options.rateLimit,
    keepExternalIdOnPut: options.keepExternalIdOnPut,
    uniqueGroupNames: options.uniqueGroupNames,
    documentationUri: options.documentationUri,
    bodyBytes: limits.bodyBytes,
    bodySeconds: limits.bodySeconds,
    concurrentRequests: limits.concurrentRequests,
    jsonDepth: limits.jsonDepth,
    jsonKeys: limits.jsonKeys,
    arrayLength: limits.arrayLength,
    filterLimits: {
      length: limits.filterLength,
      depth: limits.filterDepth,
      terms: limits.filterTerms,
      valueLength: limits.filterValueLength,
    },
  };
}

function storeProviders(
  { dataSource, entities, users, groups, passwords }: ScimStructuralOptions,
  types: readonly ResourceTypeDefinition[],
): Provider[] {
  return [
    {
      provide: ResourceTypeRegistry,
      useFactory: ({ uniqueExternalId, uniqueGroupNames, interopProfile }: ScimOptions) =>
        new ResourceTypeRegistry(
          [
            userResourceType({
              extensions: users?.extensions,
              omitPassword: passwords === undefined,
              typeValues: interopProfile,
            }),
            groupResourceType({ extensions: groups?.extensions, uniqueNames: uniqueGroupNames }),
            ...types,
          ],
          { uniqueExternalId },
        ),
      inject: [SCIM_OPTIONS],
    },
    {
      provide: ResourceStore,
      useFactory: (
        source: DataSource,
        registry: ResourceTypeRegistry,
        settings: ScimOptions,
        outbox: Outbox,
        commitHandlers: CommitHandlers,
      ) => TypeOrmResourceStore.open(source, { entities, registry, settings, outbox, commitHandlers }),
      inject: [getDataSourceToken(dataSource), ResourceTypeRegistry, SCIM_OPTIONS, Outbox, CommitHandlers],
    },
    {
      provide: TokenStore,
      useFactory: (source: DataSource, { preparedStatements }: ScimOptions) =>
        new TypeOrmTokenStore(source, { preparedStatements }),
      inject: [getDataSourceToken(dataSource), SCIM_OPTIONS],
    },
  ];
}

function checkPath(path: string): string {
  const tidy = path.replace(/^\/+|\/+$/g, '');
  // A segment of dots would be resolved away by every client.
  if (!/^[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/.test(tidy) || /(^|\/)\.{1,2}(\/|$)/.test(tidy)) {
    throw new ScimOptionsError('path', 'must be a plain path such as scim/v2.');
  }
  return tidy;
}
