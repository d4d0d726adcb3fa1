import { Logger, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimBreaker, ScimDeletions, ScimModule, ScimTokens } from 'nestjs-scim';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import type { AddressInfo } from 'node:net';
import { DataSource, EntitySchema } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MassLossAlarm, Pager, release } from './examples/breaker.js';
import { Archive, bringBack, hold, UserData } from './examples/deletion.js';
import { until } from './support/outbox-rows.js';
import { createGroup, createUser } from './support/resources.js';
import { ScimClient } from './support/scim-client.js';

interface Invoice {
  id: number;
  tenantId: string;
  userId: string;
  paid: boolean;
}

const INVOICES = new EntitySchema<Invoice>({
  name: 'Invoice',
  tableName: 'invoice',
  columns: {
    id: { type: 'integer', primary: true },
    tenantId: { type: 'varchar' },
    userId: { type: 'varchar' },
    paid: { type: 'boolean' },
  },
});

const dropped: string[] = [];
const pages: string[] = [];

@Module({
  providers: [
    UserData,
    MassLossAlarm,
    {
      provide: Archive,
      useValue: { drop: async (tenant: string, id: string) => void dropped.push(`${tenant}/${id}`) },
    },
    { provide: Pager, useValue: { page: async (text: string) => void pages.push(text) } },
  ],
})
class HostModule {}

describe('The examples of deletion and breaker', () => {
  let app: Awaited<ReturnType<typeof NestFactory.create>>;
  let client: ScimClient;
  beforeAll(async () => {
    Logger.overrideLogger(['fatal']);
    const module = {
      module: class ExampleModule {},
      imports: [
        TypeOrmModule.forRoot({
          type: 'sqljs',
          entities: [...scimEntities(), INVOICES],
          migrations: SCIM_MIGRATIONS,
          migrationsRun: true,
        }),
        ScimModule.forRoot({
          retention: { purgeIntervalSeconds: 1 },
          breaker: { share: 0.1, minimum: 3 },
        }),
        HostModule,
      ],
    };
    app = await NestFactory.create(module as unknown as Type, { logger: ['fatal'], abortOnError: false });
    await app.listen(0, '127.0.0.1');
    await app
      .get(DataSource)
      .query('create table invoice (id integer primary key, "tenantId" text, "userId" text, paid boolean)');
    const tokens = app.get(ScimTokens, { strict: false });
    const { token } = await tokens.issue({ tenantId: 'acme', connection: { name: 'okta' } });
    const { port } = app.getHttpServer().address() as AddressInfo;
    client = new ScimClient(`http://127.0.0.1:${port}/scim/v2`, token);
  });
  afterAll(() => app?.close());

  it('deactivate who has an open invoice, bring back, hold, and forget in the end', async () => {
    const deletions = app.get(ScimDeletions, { strict: false });
    const debtor = await createUser(client);
    const invoices = app.get(DataSource).getRepository<Invoice>(INVOICES);
    await invoices.insert({ id: 1, tenantId: 'acme', userId: debtor.id as string, paid: false });
    expect((await client.delete(`/Users/${debtor.id}`)).status).toBe(204);
    expect((await client.get(`/Users/${debtor.id}`)).body.active).toBe(false);
    await invoices.update({ id: 1 }, { paid: true });
    const team = await createGroup(client, { members: [{ value: debtor.id }] });
    expect((await client.delete(`/Users/${debtor.id}`)).status).toBe(204);
    expect((await client.get(`/Users/${debtor.id}`)).status).toBe(404);

    expect(await bringBack(deletions, 'acme', debtor.userName as string)).toBe(debtor.id);
    expect((await client.get(`/Groups/${team.id}`)).body.members).toHaveLength(1);
    await expect(bringBack(deletions, 'acme', debtor.userName as string)).rejects.toThrow('Nobody');

    await hold(deletions, 'acme', debtor.id as string);
    await client.delete(`/Users/${debtor.id}`);
    await expect(deletions.purgeNow('acme', debtor.id as string)).rejects.toThrow('legal hold');
    await deletions.release('acme', debtor.id as string);
    await deletions.purgeNow('acme', debtor.id as string);
    await until(() => dropped.includes(`acme/${debtor.id}`));
    await until(async () => (await deletions.show('acme', debtor.id as string)) === undefined);
  });

  it('wake somebody up, and release what was stopped', async () => {
    const users: { id: string }[] = [];
    while (users.length < 6) users.push(await createUser(client));
    const statuses: number[] = [];
    for (const { id } of users) statuses.push((await client.delete(`/Users/${id}`)).status);
    expect(statuses).toContain(429);
    await until(() => pages.length === 1);
    expect(pages[0]).toMatch(/^acme: connection \S+ wanted 4 of \d+ users out$/);
    await release(app.get(ScimBreaker, { strict: false }), 'acme');
    expect((await client.delete(`/Users/${users.at(-1)!.id}`)).status).toBe(204);
  });
});
