import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length) });
const key = (name: string, length: number) => ({
  ...text(name, length),
  isPrimary: true,
  primaryKeyConstraintName: 'pk_scim_resource',
});

/** Table of the resources of the host's own types. */
export class CreateScimCustomResources1764000000010 implements MigrationInterface {
  readonly name = 'CreateScimCustomResources1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    const table = tableName(runner);
    await runner.createTable(
      new Table({
        name: table,
        columns: [
          key('tenant_id', 64),
          key('id', 36),
          text('resource_type', 64),
          { ...text('external_id', 512), isNullable: true },
          { name: 'version', type: 'integer' },
          text('created_at', 24),
          text('modified_at', 24),
          { name: 'document', type: 'jsonb' },
          { name: 'concealed', type: 'jsonb', isNullable: true },
        ],
      }),
    );
    // In SQL, because TypeORM has no collation for a column of an index: external ids are in code point order.
    const codePoints = runner.dataSource.options.type === 'postgres' ? ' collate "C"' : '';
    const path = table
      .split('.')
      .map((part) => `"${part}"`)
      .join('.');
    const create = (name: string, columns: string): Promise<unknown> =>
      runner.query(`create index "${name}" on ${path} (tenant_id, resource_type, ${columns})`);
    await create('ix_scim_resource_type', 'id');
    await create('ix_scim_resource_external', `external_id${codePoints}`);
    await create('ix_scim_resource_modified', 'modified_at, id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(tableName(runner));
  }
}

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.scim_resource` : 'scim_resource';
}
