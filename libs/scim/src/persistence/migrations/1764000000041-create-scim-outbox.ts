import type { MigrationInterface, QueryRunner } from 'typeorm';
import { keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

const PRIMARY_KEY = 'pk_scim_outbox';

/** Events on their way from the transaction of their change to whoever listens. */
export class CreateScimOutbox1764000000041 implements MigrationInterface {
  readonly name = 'CreateScimOutbox1764000000041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_outbox',
        columns: [
          keyColumn('tenant_id', 64, PRIMARY_KEY),
          keyColumn('id', 36, PRIMARY_KEY),
          textColumn('stream', 128),
          { name: 'sequence', type: 'bigint' },
          textColumn('type', 64),
          { name: 'payload', type: 'jsonb' },
          textColumn('created_at', 24),
          textColumn('available_at', 24, true),
          { name: 'attempts', type: 'integer' },
          textColumn('locked_until', 24, true),
          textColumn('locked_by', 36, true),
          textColumn('settled_at', 24),
          textColumn('dead_at', 24, true),
          textColumn('last_error', 128, true),
          { name: 'accepted_by', type: 'text', isNullable: true },
        ],
        indices: [
          {
            name: 'uq_scim_outbox_stream',
            columnNames: ['tenant_id', 'stream', 'sequence'],
            isUnique: true,
          },
          {
            name: 'ix_scim_outbox_waiting',
            columnNames: ['settled_at', 'tenant_id', 'stream', 'sequence'],
            where: "settled_at = ''",
          },
          {
            name: 'ix_scim_outbox_settled',
            columnNames: ['settled_at', 'id'],
            where: "settled_at <> ''",
          },
          { name: 'ix_scim_outbox_dead', columnNames: ['dead_at', 'id'], where: 'dead_at IS NOT NULL' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_outbox'));
  }
}
