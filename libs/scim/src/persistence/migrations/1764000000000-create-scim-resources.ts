import { Table, TableColumn, TableForeignKey, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createPostgresFunctions, dropPostgresFunctions } from './postgres-functions.js';

const varchar = (
  name: string,
  length: number,
  more: { primary?: string; nullable?: boolean } = {},
): TableColumn =>
  new TableColumn({
    name,
    type: 'varchar',
    length: String(length),
    isNullable: more.nullable ?? false,
    isPrimary: more.primary !== undefined,
    primaryKeyConstraintName: more.primary,
  });

const other = (name: string, type: 'integer' | 'boolean' | 'jsonb', nullable = false): TableColumn =>
  new TableColumn({ name, type, isNullable: nullable });

const NULLABLE = { nullable: true };

const headAndContent = (): TableColumn[] => [
  other('version', 'integer'),
  varchar('created_at', 24),
  varchar('modified_at', 24),
  other('document', 'jsonb'),
  other('concealed', 'jsonb', true),
];

/** Tables of users, groups, memberships and indexed values. */
export class CreateScimResources1764000000000 implements MigrationInterface {
  readonly name = 'CreateScimResources1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createPostgresFunctions(runner);
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_user'),
        columns: [
          varchar('tenant_id', 64, { primary: 'pk_scim_user' }),
          varchar('id', 36, { primary: 'pk_scim_user' }),
          varchar('external_id', 512, NULLABLE),
          varchar('user_name', 512),
          varchar('user_name_key', 1024),
          other('active', 'boolean', true),
          ...headAndContent(),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_group'),
        columns: [
          varchar('tenant_id', 64, { primary: 'pk_scim_group' }),
          varchar('id', 36, { primary: 'pk_scim_group' }),
          varchar('external_id', 512, NULLABLE),
          varchar('display_name', 512, NULLABLE),
          varchar('display_name_key', 1024, NULLABLE),
          varchar('unique_name_key', 1024, NULLABLE),
          ...headAndContent(),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_attribute_value'),
        columns: [
          varchar('tenant_id', 64, { primary: 'pk_scim_attribute_value' }),
          varchar('resource_type', 64, { primary: 'pk_scim_attribute_value' }),
          varchar('resource_id', 36, { primary: 'pk_scim_attribute_value' }),
          varchar('path', 255, { primary: 'pk_scim_attribute_value' }),
          new TableColumn({
            name: 'position',
            type: 'integer',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_scim_attribute_value',
          }),
          varchar('type', 255, NULLABLE),
          varchar('value_key', 320),
          varchar('unique_key', 320, NULLABLE),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_group_member'),
        columns: [
          varchar('tenant_id', 64, { primary: 'pk_scim_group_member' }),
          varchar('group_id', 36, { primary: 'pk_scim_group_member' }),
          varchar('member_id', 36, { primary: 'pk_scim_group_member' }),
          varchar('member_type', 64),
        ],
        foreignKeys: [
          new TableForeignKey({
            name: 'fk_scim_group_member_group',
            columnNames: ['tenant_id', 'group_id'],
            referencedTableName: tableName(runner, 'scim_group'),
            referencedColumnNames: ['tenant_id', 'id'],
            onDelete: 'CASCADE',
          }),
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

  /**
   * In SQL, because TypeORM has no collation for a column of an index: names and external ids are compared and
   * sorted by code point whatever the collation of the database is.
   */
  private async createIndexes(runner: QueryRunner): Promise<void> {
    const codePoints = runner.dataSource.options.type === 'postgres' ? ' collate "C"' : '';
    const create = async (name: string, table: string, columns: string, unique = ''): Promise<void> => {
      const path = tableName(runner, table)
        .split('.')
        .map((part) => `"${part}"`)
        .join('.');
      await runner.query(`create ${unique} index "${name}" on ${path} (${columns})`);
    };
    await create('uq_scim_user_name', 'scim_user', `tenant_id, user_name_key${codePoints}`, 'unique');
    await create('ix_scim_user_external', 'scim_user', `tenant_id, external_id${codePoints}`);
    await create('ix_scim_user_modified', 'scim_user', 'tenant_id, modified_at, id');
    await create('uq_scim_group_name', 'scim_group', `tenant_id, unique_name_key${codePoints}`, 'unique');
    await create('ix_scim_group_name', 'scim_group', `tenant_id, display_name_key${codePoints}`);
    await create('ix_scim_group_external', 'scim_group', `tenant_id, external_id${codePoints}`);
    await create('ix_scim_group_modified', 'scim_group', 'tenant_id, modified_at, id');
    await create(
      'ix_scim_attribute_value',
      'scim_attribute_value',
      'tenant_id, path, value_key, resource_id',
    );
    await create(
      'uq_scim_attribute_value',
      'scim_attribute_value',
      'tenant_id, resource_type, path, unique_key',
      'unique',
    );
    await create('ix_scim_group_member_member', 'scim_group_member', 'tenant_id, member_id, group_id');
  }
}

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
