import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

/** Length of a time as text. */
const TIME = 24;

/** Deleted resources with their retention, legal holds, and the breaker of each connection. */
export class CreateScimDeletion1764000000060 implements MigrationInterface {
  readonly name = 'CreateScimDeletion1764000000060';

  async up(runner: QueryRunner): Promise<void> {
    await this.createTombstones(runner);
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_legal_hold',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_legal_hold'),
          keyColumn('subject_id', 36, 'pk_scim_legal_hold'),
          textColumn('reason', 255, true),
          textColumn('held_at', TIME),
        ],
      }),
    );
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_breaker',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_breaker'),
          keyColumn('connection_id', 36, 'pk_scim_breaker'),
          { name: 'version', type: 'integer' },
          textColumn('losses', 1024),
          { name: 'active_users', type: 'integer' },
          textColumn('counted_at', TIME, true),
          textColumn('tripped_at', TIME, true),
          textColumn('suspended_until', TIME, true),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['scim_breaker', 'scim_legal_hold', 'scim_tombstone_member', 'scim_tombstone']) {
      await runner.dropTable(tableName(runner, table));
    }
  }

  private async createTombstones(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_tombstone',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_tombstone'),
          keyColumn('id', 36, 'pk_scim_tombstone'),
          textColumn('resource_type', 64),
          textColumn('external_id', 512, true),
          textColumn('name', 512, true),
          textColumn('name_key', 700, true),
          { name: 'version', type: 'integer' },
          textColumn('created_at', TIME),
          { name: 'document', type: 'jsonb', isNullable: true },
          textColumn('connection_id', 36, true),
          textColumn('deleted_at', TIME),
          textColumn('purge_after', TIME),
          textColumn('announced_at', TIME, true),
          textColumn('event_id', 36, true),
        ],
      }),
    );
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_tombstone_member',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_tombstone_member'),
          keyColumn('tombstone_id', 36, 'pk_scim_tombstone_member'),
          keyColumn('group_id', 36, 'pk_scim_tombstone_member'),
          keyColumn('member_id', 36, 'pk_scim_tombstone_member'),
          textColumn('member_type', 64),
        ],
        foreignKeys: [
          {
            name: 'fk_scim_tombstone_member',
            columnNames: ['tenant_id', 'tombstone_id'],
            referencedTableName: tableName(runner, 'scim_tombstone'),
            referencedColumnNames: ['tenant_id', 'id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
    const table = 'scim_tombstone';
    await createIndex(runner, { name: 'ix_scim_tombstone_due', table, columns: ['purge_after', 'id'] });
    await createIndex(runner, { name: 'ix_scim_tombstone_name', table, columns: ['tenant_id', '~name_key'] });
    await createIndex(runner, {
      name: 'ix_scim_tombstone_external',
      table,
      columns: ['tenant_id', '~external_id'],
    });
  }
}
