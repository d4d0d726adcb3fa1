import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CommitHandlers } from './events/commit-handlers.js';
import { Outbox } from './events/outbox.js';
import { HostIdentityPolicy, IDENTITY_POLICY } from './identity/host-identity-policy.js';
import { IDENTITY_SETTINGS, type IdentitySettings } from './identity/identity-settings.js';
import { IdentityStore } from './identity/identity-store.js';
import { ScimIdentity } from './identity/scim-identity.js';
import { VerifiedDomainGuard } from './identity/verified-domain.guard.js';
import { TypeOrmIdentityStore } from './persistence/stores/typeorm-identity.store.js';
import { ResourceTypeRegistry } from './protocol/schema/resource-type-registry.js';
import { ADOPTION_RULES, type AdoptionRules } from './provisioning/adoption/adoption-rules.js';
import { readLimitsOf } from './provisioning/provisioning-settings.js';
import type { ScimStructuralOptions } from './scim.module-definition.js';
import { SCIM_OPTIONS } from './scim.options-token.js';
import type { ScimOptions } from './scim.options.js';

/** Single sign-on beside SCIM. */
export function identityProviders({
  identityPolicy,
  dataSource,
  entities,
}: ScimStructuralOptions): Provider[] {
  return [
    { provide: IDENTITY_POLICY, useValue: identityPolicy ?? null },
    HostIdentityPolicy,
    {
      provide: IDENTITY_SETTINGS,
      useFactory: (options: ScimOptions): IdentitySettings => ({
        ...options.identity,
        limits: readLimitsOf(options),
      }),
      inject: [SCIM_OPTIONS],
    },
    {
      provide: IdentityStore,
      useFactory: (
        source: DataSource,
        registry: ResourceTypeRegistry,
        settings: ScimOptions,
        outbox: Outbox,
        commitHandlers: CommitHandlers,
      ) => TypeOrmIdentityStore.open(source, { entities, registry, settings, outbox, commitHandlers }),
      inject: [getDataSourceToken(dataSource), ResourceTypeRegistry, SCIM_OPTIONS, Outbox, CommitHandlers],
    },
    ScimIdentity,
    VerifiedDomainGuard,
    {
      provide: ADOPTION_RULES,
      useFactory: adoptionRules,
      inject: [SCIM_OPTIONS, HostIdentityPolicy],
    },
  ];
}

/** Accounts that were made before `justInTime` was switched off are adopted all the same. */
function adoptionRules({ identity }: ScimOptions, policy: HostIdentityPolicy): AdoptionRules {
  return {
    by: identity.adopt,
    expected: identity.justInTime === 'create',
    async allows({ tenantId, connectionId }, { emailKey: _, ...account }, by) {
      const { decides } = policy;
      if (!(await decides.isEnabled(tenantId))) return false;
      return decides.mayAdopt({ ...account, provisionedBy: 'jit' }, { tenantId, connectionId, by });
    },
  };
}
