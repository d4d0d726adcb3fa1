import { expect } from 'vitest';
import { Leniency, Profile, type Tolerance } from '../../compat/profile.js';
import { DEFAULT_READ_LIMITS } from '../../resource/read-context.js';
import { userResourceType } from '../../schema/core/resource-types.js';
import type { JsonObject, JsonValue } from '../../schema/json.js';
import { ResourceType } from '../../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA, USER_SCHEMA } from '../../schema/schema-urns.js';
import { deviceResourceType } from '../../schema/testing/device.js';
import { applyPatch, type PatchResult } from '../apply-patch.js';
import { PATCH_SCHEMA } from '../patch-operation.js';
import { readPatch } from '../read-patch.js';

export const USER = new ResourceType(userResourceType());
export const DEVICE = new ResourceType(deviceResourceType());
export const ENTERPRISE = ENTERPRISE_USER_SCHEMA;
export const LEASE = 'urn:example:scim:extension:2.0:Lease';
export const ANN_ID = '0190a1b2';

/** What besides document and operations a PATCH depends on. */
export interface Surroundings {
  /** @default the user type */
  readonly type?: ResourceType;
  /** @default strict */
  readonly profile?: Profile;
  readonly concealed?: JsonObject;
  readonly readOnly?: JsonObject;
}

export interface Patched extends PatchResult {
  /** Tolerances that the request needed. */
  readonly forgiven: readonly Tolerance[];
}

/** Sends the operations as a client would, and proves on the way that nothing given is changed. */
export function patch(document: JsonObject, operations: JsonValue[], around: Surroundings = {}): Patched {
  const { type = USER, profile = Profile.strict, concealed = {}, readOnly = { id: ANN_ID } } = around;
  const leniency = new Leniency(profile);
  const body = { schemas: [PATCH_SCHEMA], Operations: operations };
  const before = JSON.stringify([document, concealed, readOnly, body]);
  try {
    const read = readPatch(body, leniency, { operations: 1000 });
    const result = applyPatch(type, { document, concealed, readOnly }, read, {
      leniency,
      limits: DEFAULT_READ_LIMITS,
    });
    return { ...result, forgiven: leniency.names };
  } finally {
    expect(JSON.stringify([document, concealed, readOnly, body])).toBe(before);
  }
}

/** The same in the profile that forgives all. */
export function tolerantPatch(
  document: JsonObject,
  operations: JsonValue[],
  around: Surroundings = {},
): Patched {
  return patch(document, operations, { profile: Profile.default, ...around });
}

/** A stored user; `more` replaces or adds attributes. */
export function ann(more: JsonObject = {}): JsonObject {
  const schemas = ENTERPRISE in more ? [USER_SCHEMA, ENTERPRISE] : [USER_SCHEMA];
  return { schemas, userName: 'ann', ...more };
}

/** A stored device; `more` replaces or adds attributes. */
export function device(more: JsonObject = {}): JsonObject {
  const schemas = LEASE in more ? [DEVICE.schema.id, LEASE] : [DEVICE.schema.id];
  return { schemas, serial: 'S-1', ...more };
}

/** An error with that scimType. */
export function refusal(scimType: string): Error {
  return expect.objectContaining({ status: 400, scimType }) as Error;
}
