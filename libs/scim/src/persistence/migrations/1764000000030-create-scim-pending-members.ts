import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const key = (name: string, length: number) => ({
  name,
  type: 'varchar',
  length: String(length),
  isPrimary: true,
  primaryKeyConstraintName: 'pk_scim_pending_member',
});

/** Members that groups wait for (option `pendingMembers`). */
export class CreateScimPendingMembers1764000000030 implements MigrationInterface {
  readonly name = 'CreateScimPendingMembers1764000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_pending_member'),
        columns: [key('tenant_id', 64), key('group_id', 36), key('value', 255)],
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

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
