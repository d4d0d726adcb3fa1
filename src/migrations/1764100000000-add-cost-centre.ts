import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';

/** Our column on the module's table of users; runs after the module's own migrations. */
export class AddCostCentre1764100000000 implements MigrationInterface {
  readonly name = 'AddCostCentre1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'scim_user',
      new TableColumn({ name: 'cost_centre', type: 'varchar', length: '512', isNullable: true }),
    );
    await runner.createIndex(
      'scim_user',
      new TableIndex({ name: 'ix_app_user_cost_centre', columnNames: ['tenant_id', 'cost_centre'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('scim_user', 'ix_app_user_cost_centre');
    await runner.dropColumn('scim_user', 'cost_centre');
  }
}
