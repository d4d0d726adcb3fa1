import { TypeOrmTokenStore } from 'nestjs-scim/typeorm';
import { expect, it } from 'vitest';
import { MemoryTokenStore } from '../libs/scim/src/tokens/testing/memory-token-store.js';
import { tokenStoreContract } from './contracts/token-store.contract.js';
import { DATABASES, describeEachDatabase, openDatabase } from './support/databases.js';

tokenStoreContract('in memory, as the unit tests use it', async () => ({
  store: new MemoryTokenStore(),
  close: async () => undefined,
}));

for (const name of DATABASES) {
  tokenStoreContract(`TypeORM on ${name}`, async () => {
    const { dataSource, close } = await openDatabase(name);
    return { store: new TypeOrmTokenStore(dataSource), close };
  });
}

describeEachDatabase('the tables of tokens', (name) => {
  it('come out of the migrations as the entities describe them', async () => {
    const { dataSource, close } = await openDatabase(name);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    await close();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
