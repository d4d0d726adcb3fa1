import { randomBytes } from 'node:crypto';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Environment } from './environment.js';
import { HostSettings } from './host-settings.js';

/** The application on the database, ready to listen. */
export async function createApp(
  environment: Environment,
  databaseUrl: string,
  logger: LoggerService | false,
): Promise<INestApplication> {
  const { httpAdapter, publicUrl, trustedProxies, sessionKey, accessTokenSeconds, openSignUp, oidc } =
    environment;
  const adapter =
    httpAdapter === 'express'
      ? new ExpressAdapter()
      : new FastifyAdapter({ trustProxy: (_address, hop) => hop < trustedProxies });
  const cursorKey = environment.cursorKey ?? randomBytes(32);
  const host = new HostSettings(sessionKey ?? randomBytes(32), accessTokenSeconds, openSignUp, oidc);
  const app = await NestFactory.create(
    AppModule.register({ databaseUrl, publicUrl, cursorKey, host }),
    adapter,
    { logger, abortOnError: false },
  );
  if (httpAdapter === 'express') (app as NestExpressApplication).set('trust proxy', trustedProxies);
  // Cookies are sent by whatever page makes the browser call us; forms of other sites are refused.
  app.enableCsrfProtection();
  app.useSecurityHeaders({ contentSecurityPolicy: { useDefaults: false, directives: CONTENT } });
  return app;
}

/** Our pages load one style sheet, have no script, and send forms to us alone. */
const CONTENT = {
  defaultSrc: "'none'",
  styleSrc: "'self'",
  formAction: "'self'",
  baseUri: "'none'",
  frameAncestors: "'none'",
};
