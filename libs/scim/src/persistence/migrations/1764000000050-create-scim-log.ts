import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length) });
const integer = (name: string) => ({ name, type: 'integer' });
const key = (name: string, length: number) => ({
  ...text(name, length),
  isPrimary: true,
  primaryKeyConstraintName: 'pk_scim_log',
});
const optional = { isNullable: true };

/** The provisioning log. */
export class CreateScimLog1764000000050 implements MigrationInterface {
  readonly name = 'CreateScimLog1764000000050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_log'),
        columns: [
          key('tenant_id', 64),
          key('id', 36),
          text('kind', 16),
          text('time', 24),
          { ...text('connection_id', 36), ...optional },
          { ...text('token_prefix', 16), ...optional },
          text('request_id', 64),
          { ...integer('operation'), ...optional },
          text('method', 16),
          text('endpoint', 255),
          { ...text('resource_type', 64), ...optional },
          { ...text('resource_id', 36), ...optional },
          { ...text('external_id', 512), ...optional },
          integer('status'),
          integer('status_class'),
          { ...integer('duration_ms'), ...optional },
          integer('bytes_in'),
          { name: 'details', type: 'text' },
        ],
        indices: [
          { name: 'ix_scim_log_status', columnNames: ['tenant_id', 'status_class', 'id'] },
          { name: 'ix_scim_log_resource', columnNames: ['tenant_id', 'resource_id', 'id'] },
          { name: 'ix_scim_log_request', columnNames: ['tenant_id', 'request_id', 'id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_log'));
  }
}

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
