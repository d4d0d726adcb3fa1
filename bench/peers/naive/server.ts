// SCIM as it is written in a hurry: Nest with what it brings along, pg, and no more than the first provider asks for.
// Every shortcut that makes it faster is taken, too: one token in a constant, no validation, no log, no events.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { answerQuestions } from '../../servers/answer-questions.js';
import { NaiveGroupsController } from './groups.controller.js';
import { TOKEN } from './naive-token.guard.js';
import { NaiveUsersController } from './users.controller.js';

@Module({
  controllers: [NaiveUsersController, NaiveGroupsController],
  providers: [
    { provide: Pool, useFactory: () => new Pool({ connectionString: process.env.DATABASE_URL, max: 10 }) },
  ],
})
class NaiveModule {}

const app = await NestFactory.create<NestExpressApplication>(NaiveModule, {
  logger: false,
  bodyParser: false,
});
app.setGlobalPrefix('scim/v2');
app.useBodyParser('json', { type: ['application/json', 'application/scim+json'], limit: '10mb' });
await app.listen(0, '127.0.0.1');
const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
answerQuestions({ port, path: '/scim/v2', token: TOKEN });
