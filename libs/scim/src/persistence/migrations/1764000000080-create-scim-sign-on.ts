import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const column = (name: string, length: number, primary?: string) => ({
  name,
  type: 'varchar',
  length: String(length),
  ...(primary === undefined ? {} : { isPrimary: true, primaryKeyConstraintName: primary }),
});

const nullable = (name: string, length: number) => ({ ...column(name, length), isNullable: true });

/** Accounts that were made at a sign-on, and who they belong to. */
export class CreateScimSignOn1764000000080 implements MigrationInterface {
  readonly name = 'CreateScimSignOn1764000000080';

  async up(runner: QueryRunner): Promise<void> {
    const account = 'pk_scim_jit_account';
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_jit_account'),
        columns: [
          column('tenant_id', 64, account),
          column('user_id', 36, account),
          nullable('email_key', 1024),
          column('created_at', 24),
          nullable('adopted_at', 24),
          nullable('adopted_by', 36),
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
    const link = 'pk_scim_sign_on_link';
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_sign_on_link'),
        columns: [
          column('tenant_id', 64, link),
          column('subject_key', 64, link),
          column('issuer_key', 64),
          column('user_id', 36),
          column('matched_by', 16),
          column('linked_at', 24),
        ],
        uniques: [{ name: 'uq_scim_sign_on_link_user', columnNames: ['tenant_id', 'user_id', 'issuer_key'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_sign_on_link'));
    await runner.dropTable(tableName(runner, 'scim_jit_account'));
  }
}

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
