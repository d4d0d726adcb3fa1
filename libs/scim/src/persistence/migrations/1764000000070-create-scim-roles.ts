import type { MigrationInterface, QueryRunner } from 'typeorm';
import { keyColumn, scimTable, tableName, textColumn } from './scim-table.js';

const integer = (name: string) => ({ name, type: 'integer' });

/** Mappings of groups to roles, what they are bound to, and what users were told. */
export class CreateScimRoles1764000000070 implements MigrationInterface {
  readonly name = 'CreateScimRoles1764000000070';

  async up(runner: QueryRunner): Promise<void> {
    const mapping = 'pk_scim_role_mapping';
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_role_mapping',
        columns: [
          keyColumn('tenant_id', 64, mapping),
          keyColumn('id', 36, mapping),
          textColumn('role', 100),
          textColumn('group_by', 16),
          textColumn('group_value', 512),
          integer('priority'),
          textColumn('created_at', 24),
        ],
      }),
    );
    const binding = 'pk_scim_role_binding';
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_role_binding',
        columns: [
          keyColumn('tenant_id', 64, binding),
          keyColumn('mapping_id', 36, binding),
          keyColumn('slot', 40, binding),
          textColumn('group_id', 64, true),
        ],
      }),
    );
    const state = 'pk_scim_role_state';
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_role_state',
        columns: [
          keyColumn('tenant_id', 64, state),
          keyColumn('user_id', 36, state),
          integer('version'),
          { name: 'granted', type: 'text' },
          textColumn('changed_at', 24),
        ],
      }),
    );
    const tenant = 'pk_scim_role_tenant';
    await runner.createTable(
      scimTable(runner, {
        name: 'scim_role_tenant',
        columns: [keyColumn('tenant_id', 64, tenant), textColumn('fingerprint', 64)],
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
      scimTable(runner, {
        name: 'scim_role_job',
        columns: [
          keyColumn('tenant_id', 64, job),
          keyColumn('id', 36, job),
          textColumn('group_id', 64, true),
          textColumn('position', 128),
          integer('done'),
          integer('total'),
          integer('changed'),
          textColumn('created_at', 24),
          textColumn('finished_at', 24, true),
          textColumn('held_by', 64, true),
          textColumn('held_until', 24, true),
        ],
        indices: [{ name: 'ix_scim_role_job_open', columnNames: ['finished_at', 'id'] }],
      }),
    );
  }
}
