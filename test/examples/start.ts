import type { INestApplication, Type } from '@nestjs/common';
// #region start
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export async function start(appModule: Type, port: number): Promise<INestApplication> {
  // Or without the adapter, for Express.
  const app = await NestFactory.create(appModule, new FastifyAdapter());
  app.setGlobalPrefix('api');
  await app.listen(port, '127.0.0.1');
  return app;
}
// #endregion start
