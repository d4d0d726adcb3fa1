import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length) });
const time = (name: string) => text(name, 24);
const key = (name: string, length: number, primaryKeyConstraintName: string) => ({
  ...text(name, length),
  isPrimary: true,
  primaryKeyConstraintName,
});

/** Connections and tokens. */
export class CreateScimTokens1764000000001 implements MigrationInterface {
  readonly name = 'CreateScimTokens1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_connection'),
        columns: [
          key('tenant_id', 64, 'pk_scim_connection'),
          key('id', 36, 'pk_scim_connection'),
          text('name', 100),
          text('profile', 32),
          { ...time('paused_at'), isNullable: true },
          time('created_at'),
        ],
        uniques: [{ name: 'uq_scim_connection_name', columnNames: ['tenant_id', 'name'] }],
      }),
    );
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_token'),
        columns: [
          key('tenant_id', 64, 'pk_scim_token'),
          key('id', 36, 'pk_scim_token'),
          text('connection_id', 36),
          text('name', 100),
          text('prefix', 16),
          text('hash', 64),
          text('scopes', 1024),
          time('created_at'),
          { ...time('expires_at'), isNullable: true },
          { ...time('revoked_at'), isNullable: true },
          { ...time('last_used_at'), isNullable: true },
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

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
