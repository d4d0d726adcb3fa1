import { groupResourceType, ResourceTypeRegistry, userResourceType } from 'nestjs-scim/protocol';
import { SCIM_MIGRATIONS, scimEntities, TypeOrmResourceStore } from 'nestjs-scim/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { RecordedStatement } from '../servers/server-messages.js';
import { StatementLog } from '../servers/statement-log.js';
import { SilentOutbox } from './silent-outbox.js';

/** The types that the store is asked for. */
export const REGISTRY = new ResourceTypeRegistry([userResourceType({}), groupResourceType({})]);
export const USERS = REGISTRY.required('User');
export const GROUPS = REGISTRY.required('Group');

/** The library's store in this process, to look at its statements without HTTP around them. */
export class OpenStore {
  private readonly log: StatementLog;

  private constructor(
    readonly dataSource: DataSource,
    readonly store: TypeOrmResourceStore,
  ) {
    this.log = new StatementLog(dataSource);
  }

  /**
   * @param database connection; entities and migrations are the library's
   * @param events whether the store writes events
   */
  static async open(database: Partial<DataSourceOptions>, events = true): Promise<OpenStore> {
    const isMysql = database.type === 'mysql' || database.type === 'mariadb';
    const entities = scimEntities({}, isMysql ? 'mysql' : 'postgres');
    const options = { ...database, entities, migrations: SCIM_MIGRATIONS };
    const dataSource = await new DataSource(options as DataSourceOptions).initialize();
    const outbox = events ? undefined : new SilentOutbox(dataSource);
    return new OpenStore(dataSource, TypeOrmResourceStore.open(dataSource, { registry: REGISTRY, outbox }));
  }

  /** What the store sends while `work` runs. */
  async statements(work: () => Promise<unknown>): Promise<readonly RecordedStatement[]> {
    this.log.start();
    await work();
    return this.log.stop();
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}
