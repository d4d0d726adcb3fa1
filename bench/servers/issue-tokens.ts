import { ScimTokens } from 'nestjs-scim';
import { TypeOrmTokenStore } from 'nestjs-scim/typeorm';
import { DataSource } from 'typeorm';
import { databaseOptions } from '../../src/database-options.js';

/** A bearer token for each of the tenants, issued by the library's own service. */
export async function issueTokens(
  databaseUrl: string,
  tenantIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const dataSource = await new DataSource(databaseOptions(databaseUrl)).initialize();
  try {
    const tokens = new ScimTokens(new TypeOrmTokenStore(dataSource), { tokenCacheSeconds: 5 });
    const issued = new Map<string, string>();
    for (const tenantId of tenantIds) {
      const { token } = await tokens.issue({ tenantId, connection: { name: 'bench' } });
      issued.set(tenantId, token);
    }
    return issued;
  } finally {
    await dataSource.destroy();
  }
}
