// The limit: bare Nest handlers with the same SQL by hand. With FIND_ONE instead the way of a textbook, for GET by id.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication, ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { ControlDatabase } from '../control/control-database.js';
import { FindOneController, openDataSource } from '../control/find-one.controller.js';
import { GroupsController } from '../control/groups.controller.js';
import { TokenGuard } from '../control/token-guard.js';
import { UserChanges } from '../control/user-changes.js';
import { UserLists } from '../control/user-lists.js';
import { UsersController } from '../control/users.controller.js';
import { answerQuestions } from './answer-questions.js';
import { readServerSettings } from './server-settings.js';

const BODY_LIMIT = 5 * 1024 * 1024;

@Module({
  controllers: [UsersController, GroupsController],
  providers: [ControlDatabase, TokenGuard, UserLists, UserChanges],
})
class ControlModule {}

@Module({
  controllers: [FindOneController],
  providers: [ControlDatabase, TokenGuard, { provide: DataSource, useFactory: openDataSource }],
})
class FindOneModule {}

const module = process.env.FIND_ONE ? FindOneModule : ControlModule;
const options = { logger: ['error', 'fatal'] as ('error' | 'fatal')[] };
const app = await (readServerSettings().adapter === 'express' ? onExpress() : onFastify());
await app.listen(0, '127.0.0.1');
const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
answerQuestions({ port });

async function onExpress(): Promise<NestExpressApplication> {
  const express = await NestFactory.create<NestExpressApplication>(module, new ExpressAdapter(), {
    ...options,
    bodyParser: false,
  });
  express.useBodyParser('json', { type: 'application/scim+json', limit: BODY_LIMIT });
  return express;
}

async function onFastify(): Promise<NestFastifyApplication> {
  const fastify = await NestFactory.create<NestFastifyApplication>(
    module,
    new FastifyAdapter({ bodyLimit: BODY_LIMIT }),
    options,
  );
  fastify.useBodyParser('application/scim+json', { bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, JSON.parse(body.toString())),
  );
  return fastify;
}
