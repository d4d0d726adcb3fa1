import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

/** Table of the resources of the host's own types. */
export class CreateScimCustomResources1764000000010 implements MigrationInterface {
  readonly name = 'CreateScimCustomResources1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_resource',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_resource'),
          keyColumn('id', 36, 'pk_scim_resource'),
          textColumn('resource_type', 64),
          textColumn('external_id', 512, true),
          { name: 'version', type: 'integer' },
          textColumn('created_at', 24),
          textColumn('modified_at', 24),
          { name: 'document', type: 'jsonb' },
          { name: 'concealed', type: 'jsonb', isNullable: true },
        ],
      }),
    );
    const create = (name: string, ...columns: string[]): Promise<void> =>
      createIndex(runner, {
        name,
        table: 'scim_resource',
        columns: ['tenant_id', 'resource_type', ...columns],
      });
    await create('ix_scim_resource_type', 'id');
    await create('ix_scim_resource_external', '~external_id');
    await create('ix_scim_resource_modified', 'modified_at', 'id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_resource'));
  }
}
