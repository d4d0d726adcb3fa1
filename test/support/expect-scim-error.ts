import { expect } from 'vitest';
import { ERROR } from './resources.js';
import type { ScimReply } from './scim-client.js';

/** The whole answer must be this SCIM error; without `scimType` the answer must have none. */
export function expectScimError(reply: ScimReply, status: number, scimType?: string): void {
  const { schemas, status: told, scimType: type } = (reply.body ?? {}) as Record<string, unknown>;
  expect({ code: reply.status, schemas, told, type }, reply.text).toEqual({
    code: status,
    schemas: [ERROR],
    told: String(status),
    type: scimType,
  });
}
