import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

const integer = (name: string, isNullable = false): TableColumnOptions => ({
  name,
  type: 'integer',
  isNullable,
});

/** The provisioning log. */
export class CreateScimLog1764000000050 implements MigrationInterface {
  readonly name = 'CreateScimLog1764000000050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_log',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_log'),
          keyColumn('id', 36, 'pk_scim_log'),
          textColumn('kind', 16),
          textColumn('time', 24),
          textColumn('connection_id', 36, true),
          textColumn('token_prefix', 16, true),
          textColumn('request_id', 64),
          integer('operation', true),
          textColumn('method', 16),
          textColumn('endpoint', 255),
          textColumn('resource_type', 64, true),
          textColumn('resource_id', 36, true),
          textColumn('external_id', 512, true),
          integer('status'),
          integer('status_class'),
          integer('duration_ms', true),
          integer('bytes_in'),
          { name: 'details', type: 'text' },
        ],
        indices: [
          { name: 'ix_scim_log_status', columnNames: ['tenant_id', 'status_class', 'id'] },
          { name: 'ix_scim_log_resource', columnNames: ['tenant_id', 'resource_id', 'id'] },
          { name: 'ix_scim_log_request', columnNames: ['tenant_id', 'request_id', 'id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_log'));
  }
}
