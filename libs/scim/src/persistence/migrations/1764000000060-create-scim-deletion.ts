import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length) });
const optional = (name: string, length: number) => ({ ...text(name, length), isNullable: true });
const time = (name: string) => text(name, 24);
const keyOf = (table: string) => (name: string, length: number) => ({
  ...text(name, length),
  isPrimary: true,
  primaryKeyConstraintName: `pk_${table}`,
});

/** Deleted resources with their retention, legal holds, and the breaker of each connection. */
export class CreateScimDeletion1764000000060 implements MigrationInterface {
  readonly name = 'CreateScimDeletion1764000000060';

  async up(runner: QueryRunner): Promise<void> {
    await this.createTombstones(runner);
    const holdKey = keyOf('scim_legal_hold');
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_legal_hold'),
        columns: [
          holdKey('tenant_id', 64),
          holdKey('subject_id', 36),
          optional('reason', 255),
          time('held_at'),
        ],
      }),
    );
    const breakerKey = keyOf('scim_breaker');
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_breaker'),
        columns: [
          breakerKey('tenant_id', 64),
          breakerKey('connection_id', 36),
          { name: 'version', type: 'integer' },
          text('losses', 1024),
          { name: 'active_users', type: 'integer' },
          optional('counted_at', 24),
          optional('tripped_at', 24),
          optional('suspended_until', 24),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['scim_breaker', 'scim_legal_hold', 'scim_tombstone_member', 'scim_tombstone']) {
      await runner.dropTable(tableName(runner, table));
    }
  }

  private async createTombstones(runner: QueryRunner): Promise<void> {
    const key = keyOf('scim_tombstone');
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_tombstone'),
        columns: [
          key('tenant_id', 64),
          key('id', 36),
          text('resource_type', 64),
          optional('external_id', 512),
          optional('name', 512),
          optional('name_key', 1024),
          { name: 'version', type: 'integer' },
          time('created_at'),
          { name: 'document', type: 'jsonb', isNullable: true },
          optional('connection_id', 36),
          time('deleted_at'),
          time('purge_after'),
          optional('announced_at', 24),
          optional('event_id', 36),
        ],
      }),
    );
    const memberKey = keyOf('scim_tombstone_member');
    await runner.createTable(
      new Table({
        name: tableName(runner, 'scim_tombstone_member'),
        columns: [
          memberKey('tenant_id', 64),
          memberKey('tombstone_id', 36),
          memberKey('group_id', 36),
          memberKey('member_id', 36),
          text('member_type', 64),
        ],
        foreignKeys: [
          {
            name: 'fk_scim_tombstone_member',
            columnNames: ['tenant_id', 'tombstone_id'],
            referencedTableName: tableName(runner, 'scim_tombstone'),
            referencedColumnNames: ['tenant_id', 'id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
    // In SQL, because TypeORM has no collation for a column of an index: names are compared by code point.
    const codePoints = runner.dataSource.options.type === 'postgres' ? ' collate "C"' : '';
    const path = tableName(runner, 'scim_tombstone')
      .split('.')
      .map((part) => `"${part}"`)
      .join('.');
    const index = (name: string, columns: string): Promise<unknown> =>
      runner.query(`create index "${name}" on ${path} (${columns})`);
    await index('ix_scim_tombstone_due', 'purge_after, id');
    await index('ix_scim_tombstone_name', `tenant_id, name_key${codePoints}`);
    await index('ix_scim_tombstone_external', `tenant_id, external_id${codePoints}`);
  }
}

/** With the schema of the DataSource, where it names one. */
function tableName(runner: QueryRunner, table: string): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}
