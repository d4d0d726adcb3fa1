import type { Type } from '@nestjs/common';
import { AcmeProbe } from './acme-probe.schema.js';
import { AcmeUser } from './acme-user.schema.js';

/** Additions to users; with NODE_ENV=test also one attribute of each unusual kind, for the tests to try. */
export function userExtensions(): Type[] {
  return process.env['NODE_ENV'] === 'test' ? [AcmeUser, AcmeProbe] : [AcmeUser];
}
