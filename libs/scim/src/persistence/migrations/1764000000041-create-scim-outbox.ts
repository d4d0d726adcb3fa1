import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const key = (name: string, length: number) => ({
  name,
  type: 'varchar',
  length: String(length),
  isPrimary: true,
  primaryKeyConstraintName: 'pk_scim_outbox',
});
const text = (name: string, length: number, isNullable = false) => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
});

/** Events on their way from the transaction of their change to whoever listens. */
export class CreateScimOutbox1764000000041 implements MigrationInterface {
  readonly name = 'CreateScimOutbox1764000000041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_outbox'),
        columns: [
          key('tenant_id', 64),
          key('id', 36),
          text('stream', 128),
          { name: 'sequence', type: 'bigint' },
          text('type', 64),
          { name: 'payload', type: 'jsonb' },
          text('created_at', 24),
          text('available_at', 24, true),
          { name: 'attempts', type: 'integer' },
          text('locked_until', 24, true),
          text('locked_by', 36, true),
          text('settled_at', 24, true),
          text('dead_at', 24, true),
          text('last_error', 128, true),
          { name: 'accepted_by', type: 'text', isNullable: true },
        ],
        indices: [
          {
            name: 'uq_scim_outbox_stream',
            columnNames: ['tenant_id', 'stream', 'sequence'],
            isUnique: true,
          },
          {
            name: 'ix_scim_outbox_waiting',
            columnNames: ['settled_at', 'tenant_id', 'stream', 'sequence'],
            where: 'settled_at IS NULL',
          },
          {
            name: 'ix_scim_outbox_settled',
            columnNames: ['settled_at', 'id'],
            where: 'settled_at IS NOT NULL',
          },
          { name: 'ix_scim_outbox_dead', columnNames: ['dead_at', 'id'], where: 'dead_at IS NOT NULL' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner, 'scim_outbox'));
  }
}

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
