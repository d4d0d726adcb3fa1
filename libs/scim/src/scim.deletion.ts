import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CommitHandlers } from './events/commit-handlers.js';
import { Outbox } from './events/outbox.js';
import { BreakerGuard } from './persistence/stores/breaker-guard.js';
import { TypeOrmBreakerStore } from './persistence/stores/typeorm-breaker.store.js';
import { TypeOrmDeletionStore } from './persistence/stores/typeorm-deletion.store.js';
import { ResourceTypeRegistry } from './protocol/schema/resource-type-registry.js';
import { BreakerStore } from './provisioning/breaker/breaker-store.js';
import { ScimBreaker } from './provisioning/breaker/scim-breaker.js';
import { DeletionStore } from './provisioning/deletion/deletion-store.js';
import { PurgeWorker } from './provisioning/deletion/purge-worker.js';
import { RETENTION_SETTINGS } from './provisioning/deletion/retention-settings.js';
import { ScimDeletions } from './provisioning/deletion/scim-deletions.js';
import type { ScimStructuralOptions } from './scim.module-definition.js';
import { SCIM_OPTIONS } from './scim.options-token.js';
import type { ScimOptions } from './scim.options.js';

/** What a host may inject. */
export const DELETION_SERVICES = [ScimDeletions, ScimBreaker];

/** Deletion with its retention, and the breaker. */
export function deletionProviders({ dataSource, entities }: ScimStructuralOptions): Provider[] {
  const source = getDataSourceToken(dataSource);
  return [
    {
      provide: RETENTION_SETTINGS,
      useFactory: ({ retention }: ScimOptions) => retention,
      inject: [SCIM_OPTIONS],
    },
    {
      provide: DeletionStore,
      useFactory: (
        on: DataSource,
        registry: ResourceTypeRegistry,
        settings: ScimOptions,
        outbox: Outbox,
        commitHandlers: CommitHandlers,
      ) => TypeOrmDeletionStore.open(on, { entities, registry, settings, outbox, commitHandlers }),
      inject: [source, ResourceTypeRegistry, SCIM_OPTIONS, Outbox, CommitHandlers],
    },
    PurgeWorker,
    ScimDeletions,
    {
      provide: BreakerGuard,
      useFactory: (on: DataSource, outbox: Outbox, { breaker, preparedStatements }: ScimOptions) =>
        new BreakerGuard(on, outbox, { ...breaker, preparedStatements }, entities?.user),
      inject: [source, Outbox, SCIM_OPTIONS],
    },
    {
      provide: BreakerStore,
      useFactory: (on: DataSource, outbox: Outbox, { breaker, preparedStatements }: ScimOptions) =>
        new TypeOrmBreakerStore(on, outbox, { ...breaker, preparedStatements }),
      inject: [source, Outbox, SCIM_OPTIONS],
    },
    ScimBreaker,
  ];
}
