import { expect, it } from 'vitest';
import {
  describeEachDatabase,
  emptyDatabase,
  entitiesDatabase,
  openDatabase,
} from '../../../../../test/support/databases.js';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { scimEntities } from '../entities/scim-entities.js';
import { SCIM_MIGRATIONS } from './index.js';

describeEachDatabase('SCIM_MIGRATIONS', (database) => {
  it('leave nothing to change between tables and entities', async () => {
    const { dataSource, close } = await openDatabase(database, {
      migrations: SCIM_MIGRATIONS,
    });
    const drift = await dataSource.driver.createSchemaBuilder().log();
    await close();
    expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be undone and run again', async () => {
    const empty = await emptyDatabase(database);
    const dataSource = new DataSource({
      ...empty.options,
      entities: scimEntities({}, entitiesDatabase(database)),
      migrations: SCIM_MIGRATIONS,
    } as DataSourceOptions);
    await dataSource.initialize();
    await dataSource.runMigrations();
    for (const _ of SCIM_MIGRATIONS) await dataSource.undoLastMigration();
    const again = await dataSource.runMigrations();
    await dataSource.destroy();
    await empty.drop();
    expect(again).toHaveLength(SCIM_MIGRATIONS.length);
  });
});
