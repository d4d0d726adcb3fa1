import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { createPostgresFunctions, dropPostgresFunctions } from './postgres-functions.js';
import { createIndex, keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

const NULLABLE = true;

const headAndContent = (): TableColumnOptions[] => [
  { name: 'version', type: 'integer' },
  textColumn('created_at', 24),
  textColumn('modified_at', 24),
  { name: 'document', type: 'jsonb' },
  { name: 'concealed', type: 'jsonb', isNullable: true },
];

/** Tables of users, groups, memberships and indexed values. */
export class CreateScimResources1764000000000 implements MigrationInterface {
  readonly name = 'CreateScimResources1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createPostgresFunctions(runner);
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_user',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_user'),
          keyColumn('id', 36, 'pk_scim_user'),
          textColumn('external_id', 512, NULLABLE),
          textColumn('user_name', 512),
          textColumn('user_name_key', 700),
          { name: 'active', type: 'boolean', isNullable: true },
          ...headAndContent(),
        ],
      }),
    );
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_group',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_group'),
          keyColumn('id', 36, 'pk_scim_group'),
          textColumn('external_id', 512, NULLABLE),
          textColumn('display_name', 512, NULLABLE),
          textColumn('display_name_key', 700, NULLABLE),
          textColumn('unique_name_key', 700, NULLABLE),
          ...headAndContent(),
        ],
      }),
    );
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_attribute_value',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_attribute_value'),
          keyColumn('resource_type', 64, 'pk_scim_attribute_value'),
          keyColumn('resource_id', 36, 'pk_scim_attribute_value'),
          keyColumn('path', 255, 'pk_scim_attribute_value'),
          {
            name: 'position',
            type: 'integer',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_scim_attribute_value',
          },
          textColumn('type', 255, NULLABLE),
          textColumn('value_key', 320),
          textColumn('unique_key', 320, NULLABLE),
        ],
      }),
    );
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_group_member',
        columns: [
          keyColumn('tenant_id', 64, 'pk_scim_group_member'),
          keyColumn('group_id', 36, 'pk_scim_group_member'),
          keyColumn('member_id', 36, 'pk_scim_group_member'),
          textColumn('member_type', 64),
        ],
        foreignKeys: [
          {
            name: 'fk_scim_group_member_group',
            columnNames: ['tenant_id', 'group_id'],
            referencedTableName: tableName(runner, 'scim_group'),
            referencedColumnNames: ['tenant_id', 'id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
    await this.createIndexes(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['scim_group_member', 'scim_attribute_value', 'scim_group', 'scim_user']) {
      await runner.dropTable(tableName(runner, table));
    }
    await dropPostgresFunctions(runner);
  }

  /** Names and external ids are compared and sorted by code point whatever the collation of the database is. */
  private async createIndexes(runner: QueryRunner): Promise<void> {
    const create = (name: string, table: string, columns: string[], unique = false): Promise<void> =>
      createIndex(runner, { name, table, columns, unique });
    await create('uq_scim_user_name', 'scim_user', ['tenant_id', '~user_name_key'], true);
    await create('ix_scim_user_external', 'scim_user', ['tenant_id', '~external_id']);
    await create('ix_scim_user_modified', 'scim_user', ['tenant_id', 'modified_at', 'id']);
    await create('uq_scim_group_name', 'scim_group', ['tenant_id', '~unique_name_key'], true);
    await create('ix_scim_group_name', 'scim_group', ['tenant_id', '~display_name_key']);
    await create('ix_scim_group_external', 'scim_group', ['tenant_id', '~external_id']);
    await create('ix_scim_group_modified', 'scim_group', ['tenant_id', 'modified_at', 'id']);
    const values = 'scim_attribute_value';
    await create('ix_scim_attribute_value', values, ['tenant_id', 'path', 'value_key', 'resource_id']);
    const unique = ['tenant_id', 'resource_type', 'path', 'unique_key'];
    await create('uq_scim_attribute_value', values, unique, true);
    await create('ix_scim_group_member_member', 'scim_group_member', ['tenant_id', 'member_id', 'group_id']);
  }
}
