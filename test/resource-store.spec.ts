import { TypeOrmResourceStore } from 'nestjs-scim/typeorm';
import { REGISTRY, resourceStoreContract } from './contracts/resource-store.contract.js';
import { describeEachDatabase, openDatabase } from './support/databases.js';

describeEachDatabase('TypeOrmResourceStore', (database) => {
  resourceStoreContract(async () => {
    const { dataSource, close } = await openDatabase(database);
    const store = TypeOrmResourceStore.open(dataSource, { registry: REGISTRY });
    return { store, close };
  });
});
