// #region migration
import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';

export class AddBadge1765000000000 implements MigrationInterface {
  readonly name = 'AddBadge1765000000000';

  async up(runner: QueryRunner): Promise<void> {
    const text = { type: 'varchar', length: '1024', isNullable: true };
    await runner.addColumn('scim_user', new TableColumn({ name: 'badge_number', ...text }));
    await runner.addColumn('scim_user', new TableColumn({ name: 'family_name', ...text }));
    await runner.addColumn(
      'scim_user',
      new TableColumn({ name: 'theme', type: 'varchar', length: '20', default: "'light'" }),
    );
    await runner.createIndex(
      'scim_user',
      new TableIndex({ name: 'ix_app_user_badge_number', columnNames: ['tenant_id', 'badge_number'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('scim_user', 'ix_app_user_badge_number');
    await runner.dropColumns('scim_user', ['badge_number', 'family_name', 'theme']);
  }
}
// #endregion migration
