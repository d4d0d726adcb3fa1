import type { MigrationInterface, QueryRunner } from 'typeorm';
import { keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

/** Connections and tokens. */
export class CreateScimTokens1764000000001 implements MigrationInterface {
  readonly name = 'CreateScimTokens1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_connection',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_connection'),
          keyColumn('id', 36, 'pk_scim_connection'),
          textColumn('name', 100),
          textColumn('profile', 32),
          textColumn('paused_at', 24, true),
          textColumn('created_at', 24),
        ],
        uniques: [{ name: 'uq_scim_connection_name', columnNames: ['tenant_id', 'name'] }],
      }),
    );
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_token',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_token'),
          keyColumn('id', 36, 'pk_scim_token'),
          textColumn('connection_id', 36),
          textColumn('name', 100),
          textColumn('prefix', 16),
          textColumn('hash', 64),
          textColumn('scopes', 1024),
          textColumn('created_at', 24),
          textColumn('expires_at', 24, true),
          textColumn('revoked_at', 24, true),
          textColumn('last_used_at', 24, true),
        ],
        uniques: [{ name: 'uq_scim_token_hash', columnNames: ['hash'] }],
        indices: [{ name: 'ix_scim_token_connection', columnNames: ['tenant_id', 'connection_id'] }],
        foreignKeys: [
          {
            name: 'fk_scim_token_connection',
            columnNames: ['tenant_id', 'connection_id'],
            referencedTableName: tableName(runner, 'scim_connection'),
            referencedColumnNames: ['tenant_id', 'id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_token'));
    await runner.dropTable(tableName(runner, 'scim_connection'));
  }
}
