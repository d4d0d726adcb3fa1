import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { ScimTokens } from 'nestjs-scim';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { ACME_USER_SCHEMA } from '../src/acme-user.schema.js';
import { AppModule } from '../src/app.module.js';
import { AppUser } from '../src/app-user.entity.js';
import { readEnvironment } from '../src/environment.js';
import { openHostDatabase } from '../src/host-database.js';
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
    const settings = { databaseUrl, publicUrl: undefined, cursorKey: 'k'.repeat(32) };
    const app = await NestFactory.create(AppModule.register(settings), new FastifyAdapter(), {
      logger: ['fatal'],
      abortOnError: false,
    });
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
    } finally {
      await app.close();
      await empty.drop();
    }
  });
});
