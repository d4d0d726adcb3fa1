import { TypeOrmTokenStore } from 'nestjs-scim/typeorm';
import { expect, it } from 'vitest';
import { tokenStoreContract } from './contracts/token-store.contract.js';
import { DATABASES, describeEachDatabase, openDatabase } from './support/databases.js';

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
