import type { MigrationInterface, QueryRunner } from 'typeorm';
import { keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

/** Accounts that were made at a sign-on, and who they belong to. */
export class CreateScimSignOn1764000000080 implements MigrationInterface {
  readonly name = 'CreateScimSignOn1764000000080';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_jit_account',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_jit_account'),
          keyColumn('user_id', 36, 'pk_scim_jit_account'),
          textColumn('email_key', 1024, true),
          textColumn('created_at', 24),
          textColumn('adopted_at', 24, true),
          textColumn('adopted_by', 36, true),
        ],
        foreignKeys: [
          {
            name: 'fk_scim_jit_account_user',
            columnNames: ['tenant_id', 'user_id'],
            referencedTableName: tableName(runner, 'scim_user'),
            referencedColumnNames: ['tenant_id', 'id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_sign_on_link',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_sign_on_link'),
          keyColumn('subject_key', 64, 'pk_scim_sign_on_link'),
          textColumn('issuer_key', 64),
          textColumn('user_id', 36),
          textColumn('matched_by', 16),
          textColumn('linked_at', 24),
        ],
        indices: [
          {
            name: 'uq_scim_sign_on_link_user',
            columnNames: ['tenant_id', 'user_id', 'issuer_key'],
            isUnique: true,
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_sign_on_link'));
    await runner.dropTable(tableName(runner, 'scim_jit_account'));
  }
}
