import type { Type } from '@nestjs/common';
// #region scim-command
import { NestFactory } from '@nestjs/core';
import {
  Outbox,
  runScimCommand,
  ScimBreaker,
  ScimDeletions,
  ScimLog,
  ScimRoleMappings,
  ScimRoles,
  ScimTokens,
} from 'nestjs-scim';

/** Gives the exit code. `argv` is `process.argv.slice(2)`. */
export async function scimCommand(appModule: Type, argv: readonly string[]): Promise<number> {
  const app = await NestFactory.createApplicationContext(appModule, { logger: ['error'] });
  try {
    const services = {
      tokens: app.get(ScimTokens, { strict: false }),
      deletions: app.get(ScimDeletions, { strict: false }),
      breaker: app.get(ScimBreaker, { strict: false }),
      log: app.get(ScimLog, { strict: false }),
      roles: app.get(ScimRoles, { strict: false }),
      roleMappings: app.get(ScimRoleMappings, { strict: false }),
      outbox: app.get(Outbox, { strict: false }),
      baseUrl: 'https://api.example.com/scim/v2',
      out: (text: string) => void process.stdout.write(text),
      err: (text: string) => void process.stderr.write(text),
    };
    return await runScimCommand(services, argv);
  } finally {
    await app.close();
  }
}
// #endregion scim-command
