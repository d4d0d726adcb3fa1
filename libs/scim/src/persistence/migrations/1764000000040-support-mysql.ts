import type { MigrationInterface, QueryRunner } from 'typeorm';
import { columnTypeOn, isMysql } from '../entities/column-types.js';
import { keyColumn, quotedTable, scimTable, tableName } from './scim-table.js';

const RESOURCES = ['scim_user', 'scim_group', 'scim_resource'];

/** What stands in for functions and for locks with a name on MySQL: a second form of documents, and rows to lock. */
export class SupportMysql1764000000040 implements MigrationInterface {
  readonly name = 'SupportMysql1764000000040';

  async up(runner: QueryRunner): Promise<void> {
    const { type } = runner.dataSource.options;
    for (const table of RESOURCES) {
      // Not by TypeORM, which copies the whole table on SQLite.
      const column = `comparable ${columnTypeOn(type, 'jsonb')}`;
      await runner.query(`alter table ${quotedTable(runner, table)} add column ${column}`);
    }
    if (!isMysql(type)) return;
    const columns = [keyColumn('name', 255, 'pk_scim_turn')];
    await runner.createTable(scimTable(runner, { name: 'scim_turn', columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isMysql(runner.dataSource.options.type)) await runner.dropTable(tableName(runner, 'scim_turn'));
    for (const table of RESOURCES) {
      await runner.query(`alter table ${quotedTable(runner, table)} drop column comparable`);
    }
  }
}
