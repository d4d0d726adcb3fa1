import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type INestApplication, type LoggerService, ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ScimOptionsError, ScimTokens } from 'nestjs-scim';
import { serveApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import { demoText } from './demo.js';
import { type Environment, localBaseUrl, readEnvironment } from './environment.js';
import { openHostDatabase } from './host-database.js';
import { listenError, probe } from './listen-address.js';
import { announceHost, withdrawHost } from './running-host.js';
import { StartError } from './start-error.js';
import { stopOnSignal } from './stop-on-signal.js';

const logger = new ConsoleLogger({ logLevels: ['warn', 'error', 'fatal'] });

async function start(): Promise<void> {
  const environment = readEnvironment();
  await probe(environment);
  const database = await openHostDatabase(environment, say);
  const { dataDirectory } = environment;
  let app: INestApplication | undefined;
  const stop = async (): Promise<void> => {
    await app?.close().catch((error: unknown) => logger.error(error));
    if (database.embedded) withdrawHost(dataDirectory);
    await database.close();
  };
  stopOnSignal(stop);
  try {
    app = await createApp(environment, database.url, logger);
    const baseUrl = await listen(app, environment);
    if (database.embedded) announceHost(dataDirectory, baseUrl);
    say(environment.demo ? await demoText(app.get(ScimTokens), baseUrl) : `SCIM base URL ${baseUrl}`);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createApp(
  environment: Environment,
  databaseUrl: string,
  to: LoggerService,
): Promise<INestApplication> {
  const adapter = environment.httpAdapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const { publicUrl } = environment;
  const cursorKey = environment.cursorKey ?? randomBytes(32);
  const app = await NestFactory.create(AppModule.register({ databaseUrl, publicUrl, cursorKey }), adapter, {
    logger: to,
    abortOnError: false,
  });
  serveApiDocs(app);
  return app;
}

/** Base URL of the SCIM endpoints. @throws StartError when the address is taken */
async function listen(app: INestApplication, { host, port, publicUrl }: Environment): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw listenError(error as Error, host, port);
  }
  const address = (app.getHttpServer() as { address(): AddressInfo }).address();
  return publicUrl ?? localBaseUrl(host, address.port);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

start().catch((error: unknown) => {
  if (error instanceof StartError || error instanceof ScimOptionsError)
    process.stderr.write(`${error.message}\n`);
  else logger.error(error);
  process.exit(1);
});
