import {
  Controller,
  type DynamicModule,
  Get,
  Logger,
  type INestApplication,
  Module,
  type Type,
  UnauthorizedException,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimIdentity, ScimModule, ScimTokens } from 'nestjs-scim';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppUser } from './examples/app-user.entity.js';
import { scim as asyncScim } from './examples/async-options.js';
import { Access, AccessModule, RefreshToken as AccessToken } from './examples/events.js';
import { ReadinessController } from './examples/outbox-health.js';
import { BADGE_SCHEMA } from './examples/badge.schema.js';
import { AppModule as ExtendedModule } from './examples/extended.module.js';
import { EndSessions, RefreshToken } from './examples/end-sessions.js';
import { GiveToken } from './examples/give-token.js';
import { ProvisioningModule } from './examples/public-routes.js';
import { scimCommand } from './examples/scim-command.js';
import { SignIn, SignInModule } from './examples/sign-in.js';
import { DEVICE_SCHEMA, LEASE_SCHEMA, scim as withDevices } from './examples/device.js';
import { scim as withPolicy } from './examples/identity-policy.js';
import { SignOnCallback } from './examples/sign-on-callback.js';
import { start } from './examples/start.js';
import { scim as withPlans } from './examples/tenant-settings.js';
import { issue, rotate } from './examples/tokens.js';
import { type EmptyDatabase, emptyDatabase } from './support/databases.js';
import { createUser } from './support/resources.js';
import { ScimClient } from './support/scim-client.js';

@Controller()
class HelloController {
  @Get('hello')
  hello(): string {
    return 'hello';
  }
}

@Module({ controllers: [HelloController] })
class HostRoutes {}

@Module({ controllers: [ReadinessController] })
class Readiness {}

const closing: (() => Promise<void>)[] = [];
// Nest warns of several data sources in one process.
beforeEach(() => Logger.overrideLogger(['fatal']));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The module with SQLite in memory around it. */
function withSqlite(...imports: (DynamicModule | Type)[]): Type {
  const database = TypeOrmModule.forRoot({
    type: 'sqljs',
    entities: [...scimEntities(), AccessToken],
    migrations: SCIM_MIGRATIONS,
    migrationsRun: true,
  });
  return { module: class ExampleModule {}, imports: [database, ...imports] } as never;
}

async function boot(module: Type): Promise<INestApplication> {
  const app = await NestFactory.create(module, { logger: ['fatal'], abortOnError: false });
  closing.push(() => app.close());
  await app.listen(0, '127.0.0.1');
  return app;
}

function originOf(app: INestApplication): string {
  return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
}

/** A client of the application, after both of its ends have been tried. */
async function provision(app: INestApplication, path = '/scim/v2', token?: string): Promise<ScimClient> {
  const tokens = app.get(ScimTokens, { strict: false });
  const issued = token ?? (await tokens.issue({ tenantId: 'acme', connection: { name: 'okta' } })).token;
  const client = new ScimClient(originOf(app) + path, issued);
  expect((await client.get('/ServiceProviderConfig')).body.patch).toEqual({ supported: true });
  expect((await createUser(client)).active).toBe(true);
  return client;
}

describe('The examples on PostgreSQL', () => {
  let database: EmptyDatabase;
  beforeEach(async () => {
    database = await emptyDatabase('postgres');
    vi.stubEnv('DATABASE_URL', (database.options as { url: string }).url);
    closing.push(database.drop);
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('end sessions in the transaction of the change, and give no token beside it', async () => {
    const module = {
      module: class SessionsModule {},
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: process.env['DATABASE_URL'],
          entities: [...scimEntities(), RefreshToken],
          migrations: SCIM_MIGRATIONS,
          migrationsRun: true,
        }),
        ScimModule.forRoot(),
      ],
      providers: [EndSessions, GiveToken],
    };
    const app = await boot(module as never);
    await app
      .get(DataSource)
      .query(
        'create table refresh_token (hash varchar(64) primary key, tenant_id varchar(64), user_id varchar(36))',
      );
    const client = await provision(app);
    const tokens = app.get(DataSource).getRepository(RefreshToken);
    const give = app.get(GiveToken);
    for (const leave of [
      (id: string) => client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
      (id: string) => client.delete(`/Users/${id}`),
    ]) {
      const { id } = await createUser(client);
      const { id: other } = await createUser(client);
      await Promise.all([give.to('acme', id), give.to('acme', id), give.to('acme', other)]);
      expect(await tokens.countBy({ userId: id })).toBe(2);
      expect((await leave(id)).status).toBeLessThan(300);
      expect(await tokens.countBy({ userId: id })).toBe(0);
      expect(await tokens.countBy({ userId: other })).toBe(1);
      await expect(give.to('acme', id)).rejects.toThrow(UnauthorizedException);
    }
  });

  it('starts on an empty PostgreSQL, issues a token and takes a user', async () => {
    const { AppModule, CustomerConnections } = await import('./examples/quick-start.js');
    const app = await boot(AppModule);
    const token = await app.get(CustomerConnections).connect('acme');
    const client = await provision(app, '/scim/v2', token);
    const { meta } = await createUser(client);
    expect(meta.location).toMatch(/^https:\/\/api\.example\.com\/scim\/v2\/Users\//);
  });

  it('brings an empty PostgreSQL up to date as the command line of TypeORM does', async () => {
    const { dataSource } = await import('./examples/data-source.js');
    await dataSource.initialize();
    closing.push(() => dataSource.destroy());
    expect(await dataSource.runMigrations()).toHaveLength(SCIM_MIGRATIONS.length);
    expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });
});

describe('The examples of the guides', () => {
  it('start on Fastify below a global prefix', async () => {
    const app = await start(withSqlite(ScimModule.forRoot()), 0);
    closing.push(() => app.close());
    const client = await provision(app, '/api/scim/v2');
    expect((await createUser(client)).meta.location).toContain(`${originOf(app)}/api/scim/v2/Users/`);
  });

  it('take their options from a factory', async () => {
    const client = await provision(await boot(withSqlite(asyncScim)));
    expect((await client.get('/Users')).status).toBe(200);
  });

  it('are let through by the guard of the host, which keeps its own routes', async () => {
    const app = await boot(withSqlite(ProvisioningModule, HostRoutes));
    const token = await issue(app.get(ScimTokens, { strict: false }));
    const client = await provision(app, '/scim/v2', token);
    expect((await client.as(undefined).get('/Users')).status).toBe(401);
    const hello = await fetch(`${originOf(app)}/hello`, { headers: { authorization: `Bearer ${token}` } });
    expect(hello.status).toBe(401);
  });

  it('administer tokens from a command of the host without a server', async () => {
    const written: string[] = [];
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    const argv = ['token', 'issue', '--tenant', 'acme', '--name', 'okta', '--json'];
    const code = await scimCommand(withSqlite(ScimModule.forRoot()), argv).finally(() => out.mockRestore());
    expect(code).toBe(0);
    expect(JSON.parse(written.join(''))).toMatchObject({ baseUrl: 'https://api.example.com/scim/v2' });
  });

  it('serve a resource type that is one class', async () => {
    const client = await provision(await boot(withSqlite(withDevices)));
    const lease = { [LEASE_SCHEMA]: { contract: 'C-1' } };
    const body = { schemas: [DEVICE_SCHEMA], serial: 'S-1', room: 'R1', ...lease };
    const { id, meta } = (await client.post('/Devices', body)).body;
    expect(meta.resourceType).toBe('Device');
    expect(await client.ids('/Devices', 'room eq "R1" and contract eq "c-1"')).toEqual([id]);
    expect((await client.post('/Devices', body)).status).toBe(409);
    const type = (await client.get('/ResourceTypes/Device')).body;
    expect(type).toMatchObject({ endpoint: '/Devices', schemaExtensions: [{ schema: LEASE_SCHEMA }] });
  });

  it('hear of a new user, end the sessions of one that leaves, and tell how much waits', async () => {
    const app = await boot(withSqlite(ScimModule.forRoot({ isGlobal: true }), AccessModule, Readiness));
    const client = await provision(app);
    const dataSource = app.get(DataSource, { strict: false });
    await dataSource.synchronize();
    const sessions = dataSource.getRepository(AccessToken);
    const { id, userName } = await createUser(client);
    const session = (key: string, userId: string) => ({ id: key, tenantId: 'acme', userId });
    await sessions.insert([session('1', id), session('2', 'somebody else')]);
    await client.delete(`/Users/${id}`);
    expect((await sessions.find()).map((one) => one.id)).toEqual(['2']);
    await vi.waitFor(() => expect(app.get(Access, { strict: false }).welcomed).toContain(userName), 10_000);
    const ready = await fetch(`${originOf(app)}/readyz`);
    expect(await ready.json()).toMatchObject({ dead: 0 });
  });

  it('switch parts off for a tenant', async () => {
    const app = await boot(withSqlite(withPlans));
    const client = await provision(app);
    const tokens = app.get(ScimTokens, { strict: false });
    const { token } = await tokens.issue({ tenantId: 'small-shop', connection: { name: 'okta' } });
    const small = client.as(token);
    const bulk = async (of: ScimClient): Promise<boolean> =>
      (await of.get('/ServiceProviderConfig')).body.bulk.supported;
    expect([await bulk(client), await bulk(small)]).toEqual([true, false]);
    const body = { schemas: [DEVICE_SCHEMA], serial: 'S-1', [LEASE_SCHEMA]: { contract: 'C-1' } };
    expect((await client.post('/Devices', body)).status).toBe(201);
    expect((await small.post('/Devices', body)).body.scimType).toBe('invalidSyntax');
  });

  it('issue and rotate tokens without a gap', async () => {
    const app = await boot(withSqlite(ScimModule.forRoot()));
    const tokens = app.get(ScimTokens, { strict: false });
    const old = await issue(tokens);
    const [record] = await tokens.list('acme');
    const fresh = await rotate(tokens, record?.id ?? '');
    await provision(app, '/scim/v2', old);
    await provision(app, '/scim/v2', fresh);
  });

  it('let nobody sign in who was deactivated or deleted', async () => {
    const app = await boot(withSqlite(ScimModule.forRoot(), SignInModule));
    const client = await provision(app);
    const signIn = app.get(SignIn, { strict: false });
    const { id } = await createUser(client);
    expect((await signIn.allowed('acme', id)).id).toBe(id);
    await expect(signIn.allowed('other', id)).rejects.toThrow(UnauthorizedException);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await expect(signIn.allowed('acme', id)).rejects.toThrow(UnauthorizedException);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }]);
    expect((await signIn.allowed('acme', id)).active).toBe(true);
    await client.delete(`/Users/${id}`);
    await expect(signIn.allowed('acme', id)).rejects.toThrow(UnauthorizedException);
  });

  it('sign in who was provisioned, and nobody else', async () => {
    const app = await boot(
      withSqlite(ScimModule.forRoot({ isGlobal: true }), {
        module: class Host {},
        providers: [SignOnCallback],
      } as never),
    );
    const client = await provision(app);
    const callback = app.get(SignOnCallback, { strict: false });
    const { id } = await createUser(client, { userName: 'ann@acme.example' });
    const claims = { iss: 'https://idp.acme.example', sub: 's1', email: 'ann@acme.example' };
    await expect(callback.signIn('acme', claims)).rejects.toThrow('unverified');
    expect((await callback.signIn('acme', { ...claims, email_verified: true })).id).toBe(id);
    expect((await callback.signIn('acme', { ...claims, email: undefined })).id).toBe(id);
    await expect(callback.signIn('globex', { ...claims, email_verified: true })).rejects.toThrow('policy');
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await expect(callback.signIn('acme', claims)).rejects.toThrow('deactivated');
  });

  it('make accounts within the domains of the tenant', async () => {
    const app = await boot(withSqlite(withPolicy));
    const identity = app.get(ScimIdentity, { strict: false });
    const kindOf = async (email: string): Promise<string> =>
      (await identity.resolve({ tenantId: 'acme', email, emailVerified: true })).kind;
    expect(await kindOf('ann@acme.example')).toBe('created');
    expect(await kindOf('ann@evil.example')).toBe('refused');
  });

  it('extend users by a schema, columns and a migration', async () => {
    const app = await boot(ExtendedModule);
    const client = await provision(app);
    const badge = { number: 'B-7', floor: 3, doors: ['north', 'lab'] };
    const { id, ...rest } = await createUser(client, {
      name: { familyName: 'Lovelace' },
      [BADGE_SCHEMA]: badge,
    });
    expect(rest[BADGE_SCHEMA]).toEqual(badge);
    for (const filter of [
      `${BADGE_SCHEMA}:number eq "B-7"`,
      `${BADGE_SCHEMA}:floor ge 3`,
      `${BADGE_SCHEMA}:doors eq "lab"`,
      'name.familyName eq "LOVELACE"',
    ]) {
      expect(await client.ids('/Users', filter)).toEqual([id]);
    }
    const sorted = await client.get('/Users', { query: { sortBy: `${BADGE_SCHEMA}:number` } });
    expect(sorted.body.Resources[0].id).toBe(id);
    const row = await app.get(DataSource).getRepository(AppUser).findOneByOrFail({ id });
    expect(row).toMatchObject({ badgeNumber: 'B-7', familyName: 'Lovelace', theme: 'light' });
    expect((await app.get(DataSource).driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });
});
