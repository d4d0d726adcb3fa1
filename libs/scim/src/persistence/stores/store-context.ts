import type { DataSource } from 'typeorm';
import type { CommitHandlers } from '../../events/commit-handlers.js';
import type { Outbox } from '../../events/outbox.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { Database, type StoreDatabase, type Transaction } from '../database.js';
import { Savepoints } from '../savepoints.js';
import type { ScimEntityClasses } from '../entities/scim-entities.js';
import { ScimGroup } from '../entities/scim-group.entity.js';
import { ScimResource } from '../entities/scim-resource.entity.js';
import { ScimUser } from '../entities/scim-user.entity.js';
import { tableNames, type TableNames } from '../filter-sql/table-names.js';
import { ResourceTable } from './resource-table.js';

export interface ResourceStoreSettings {
  /** Statements that run often stay prepared on PostgreSQL and MySQL; switch off behind a transaction-mode pooler. @default true */
  readonly preparedStatements?: boolean;
  /** Seconds that a query without an index may take, except on SQLite. @default 5 */
  readonly scanTimeoutSeconds?: number;
  /** Members that are not there yet are waited for. @default false */
  readonly pendingMembers?: boolean;
  readonly retention?: {
    /** Days for which the data of deleted resources is kept; 0: it goes at once. @default 30 */
    readonly days?: number;
    /** What becomes of the deletion of a user that the application cannot do without. @default 'deactivate' */
    readonly blockedDelete?: 'deactivate' | 'refuse';
  };
}

/** Default retention of deleted resources. */
const RETENTION_DAYS = 30;

/** What the parts of the resource store share: the database, and how each resource type lies in it. */
export class StoreContext {
  readonly database: StoreDatabase;
  readonly users: ResourceTable;
  readonly groups: ResourceTable;
  /** Of the host's own types, by name. */
  private readonly custom: ReadonlyMap<string, ResourceTable>;
  readonly tables: TableNames;
  readonly scanTimeoutSeconds: number;
  readonly pendingMembers: boolean;
  readonly retentionDays: number;
  readonly blockedDelete: 'deactivate' | 'refuse';

  /** @throws Error when the host's entities do not fit */
  constructor(
    dataSource: DataSource,
    registry: ResourceTypeRegistry,
    entities: ScimEntityClasses,
    settings: ResourceStoreSettings,
    readonly outbox: Outbox,
    readonly commitHandlers: CommitHandlers | undefined,
  ) {
    this.database = new Database(dataSource, settings);
    this.users = new ResourceTable(registry.required('User'), dataSource, entities.user ?? ScimUser);
    this.groups = new ResourceTable(registry.required('Group'), dataSource, entities.group ?? ScimGroup);
    const custom = registry.types.filter(({ name }) => name !== 'User' && name !== 'Group');
    this.custom = new Map(
      custom.map((type) => [type.name, new ResourceTable(type, dataSource, ScimResource)]),
    );
    this.tables = tableNames(dataSource);
    this.scanTimeoutSeconds = settings.scanTimeoutSeconds ?? 5;
    this.pendingMembers = settings.pendingMembers ?? false;
    this.retentionDays = settings.retention?.days ?? RETENTION_DAYS;
    this.blockedDelete = settings.retention?.blockedDelete ?? 'deactivate';
  }

  /** The same, with all work inside an open transaction. */
  within(tx: Transaction): StoreContext {
    const database = new Savepoints(tx, this.database.dialect);
    return Object.create(this, { database: { value: database } }) as StoreContext;
  }

  table(type: ResourceType): ResourceTable {
    const table = this.tableNamed(type.name);
    if (!table) throw new Error(`There is no table for the resource type ${type.name}.`);
    return table;
  }

  /** Undefined for a resource type that the host does not have (any more). */
  tableNamed(type: string): ResourceTable | undefined {
    if (type === this.users.type.name) return this.users;
    if (type === this.groups.type.name) return this.groups;
    return this.custom.get(type);
  }
}
