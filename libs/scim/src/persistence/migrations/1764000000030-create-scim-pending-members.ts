import type { MigrationInterface, QueryRunner } from 'typeorm';
import { keyColumn, scimTable, tableName } from './scim-table.js';

/** Members that groups wait for (option `pendingMembers`). */
export class CreateScimPendingMembers1764000000030 implements MigrationInterface {
  readonly name = 'CreateScimPendingMembers1764000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_pending_member',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_pending_member'),
          keyColumn('group_id', 36, 'pk_scim_pending_member'),
          keyColumn('value', 255, 'pk_scim_pending_member'),
        ],
        indices: [{ name: 'ix_scim_pending_member_value', columnNames: ['tenant_id', 'value', 'group_id'] }],
        foreignKeys: [
          {
            name: 'fk_scim_pending_member_group',
            columnNames: ['tenant_id', 'group_id'],
            referencedTableName: tableName(runner, 'scim_group'),
            referencedColumnNames: ['tenant_id', 'id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_pending_member'));
  }
}
