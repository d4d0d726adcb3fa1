import { TypeOrmProvisioningLogStore } from 'nestjs-scim/typeorm';
import { logStoreContract } from './contracts/provisioning-log-store.contract.js';
import { DATABASES, openDatabase } from './support/databases.js';

for (const name of DATABASES) {
  logStoreContract(`TypeORM on ${name}`, async () => {
    const { dataSource, close } = await openDatabase(name);
    return { store: new TypeOrmProvisioningLogStore(dataSource), close };
  });
}
