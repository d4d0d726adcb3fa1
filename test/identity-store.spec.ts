import { TypeOrmIdentityStore, TypeOrmResourceStore } from 'nestjs-scim/typeorm';
import { identityStoreContract } from './contracts/identity-store.contract.js';
import { REGISTRY } from './contracts/resource-store.contract.js';
import { describeEachDatabase, openDatabase } from './support/databases.js';

describeEachDatabase('TypeOrmIdentityStore', (database) => {
  identityStoreContract(async () => {
    const { dataSource, close } = await openDatabase(database);
    const input = { registry: REGISTRY };
    const store = TypeOrmIdentityStore.open(dataSource, input);
    return { store, resources: TypeOrmResourceStore.open(dataSource, input), close };
  });
});
