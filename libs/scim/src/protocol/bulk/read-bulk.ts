import type { Leniency } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import { memberOf } from '../patch/read-patch.js';
import { PATCH_SCHEMA } from '../patch/patch-operation.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { ResourceTypeRegistry } from '../schema/resource-type-registry.js';
import {
  BULK_METHODS,
  BULK_REQUEST_SCHEMA,
  type BulkMethod,
  type BulkOperation,
  type BulkRequest,
  type RefusedOperation,
} from './bulk-operation.js';
import { readBulkPath } from './read-bulk-path.js';

/** Sizes up to which a Bulk request is read. */
export interface BulkLimits {
  /** Operations of one request, 1 or more. */
  readonly maxOperations: number;
}

/** Longest method that is repeated in a result. */
const METHOD_LENGTH = 16;

/**
 * Reads the body of a Bulk request (RFC 7644 §3.7). A fault of the message is thrown; a fault of one operation is kept
 * as that operation's result, the others are not touched by it (P-3.7-08).
 *
 * @throws ScimError invalidSyntax for the structure of the message, invalidValue for failOnErrors
 * @throws ScimError 413 for too many operations, before any of them is looked at
 */
export function readBulk(
  body: JsonObject,
  registry: ResourceTypeRegistry,
  leniency: Leniency,
  limits: BulkLimits,
): BulkRequest {
  checkSchemas(memberOf(body, 'schemas'), leniency);
  const operations = memberOf(body, 'operations');
  if (!Array.isArray(operations)) throw ScimError.invalidSyntax('Operations must be a list of operations.');
  if (operations.length > limits.maxOperations) {
    throw ScimError.payloadTooLarge(
      `The request holds more operations than maxOperations allows: ${limits.maxOperations}.`,
    );
  }
  if (operations.length === 0) {
    if (!leniency.tolerates('emptyOperations')) {
      throw ScimError.invalidSyntax('Operations must hold at least one operation.');
    }
    leniency.applied('emptyOperations');
  }
  const failOnErrors = readFailOnErrors(memberOf(body, 'failonerrors'));
  const reader = new OperationReader(registry, leniency);
  const read = operations.map((operation, index) => {
    if (!isJsonObject(operation))
      throw ScimError.invalidSyntax(`Operation ${index + 1} must be a JSON object.`);
    return reader.read(operation);
  });
  return { operations: read, ...(failOnErrors === undefined ? {} : { failOnErrors }) };
}

function checkSchemas(schemas: JsonValue | undefined, leniency: Leniency): void {
  if ((schemas === undefined || schemas === null) && leniency.tolerates('missingSchemas')) {
    leniency.applied('missingSchemas');
    return;
  }
  const named =
    Array.isArray(schemas) &&
    schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === BULK_REQUEST_SCHEMA.toLowerCase());
  if (!named) throw ScimError.invalidSyntax(`schemas must hold ${BULK_REQUEST_SCHEMA}.`);
}

function readFailOnErrors(value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw ScimError.invalidValue('failOnErrors must be a whole number of at least 1.');
}

/** Reads the operations of one request, in order. */
class OperationReader {
  private readonly bulkIds = new Set<string>();

  constructor(
    private readonly registry: ResourceTypeRegistry,
    private readonly leniency: Leniency,
  ) {}

  read(operation: JsonObject): BulkOperation | RefusedOperation {
    const method = memberOf(operation, 'method');
    const bulkId = memberOf(operation, 'bulkid');
    // What is known of the operation when it turns out to be faulty is part of its result.
    const known: { -readonly [K in keyof BulkOperation]?: BulkOperation[K] } & { method?: BulkMethod } = {};
    try {
      if (typeof bulkId === 'string' && bulkId !== '') known.bulkId = bulkId;
      known.method = this.readMethod(method);
      this.checkBulkId(bulkId, known.method);
      Object.assign(known, readBulkPath(memberOf(operation, 'path'), known.method, this.registry));
      const version = memberOf(operation, 'version');
      if (version !== undefined && version !== null) {
        if (typeof version !== 'string') throw ScimError.invalidSyntax('version must be a string.');
        if (known.method !== 'POST') known.version = version;
      }
      if (known.method !== 'DELETE') known.data = this.readData(memberOf(operation, 'data'), known.method);
      return known as BulkOperation;
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      const sent = typeof method === 'string' && method.length <= METHOD_LENGTH ? { method } : {};
      return { ...sent, ...known, fault: error };
    }
  }

  private readMethod(sent: JsonValue | undefined): BulkMethod {
    const upper = typeof sent === 'string' && sent.length <= METHOD_LENGTH ? sent.toUpperCase() : undefined;
    const method = BULK_METHODS.find((known) => known === upper);
    if (!method) throw ScimError.invalidSyntax(`method must be one of ${BULK_METHODS.join(', ')}.`);
    if (method !== sent) {
      if (!this.leniency.tolerates('bulkForms')) {
        throw ScimError.invalidSyntax('method must be written in upper case.');
      }
      this.leniency.applied('bulkForms');
    }
    return method;
  }

  /** RFC 7644 §3.7: required for POST, and unique in the request (P-3.7-05). */
  private checkBulkId(bulkId: JsonValue | undefined, method: BulkMethod): void {
    if (bulkId === undefined || bulkId === null) {
      if (method !== 'POST') return;
      if (!this.leniency.tolerates('bulkForms')) throw ScimError.invalidSyntax('POST needs a bulkId.');
      this.leniency.applied('bulkForms');
      return;
    }
    if (typeof bulkId !== 'string' || bulkId === '') {
      throw ScimError.invalidSyntax('bulkId must be a string of at least one character.');
    }
    if (this.bulkIds.has(bulkId)) {
      throw ScimError.invalidSyntax('Another operation of this request has the same bulkId.');
    }
    this.bulkIds.add(bulkId);
  }

  private readData(data: JsonValue | undefined, method: BulkMethod): JsonObject {
    if (isJsonObject(data)) return data;
    if (method === 'PATCH' && Array.isArray(data)) {
      if (this.leniency.tolerates('bulkForms')) {
        this.leniency.applied('bulkForms');
        return { schemas: [PATCH_SCHEMA], Operations: data };
      }
      // RFC 7644 erratum 5050.
      throw ScimError.invalidSyntax('The data of PATCH must be a PatchOp message.');
    }
    throw ScimError.invalidSyntax(`${method} needs data: a JSON object.`);
  }
}
