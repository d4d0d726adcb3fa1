import type { Leniency } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import { PATCH_SCHEMA, type PatchOperation } from './patch-operation.js';

/** Sizes up to which a PATCH message is read. */
export interface PatchLimits {
  /** Operations of one message, 1 or more. */
  readonly operations: number;
}

/**
 * Reads the body of a PATCH request (RFC 7644 §3.5.2): structure only, nothing is resolved against a schema yet.
 * Under the tolerance `emptyOperations` the list may come out empty.
 *
 * @throws ScimError invalidSyntax for a wrong structure, naming the operation by its place, counted from 1
 * @throws ScimError invalidPath for a path that is no string; invalidValue for a value that cannot be kept
 * @throws ScimError 413 for too many operations, before any of them is looked at
 */
export function readPatch(body: JsonValue, leniency: Leniency, limits: PatchLimits): PatchOperation[] {
  if (!isJsonObject(body)) throw ScimError.invalidSyntax('The body must be a JSON object.');
  checkMessageSchema(memberOf(body, 'schemas'), leniency);
  const operations = memberOf(body, 'operations');
  if (!Array.isArray(operations)) throw ScimError.invalidSyntax('Operations must be a list of operations.');
  if (operations.length > limits.operations) {
    throw ScimError.payloadTooLarge(`A PATCH request may hold at most ${limits.operations} operations.`);
  }
  if (operations.length === 0) {
    if (!leniency.tolerates('emptyOperations')) {
      throw ScimError.invalidSyntax('Operations must hold at least one operation.');
    }
    leniency.applied('emptyOperations');
  }
  return operations.map((operation, index) => readOperation(operation, index + 1, leniency));
}

function checkMessageSchema(schemas: JsonValue | undefined, leniency: Leniency): void {
  const named =
    Array.isArray(schemas) &&
    schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === PATCH_SCHEMA.toLowerCase());
  if (named) return;
  if (!leniency.tolerates('missingSchemas'))
    throw ScimError.invalidSyntax(`schemas must hold ${PATCH_SCHEMA}.`);
  leniency.applied('missingSchemas');
}

function readOperation(operation: JsonValue, place: number, leniency: Leniency): PatchOperation {
  if (!isJsonObject(operation)) throw ScimError.invalidSyntax(`Operation ${place} must be a JSON object.`);
  const op = readVerb(memberOf(operation, 'op'), place, leniency);
  const path = memberOf(operation, 'path');
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw ScimError.invalidPath(`Operation ${place}: path must be a string.`);
  }
  const value = memberOf(operation, 'value');
  return { op, ...(path ? { path } : {}), ...(value === undefined ? {} : { value }) };
}

function readVerb(op: JsonValue | undefined, place: number, leniency: Leniency): PatchOperation['op'] {
  const verb = typeof op === 'string' && op.length <= 'replace'.length ? op.toLowerCase() : undefined;
  if (verb !== 'add' && verb !== 'remove' && verb !== 'replace') {
    throw ScimError.invalidSyntax(`Operation ${place}: op must be add, remove or replace.`);
  }
  if (verb !== op) {
    if (!leniency.tolerates('operationNames')) {
      throw ScimError.invalidSyntax(`Operation ${place}: op must be written in lower case.`);
    }
    leniency.applied('operationNames');
  }
  return verb;
}

/** The member of that lower-case name, in any spelling; attribute names ignore case (RFC 7643 §2.1). */
export function memberOf(object: JsonObject, lowerName: string): JsonValue | undefined {
  if (Object.hasOwn(object, lowerName)) return object[lowerName];
  const name = Object.keys(object).find((candidate) => candidate.toLowerCase() === lowerName);
  return name === undefined ? undefined : object[name];
}
