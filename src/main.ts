import type { AddressInfo } from 'node:net';
import { type INestApplication, ConsoleLogger } from '@nestjs/common';
import { ScimOptionsError, ScimTokens } from 'nestjs-scim';
import { createApp } from './create-app.js';
import { demoText } from './demo.js';
import { type Environment, localBaseUrl, readEnvironment } from './environment.js';
import { openHostDatabase } from './host-database.js';
import { HostSettings } from './host-settings.js';
import { listenError, probe } from './listen-address.js';
import { announceHost, withdrawHost } from './running-host.js';
import { StartError } from './start-error.js';
import { stopOnSignal } from './stop-on-signal.js';
import { Workspaces } from './workspaces/workspaces.js';

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
    say(environment.demo ? await demoOf(app) : `SCIM base URL ${baseUrl}`);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Base URL of the SCIM endpoints. @throws StartError when the address is taken */
async function listen(app: INestApplication, environment: Environment): Promise<string> {
  const { host, port, publicUrl, appUrl } = environment;
  try {
    await app.listen(port, host);
  } catch (error) {
    throw listenError(error as Error, host, port);
  }
  const address = (app.getHttpServer() as { address(): AddressInfo }).address();
  const settings = app.get(HostSettings);
  settings.scimUrl = publicUrl ?? localBaseUrl(host, address.port);
  settings.appUrl = appUrl ?? new URL(settings.scimUrl).origin;
  return settings.scimUrl;
}

function demoOf(app: INestApplication): Promise<string> {
  return demoText(app.get(ScimTokens), app.get(Workspaces), app.get(HostSettings));
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
