import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { TypeOrmDeletionStore } from './persistence/stores/typeorm-deletion.store.js';
import { ResourceTypeRegistry } from './protocol/schema/resource-type-registry.js';
import { DeletionStore } from './provisioning/deletion/deletion-store.js';
import { PurgeWorker } from './provisioning/deletion/purge-worker.js';
import { RETENTION_SETTINGS } from './provisioning/deletion/retention-settings.js';
import { ScimDeletions } from './provisioning/deletion/scim-deletions.js';
import type { ScimStructuralOptions } from './scim.module-definition.js';
import { SCIM_OPTIONS } from './scim.options-token.js';
import type { ScimOptions } from './scim.options.js';

/** What a host may inject. */
export const DELETION_SERVICES = [ScimDeletions];

/** Deletion with its retention, and the breaker. */
export function deletionProviders({ dataSource, entities }: ScimStructuralOptions): Provider[] {
  return [
    {
      provide: RETENTION_SETTINGS,
      useFactory: ({ retention }: ScimOptions) => retention,
      inject: [SCIM_OPTIONS],
    },
    {
      provide: DeletionStore,
      useFactory: (source: DataSource, registry: ResourceTypeRegistry, options: ScimOptions) =>
        TypeOrmDeletionStore.open(source, { entities, registry, settings: options }),
      inject: [getDataSourceToken(dataSource), ResourceTypeRegistry, SCIM_OPTIONS],
    },
    PurgeWorker,
    ScimDeletions,
  ];
}
