import type { DataSource } from 'typeorm';
import { ScimOutbox } from '../entities/scim-outbox.entity.js';

/**
 * Name of the table, quoted.
 * @throws Error when the DataSource lacks the entity: spread `scimEntities()` into its entities
 */
export function outboxTable(dataSource: DataSource): string {
  return dataSource
    .getMetadata(ScimOutbox)
    .tablePath.split('.')
    .map((part) => `"${part}"`)
    .join('.');
}
