import type { DataSource } from 'typeorm';
import type { LogEntry } from '../../log/log-entry.js';
import { type LogSelection, ProvisioningLogStore } from '../../log/provisioning-log-store.js';
import { Database, type DatabaseSettings } from '../database.js';
import { Parameters } from '../dialects/statement.js';
import { LOG_COLUMNS, type LogRow, toEntry, toRow } from './log-rows.js';
import { ScimLogEntry } from './scim-log-entry.entity.js';

const NAMES = LOG_COLUMNS.map((column) => column.split(' ')[0]!);

/** The provisioning log in the table `scim_log`. */
export class TypeOrmProvisioningLogStore extends ProvisioningLogStore {
  private readonly database: Database;
  private readonly table: string;

  /** @throws Error when the DataSource lacks the entity: spread `scimEntities()` into its entities */
  constructor(dataSource: DataSource, settings: DatabaseSettings = {}) {
    super();
    this.database = new Database(dataSource, settings);
    this.table = dataSource
      .getMetadata(ScimLogEntry)
      .tablePath.split('.')
      .map((part) => `"${part}"`)
      .join('.');
  }

  /** One statement and one parameter, however many they are. */
  async append(entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { dialect } = this.database;
    const rows = JSON.stringify(entries.map(toRow));
    await this.database.run({
      text: `insert into ${this.table} (${NAMES.join(', ')})
        select ${NAMES.map((name) => `e.${name}`).join(', ')} from ${dialect.rows('$1', LOG_COLUMNS, 'e')}
        where true${dialect.orSkip(this.table)}`,
      values: [rows],
      prepare: true,
    });
  }

  async select(selection: LogSelection): Promise<readonly LogEntry[]> {
    const parameters = new Parameters();
    const conditions = [`tenant_id = ${parameters.add(selection.tenantId ?? '')}`];
    const where = (column: string, operator: string, value: string | number | undefined): void => {
      if (value !== undefined) conditions.push(`${column} ${operator} ${parameters.add(value)}`);
    };
    where('status_class', '=', selection.statusClass);
    where('connection_id', '=', selection.connectionId);
    where('resource_type', '=', selection.resourceType);
    where('resource_id', '=', selection.resourceId);
    where('request_id', '=', selection.requestId);
    where('id', '>=', selection.from);
    where('id', '<', selection.below);
    const rows = await this.database.run<LogRow>({
      text: `select ${NAMES.join(', ')} from ${this.table} where ${conditions.join(' and ')}
        order by id desc limit ${parameters.add(selection.limit)}`,
      values: parameters.values,
    });
    return rows.map(toEntry);
  }

  async find(tenantId: string | undefined, id: string): Promise<LogEntry | undefined> {
    const [row] = await this.database.run<LogRow>({
      text: `select ${NAMES.join(', ')} from ${this.table} where tenant_id = $1 and id = $2`,
      values: [tenantId ?? '', id],
    });
    return row && toEntry(row);
  }

  async tenantAfter(
    tenantId: string | undefined | null,
  ): Promise<{ readonly tenantId: string | undefined } | undefined> {
    const after = tenantId === null ? '' : 'where tenant_id > $1';
    const [row] = await this.database.run<{ tenant_id: string }>({
      text: `select tenant_id from ${this.table} ${after} order by tenant_id limit 1`,
      values: tenantId === null ? [] : [tenantId ?? ''],
    });
    return row && { tenantId: row.tenant_id === '' ? undefined : row.tenant_id };
  }

  async prune(tenantId: string | undefined, below: string, limit: number): Promise<number> {
    const { dialect } = this.database;
    const rows = await this.database.run<{ id: string }>({
      text: `select id from ${this.table} where tenant_id = $1 and id < $2 order by id limit $3`,
      values: [tenantId ?? '', below, limit],
    });
    if (rows.length === 0) return 0;
    await this.database.run({
      text: `delete from ${this.table} where tenant_id = $1 and ${dialect.isOneOf('id', '$2')}`,
      values: [tenantId ?? '', dialect.list(rows.map(({ id }) => id))],
    });
    return rows.length;
  }
}
