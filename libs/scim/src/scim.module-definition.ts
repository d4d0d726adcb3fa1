import { ConfigurableModuleBuilder, type Type } from '@nestjs/common';
import type { ScimPasswordKeeper } from './provisioning/password-keeper.js';
import type { ResourceTypeOption } from './protocol/schema/custom-resource-type.js';
import type { TenantSettings } from './provisioning/tenant/tenant-settings.js';
import type { CurrentUserResolver } from './http/guards/current-user.js';
import type { MeResolver } from './http/me/me-resolver.js';
import type { ScimOptionGroup, ScimOptions } from './scim.options.js';
import type { IdentityPolicy } from './identity/identity-policy.js';

/** Extensions of a core resource type, each a class declared with `@ScimSchema`. */
export interface ScimResourceTypeOptions {
  /** Extension classes; their attributes become part of the type. @default [] */
  readonly extensions?: readonly (Type | { readonly schema: Type; readonly required: boolean })[];
}

/** Options that decide the shape of the module and must be known when it is declared, also with `forRootAsync`. */
export interface ScimStructuralOptions {
  /** Path of the SCIM endpoints, below the host's global prefix. @default 'scim/v2' */
  readonly path?: string;
  /** Makes ScimTokens and the other exports available without importing the module again. @default false */
  readonly isGlobal?: boolean;
  /** Name of the TypeORM data source that holds the SCIM tables. @default the default data source */
  readonly dataSource?: string;
  /** The host's own entity classes, listed in the data source instead of ours. @default ScimUser and ScimGroup */
  readonly entities?: {
    readonly user?: Type;
    readonly group?: Type;
  };
  readonly users?: ScimResourceTypeOptions;
  readonly groups?: ScimResourceTypeOptions;
  /**
   * Resource types besides User and Group: classes with `@ScimResourceType` and `@ScimSchema`, or the same as objects.
   * @default []
   */
  readonly resourceTypes?: readonly ResourceTypeOption[];
  /** Class that knows what differs for a tenant. @default undefined (nothing) */
  readonly tenantSettings?: Type<TenantSettings>;
  /** Class that knows which user a caller is; with it `/Me` is served. @default undefined (501) */
  readonly me?: Type<MeResolver>;
  /** Class that knows which user calls the host's own API, for `@RequireScimRole`. @default undefined */
  readonly currentUser?: Type<CurrentUserResolver>;
  /** Class that decides over sign-on beside SCIM. @default undefined (the options decide) */
  readonly identityPolicy?: Type<IdentityPolicy>;
  /**
   * Decorators put on every controller of the module, for example the one by which the host's global guard knows
   * public routes. @default []
   */
  readonly decorators?: readonly ClassDecorator[];
  /**
   * Takes the passwords that providers set; then `password` is in the schema and changePassword is announced.
   * @default undefined: passwords are accepted and dropped
   */
  readonly passwords?: Type<ScimPasswordKeeper>;
}

/** What a host may give; everything left out has its default. */
export type ScimOptionsInput = Partial<Omit<ScimOptions, ScimOptionGroup>> & {
  readonly [G in ScimOptionGroup]?: Partial<ScimOptions[G]>;
};

/** Each extra is listed, also as undefined: one that is missing here would leak into the runtime options. */
const EXTRAS: ScimStructuralOptions = {
  path: 'scim/v2',
  isGlobal: false,
  dataSource: undefined,
  entities: undefined,
  users: undefined,
  groups: undefined,
  resourceTypes: undefined,
  tenantSettings: undefined,
  me: undefined,
  currentUser: undefined,
  identityPolicy: undefined,
  decorators: undefined,
  passwords: undefined,
};

/** The options without those that decide the shape of the module. */
export function runtimeOptions(options: object): ScimOptionsInput {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !(name in EXTRAS)));
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ScimOptionsInput>({ moduleName: 'Scim' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createScimOptions')
    .setExtras(EXTRAS, (definition, extras) => ({ ...definition, global: extras.isGlobal }))
    .build();
