import { type QueryRunner, Table, TableColumn, type TableColumnOptions, type TableOptions } from 'typeorm';
import { columnTypeOn, textCollation } from '../entities/column-types.js';

/** What a table of ours is made of; `name` without the schema. */
export interface ScimTableOptions extends Omit<TableOptions, 'columns' | 'name'> {
  readonly name: string;
  readonly columns: readonly (TableColumn | TableColumnOptions)[];
}

/**
 * A table as every supported database takes it. Column types are named as on PostgreSQL (`varchar`, `integer`, `boolean`,
 * `jsonb`, `text`); on MySQL they become its own, and texts compare exactly, byte by byte, blanks at the end included.
 */
export function scimTable(
  runner: QueryRunner,
  { name, columns, foreignKeys = [], ...more }: ScimTableOptions,
): Table {
  const { type } = runner.dataSource.options;
  const typed = columns.map(
    (column) => new TableColumn({ ...column, type: columnTypeOn(type, column.type) }),
  );
  return new Table({
    ...more,
    name: tableName(runner, name),
    columns: typed,
    // What is left out means the same everywhere, but MariaDB would not say it in the words that TypeORM expects.
    foreignKeys: foreignKeys.map((key) => ({ onUpdate: 'NO ACTION', ...key })),
    engine: storage(runner),
  });
}

/** A column of text; a text that is part of an index may have 700 characters at most (MySQL: 3,072 bytes for all). */
export function textColumn(name: string, length: number, nullable = false): TableColumnOptions {
  return { name, type: 'varchar', length: String(length), isNullable: nullable };
}

/** A column of the primary key `constraint`. */
export function keyColumn(name: string, length: number, constraint: string): TableColumnOptions {
  return { ...textColumn(name, length), isPrimary: true, primaryKeyConstraintName: constraint };
}

/** Name of a table, with the schema of the DataSource where it names one. */
export function tableName(runner: QueryRunner, table: string): string {
  const { options } = runner.dataSource;
  return options.type === 'postgres' && options.schema ? `${options.schema}.${table}` : table;
}

/** The same, quoted for SQL. */
export function quotedTable(runner: QueryRunner, table: string): string {
  return tableName(runner, table)
    .split('.')
    .map((part) => runner.dataSource.driver.escape(part))
    .join('.');
}

export interface ScimIndex {
  readonly name: string;
  readonly table: string;
  /** `~` in front: a text in the order of code points whatever the collation of the database is. */
  readonly columns: readonly string[];
  readonly unique?: boolean;
}

/** In SQL, because TypeORM has no collation for a column of an index. */
export async function createIndex(
  runner: QueryRunner,
  { name, table, columns, unique }: ScimIndex,
): Promise<void> {
  const { driver, options } = runner.dataSource;
  const codePoints = options.type === 'postgres' ? ' collate "C"' : '';
  const parts = columns.map((column) =>
    column.startsWith('~') ? `${driver.escape(column.slice(1))}${codePoints}` : driver.escape(column),
  );
  await runner.query(
    `create ${unique ? 'unique ' : ''}index ${driver.escape(name)} on ${quotedTable(runner, table)} (${parts.join(', ')})`,
  );
}

/** TypeORM has no option for the collation of a table; what follows "engine" is where MySQL takes it. */
function storage({ dataSource }: QueryRunner): string | undefined {
  const collation = textCollation(dataSource);
  return collation && `InnoDB default charset=utf8mb4 collate=${collation}`;
}
