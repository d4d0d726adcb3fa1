// The application that the crash test kills: SCIM over DATABASE_URL on PORT; what its handler hears goes to JOURNAL.
import { appendFileSync } from 'node:fs';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OnScimEvent, ScimEvent, ScimModule } from 'nestjs-scim';
import { scimEntities } from 'nestjs-scim/typeorm';

const { DATABASE_URL: url, PORT: port, JOURNAL: journal = '' } = process.env;

/** One line for each event; a line that was written survives the process. */
@Injectable()
class Journal {
  @OnScimEvent(ScimEvent)
  hear(event: ScimEvent): void {
    appendFileSync(journal, `${JSON.stringify(event)}\n`);
    // Some deliveries fail after the fact, as those of a broker whose answer was lost.
    if (Math.random() < 0.02) throw new Error('The answer was lost.');
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url,
      entities: scimEntities(),
      extra: { max: 10, connectionTimeoutMillis: 2000 },
      retryAttempts: 20,
      retryDelay: 250,
    }),
    ScimModule.forRoot({
      outbox: { leaseSeconds: 2, firstRetrySeconds: 0.05, lastRetrySeconds: 0.5, attempts: 1000 },
    }),
  ],
  providers: [Journal],
})
class CrashModule {}

const app = await NestFactory.create(CrashModule, new FastifyAdapter(), { logger: ['fatal'] });
app.enableShutdownHooks();
await app.listen(Number(port), '127.0.0.1');
process.stdout.write('listening\n');
