import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { AddressInfo } from 'node:net';
import {
  type ScimOptionsInput,
  ScimModule,
  type ScimStructuralOptions,
  ScimTokens,
  type Scope,
} from 'nestjs-scim';
import { SCIM_MIGRATIONS, scimEntities } from 'nestjs-scim/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entitiesDatabase } from './databases.js';
import { ScimClient } from './scim-client.js';

export const ADAPTERS = ['express', 'fastify'] as const;
export type AdapterName = (typeof ADAPTERS)[number];

export interface BootSettings {
  /** @default 'fastify' */
  readonly adapter?: AdapterName;
  /** Connection of the data source; entities and migrations are added. @default SQLite in memory */
  readonly database?: Partial<DataSourceOptions>;
  /** Options of ScimModule. Events are delivered only where `outbox` is given: most tests count statements. */
  readonly scim?: ScimOptionsInput & ScimStructuralOptions;
  /** Modules, controllers and providers of the host around it. */
  readonly host?: { imports?: Type[]; controllers?: Type[]; providers?: object[] };
  /** What a host does between create and listen. */
  readonly configure?: (app: INestApplication) => void | Promise<void>;
  /** Address of the SCIM endpoints below the server. @default '/scim/v2' */
  readonly at?: string;
}

/** A host application with ScimModule, listening on a loopback port. */
export interface ScimApp {
  readonly app: INestApplication;
  readonly origin: string;
  readonly dataSource: DataSource;
  readonly tokens: ScimTokens;
  /** A client with a fresh token of the tenant `acme`, unless it says otherwise. */
  client(identity?: { tenant?: string; profile?: string; scopes?: Scope[] }): Promise<ScimClient>;
  close(): Promise<void>;
}

export async function bootScim(settings: BootSettings = {}): Promise<ScimApp> {
  const {
    adapter = 'fastify',
    database = { type: 'sqljs' },
    scim = {},
    host = {},
    at = '/scim/v2',
  } = settings;
  const module = {
    module: class HostModule {},
    imports: [
      TypeOrmModule.forRoot({
        ...database,
        entities: scimEntities(scim.entities as never, entitiesDatabase(database.type)),
        migrations: SCIM_MIGRATIONS,
        migrationsRun: true,
      } as DataSourceOptions),
      ScimModule.forRoot({ validateAnswers: true, outbox: { relay: false }, ...scim }),
      ...(host.imports ?? []),
    ],
    controllers: host.controllers ?? [],
    providers: (host.providers ?? []) as never[],
  };
  const httpAdapter = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(
    module as never,
    httpAdapter as FastifyAdapter,
    {
      logger: ['fatal'],
      abortOnError: false,
    },
  );
  await settings.configure?.(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const tokens = app.get(ScimTokens, { strict: false });
  return {
    app,
    origin,
    tokens,
    dataSource: app.get(DataSource, { strict: false }),
    async client({ tenant = 'acme', profile = 'default', scopes } = {}) {
      const connection = { name: `${profile}-idp`, profile };
      const { token } = await tokens.issue({ tenantId: tenant, connection, scopes });
      return new ScimClient(origin + at, token);
    },
    close: () => app.close(),
  };
}
