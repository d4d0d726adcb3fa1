import type { ScimError } from '../error/scim-error.js';
import type { JsonObject } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';

/** URN of the Bulk request (RFC 7644 §3.7). */
export const BULK_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
/** URN of the Bulk response. */
export const BULK_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** Methods that an operation may have (RFC 7644 §3.7). */
export const BULK_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type BulkMethod = (typeof BULK_METHODS)[number];

/** One operation, structure checked; `bulkId:` references in it are still as sent. */
export interface BulkOperation {
  readonly method: BulkMethod;
  readonly type: ResourceType;
  /** Id in the path, or a reference `bulkId:x`; undefined for POST. */
  readonly target?: string;
  readonly bulkId?: string;
  /** Acts as If-Match. */
  readonly version?: string;
  /** Undefined for DELETE. The data of PATCH is a PatchOp message. */
  readonly data?: JsonObject;
}

/** An operation that cannot be run: its result is known before anything is written. */
export interface RefusedOperation {
  readonly fault: ScimError;
  /** As sent, where it was sent. */
  readonly method?: string;
  readonly bulkId?: string;
  readonly type?: ResourceType;
  readonly target?: string;
}

/** A Bulk request that has been read (RFC 7644 §3.7). */
export interface BulkRequest {
  /** Errors after which processing stops; undefined: never. */
  readonly failOnErrors?: number;
  /** In the order of the request. */
  readonly operations: readonly (BulkOperation | RefusedOperation)[];
}

export function isRefused(operation: BulkOperation | RefusedOperation): operation is RefusedOperation {
  return 'fault' in operation;
}
