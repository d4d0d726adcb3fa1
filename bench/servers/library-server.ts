// The reference stack: the host's module, on Fastify or Express.
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ScimModule } from 'nestjs-scim';
import { DataSource } from 'typeorm';
import { AcmeUser } from '../../src/acme-user.schema.js';
import { AppUser } from '../../src/app-user.entity.js';
import { databaseOptions } from '../../src/database-options.js';
import { answerQuestions } from './answer-questions.js';
import { EventClock } from './event-clock.js';
import { StatementLog } from './statement-log.js';
import { readServerSettings, TOKEN_CACHE_SECONDS } from './server-settings.js';

const settings = readServerSettings();

@Module({})
class ReferenceModule {
  /** As AppModule of the host, with the few options that the benchmark turns. */
  static register(): DynamicModule {
    return {
      module: ReferenceModule,
      providers: settings.relay ? [EventClock] : [],
      imports: [
        TypeOrmModule.forRoot({ ...databaseOptions(settings.databaseUrl), retryAttempts: 0 }),
        ScimModule.forRoot({
          path: 'scim/v2',
          publicUrl: settings.publicUrl,
          cursorKey: 'a key that is no secret: only the benchmark uses it',
          entities: { user: AppUser },
          users: { extensions: [AcmeUser] },
          tokenCacheSeconds: TOKEN_CACHE_SECONDS,
          publicDiscovery: settings.publicDiscovery,
          // One server is measured at a time: the others must not work off what it has written.
          outbox: { relay: settings.relay },
          // The benchmark takes access from more users than any provider may.
          breaker: { enabled: false },
        }),
      ],
    };
  }
}

const adapter = settings.adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app: INestApplication = await NestFactory.create(ReferenceModule.register(), adapter, {
  logger: ['error', 'fatal'],
});
await app.listen(0, '127.0.0.1');
const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
const events = settings.relay ? app.get(EventClock) : undefined;
answerQuestions({ port }, new StatementLog(app.get(DataSource)), events);
