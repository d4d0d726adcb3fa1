import { type Provider, type Type } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { CurrentUserResolver } from './http/guards/current-user.js';
import { CURRENT_USER_RESOLVER } from './http/guards/scim-role.guard.js';
import { TypeOrmRoleStore } from './persistence/roles/typeorm-role.store.js';
import { GroupBindingGuard } from './roles/group-binding.guard.js';
import { LastHolderGuard } from './roles/last-holder.guard.js';
import { RoleConsumer } from './roles/role-consumer.js';
import { RoleRecalculation } from './roles/role-recalculation.js';
import { ROLE_SETTINGS } from './roles/role-settings.js';
import { RoleStore } from './roles/role-store.js';
import { RoleWorker } from './roles/role-worker.js';
import { ScimRoleMappings } from './roles/scim-role-mappings.js';
import { ScimRoles } from './roles/scim-roles.js';
import { SCIM_OPTIONS } from './scim.options-token.js';
import type { ScimOptions } from './scim.options.js';

/** What the host's modules may inject. */
export const ROLE_EXPORTS: Type[] = [ScimRoles, ScimRoleMappings];

/** The room `roles`: from groups to role grants. */
export function roleProviders({
  dataSource,
  currentUser,
}: {
  dataSource?: string;
  currentUser?: Type<CurrentUserResolver>;
}): Provider[] {
  return [
    { provide: ROLE_SETTINGS, useExisting: SCIM_OPTIONS },
    { provide: CURRENT_USER_RESOLVER, useValue: currentUser ?? null },
    {
      provide: RoleStore,
      useFactory: (source: DataSource, { preparedStatements }: ScimOptions) =>
        TypeOrmRoleStore.on(source, { preparedStatements }),
      inject: [getDataSourceToken(dataSource), SCIM_OPTIONS],
    },
    ScimRoles,
    ScimRoleMappings,
    RoleRecalculation,
    RoleWorker,
    RoleConsumer,
    // Before the binding guard, which forgets by its externalId a group that is deleted, and so the role that it gave.
    LastHolderGuard,
    GroupBindingGuard,
  ];
}
