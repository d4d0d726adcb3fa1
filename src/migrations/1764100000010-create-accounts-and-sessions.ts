import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length) });
const time = (name: string) => text(name, 24);
const tenant = text('tenant_id', 64);
const user = text('user_id', 36);
const key = (column: ReturnType<typeof text>, primaryKeyConstraintName: string) => ({
  ...column,
  isPrimary: true,
  primaryKeyConstraintName,
});

/** Our own tables. They point at users by tenant and id, and have no foreign key into the module's tables. */
export class CreateAccountsAndSessions1764100000010 implements MigrationInterface {
  readonly name = 'CreateAccountsAndSessions1764100000010';

  async up(runner: QueryRunner): Promise<void> {
    const engine = await storage(runner);
    for (const table of TABLES) {
      const created = table();
      created.engine = engine;
      await runner.createTable(created);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES.toReversed()) await runner.dropTable(table());
  }
}

/** On MySQL texts are compared as in the module's tables, which we join with ours; elsewhere there is nothing to say. */
async function storage(runner: QueryRunner): Promise<string | undefined> {
  if (runner.dataSource.options.type === 'postgres') return undefined;
  const rows: unknown = await runner.query(
    `select table_collation as name from information_schema.tables where table_schema = database() and table_name = 'scim_user'`,
  );
  return `InnoDB default charset=utf8mb4 collate=${(rows as { name: string }[])[0]?.name}`;
}

/** Made anew each time: TypeORM writes into what it is given. */
const TABLES: readonly (() => Table)[] = [
  () =>
    new Table({
      name: 'app_workspace',
      columns: [
        key(text('id', 64), 'pk_app_workspace'),
        text('name', 100),
        { ...text('owner_id', 36), isNullable: true },
        time('created_at'),
      ],
    }),
  () =>
    new Table({
      name: 'app_password',
      columns: [
        key(tenant, 'pk_app_password'),
        key(user, 'pk_app_password'),
        text('hash', 255),
        time('changed_at'),
      ],
    }),
  () =>
    new Table({
      name: 'app_password_link',
      columns: [key(text('hash', 64), 'pk_app_password_link'), tenant, user, time('expires_at')],
      indices: [{ name: 'ix_app_password_link_user', columnNames: ['tenant_id', 'user_id'] }],
    }),
  () =>
    new Table({
      name: 'app_session',
      columns: [
        key(text('id', 36), 'pk_app_session'),
        tenant,
        user,
        text('method', 16),
        time('created_at'),
        time('expires_at'),
      ],
      indices: [
        { name: 'ix_app_session_user', columnNames: ['tenant_id', 'user_id'] },
        { name: 'ix_app_session_expires', columnNames: ['expires_at'] },
      ],
    }),
  () =>
    new Table({
      name: 'app_refresh_token',
      columns: [
        key(text('hash', 64), 'pk_app_refresh_token'),
        text('session_id', 36),
        tenant,
        user,
        time('created_at'),
        { ...time('used_at'), isNullable: true },
      ],
      indices: [
        { name: 'ix_app_refresh_token_session', columnNames: ['session_id'] },
        { name: 'ix_app_refresh_token_user', columnNames: ['tenant_id', 'user_id'] },
      ],
    }),
];
