import type { AddressInfo } from 'node:net';
import { ScimTokens } from 'nestjs-scim';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { ACME_USER_SCHEMA } from '../src/acme-user.schema.js';
import { AppUser } from '../src/app-user.entity.js';
import { createApp } from '../src/create-app.js';
import { readEnvironment } from '../src/environment.js';
import { openHostDatabase } from '../src/host-database.js';
import { AccessTokens } from '../src/sessions/access-tokens.js';
import { Sessions } from '../src/sessions/sessions.js';
import { DATABASES, emptyDatabase } from './support/databases.js';
import { user } from './support/resources.js';
import { ScimClient } from './support/scim-client.js';

describe.each(DATABASES.filter((name) => name !== 'sqlite'))('the reference host on %s', (name) => {
  it('migrates once when two processes start together, and serves its own columns', async () => {
    const empty = await emptyDatabase(name);
    const { url: databaseUrl } = empty.options as { url: string };
    const environment = readEnvironment({ DATABASE_URL: databaseUrl });
    const open = () => openHostDatabase(environment, () => undefined);
    await Promise.all([open(), open()]);
    const app = await createApp(environment, databaseUrl, false);
    try {
      await app.listen(0, '127.0.0.1');
      const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
      const { token } = await app.get(ScimTokens).issue({ tenantId: 'acme', connection: { name: 'idp' } });
      const client = new ScimClient(`http://127.0.0.1:${port}/scim/v2`, token);
      const created = await client.post('/Users', user({ [ACME_USER_SCHEMA]: { costCentre: 'Größe 7' } }));
      expect(created.status).toBe(201);
      const { id } = created.body as { id: string };
      const row = await app.get(DataSource).getRepository(AppUser).findOneByOrFail({ tenantId: 'acme', id });
      expect(row.costCentre).toBe('Größe 7');
      const found = await client.ids('/Users', `${ACME_USER_SCHEMA}:costCentre eq "GRÖSSE 7"`);
      expect(found).toEqual([id]);
      // What is given in its sessions is given under a lock of the member's row.
      const sessions = app.get(Sessions);
      const first = await sessions.start({ tenantId: 'acme', id }, 'sso');
      const second = await sessions.refresh(first.refreshToken);
      const claims = await app.get(AccessTokens).verify(second.accessToken);
      expect(await sessions.memberOf(claims!)).toMatchObject({ tenantId: 'acme', id });
      await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
      expect(await sessions.memberOf(claims!)).toBeUndefined();
      await expect(sessions.refresh(second.refreshToken)).rejects.toThrow('Unauthorized');
      await expect(sessions.start({ tenantId: 'acme', id }, 'sso')).rejects.toThrow('Unauthorized');
      // On MySQL TypeORM sees differences where there are none.
      if (name === 'postgres')
        expect((await app.get(DataSource).driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    } finally {
      await app.close();
      await empty.drop();
    }
  });
});
