import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string, length: number, isNullable = false) => ({
  name,
  type: 'varchar',
  length: String(length),
  isNullable,
});
const key = (name: string, length: number, constraint: string) => ({
  ...text(name, length),
  isPrimary: true,
  primaryKeyConstraintName: constraint,
});
const integer = (name: string) => ({ name, type: 'integer' });

/** Mappings of groups to roles, what they are bound to, and what users were told. */
export class CreateScimRoles1764000000070 implements MigrationInterface {
  readonly name = 'CreateScimRoles1764000000070';

  async up(runner: QueryRunner): Promise<void> {
    const mapping = 'pk_scim_role_mapping';
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_role_mapping'),
        columns: [
          key('tenant_id', 64, mapping),
          key('id', 36, mapping),
          text('role', 100),
          text('group_by', 16),
          text('group_value', 512),
          integer('priority'),
          text('created_at', 24),
        ],
      }),
    );
    const binding = 'pk_scim_role_binding';
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_role_binding'),
        columns: [
          key('tenant_id', 64, binding),
          key('mapping_id', 36, binding),
          key('slot', 40, binding),
          text('group_id', 64, true),
        ],
      }),
    );
    const state = 'pk_scim_role_state';
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_role_state'),
        columns: [
          key('tenant_id', 64, state),
          key('user_id', 36, state),
          integer('version'),
          { name: 'granted', type: 'text' },
          text('changed_at', 24),
        ],
      }),
    );
    const tenant = 'pk_scim_role_tenant';
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_role_tenant'),
        columns: [key('tenant_id', 64, tenant), text('fingerprint', 64)],
      }),
    );
    await this.createJobs(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['job', 'tenant', 'state', 'binding', 'mapping']) {
      await runner.dropTable(tableName(runner, `scim_role_${table}`));
    }
  }

  private async createJobs(runner: QueryRunner): Promise<void> {
    const job = 'pk_scim_role_job';
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_role_job'),
        columns: [
          key('tenant_id', 64, job),
          key('id', 36, job),
          text('group_id', 64, true),
          text('position', 128),
          integer('done'),
          integer('total'),
          integer('changed'),
          text('created_at', 24),
          text('finished_at', 24, true),
          text('held_by', 64, true),
          text('held_until', 24, true),
        ],
        indices: [{ name: 'ix_scim_role_job_open', columnNames: ['finished_at', 'id'] }],
      }),
    );
  }
}

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
