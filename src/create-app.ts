import { randomBytes } from 'node:crypto';
import type { DynamicModule, INestApplication, INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { serveApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import type { Environment } from './environment.js';
import { HostSettings } from './host-settings.js';

/** The application on the database, ready to listen. */
export async function createApp(
  environment: Environment,
  databaseUrl: string,
  logger: LoggerService | false,
): Promise<INestApplication> {
  const { httpAdapter, trustedProxies } = environment;
  const adapter =
    httpAdapter === 'express'
      ? new ExpressAdapter()
      : new FastifyAdapter({ trustProxy: (_address, hop) => hop < trustedProxies });
  const app = await NestFactory.create(appModule(environment, databaseUrl, true), adapter, {
    logger,
    abortOnError: false,
  });
  if (httpAdapter === 'express') (app as NestExpressApplication).set('trust proxy', trustedProxies);
  // Cookies are sent by whatever page makes the browser call us; forms of other sites are refused.
  app.enableCsrfProtection();
  // Pages say themselves what they load; see PageResponder.
  app.useSecurityHeaders({ contentSecurityPolicy: false });
  serveApiDocs(app);
  return app;
}

/** The same without endpoints, for commands; what works in the background is left to the running host. */
export function createCommandApp(
  environment: Environment,
  databaseUrl: string,
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(appModule(environment, databaseUrl, false), {
    logger: false,
    abortOnError: false,
  });
}

function appModule(environment: Environment, databaseUrl: string, background: boolean): DynamicModule {
  const { publicUrl, sessionKey, accessTokenSeconds, openSignUp, oidc } = environment;
  const cursorKey = environment.cursorKey ?? randomBytes(32);
  const host = new HostSettings(sessionKey ?? randomBytes(32), accessTokenSeconds, openSignUp, oidc);
  return AppModule.register({ databaseUrl, publicUrl, cursorKey, host, background });
}
