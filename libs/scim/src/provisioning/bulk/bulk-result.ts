import {
  BULK_RESPONSE_SCHEMA,
  type BulkOperation,
  type RefusedOperation,
} from '../../protocol/bulk/bulk-operation.js';
import type { ScimError } from '../../protocol/error/scim-error.js';
import { entityTag } from '../../protocol/resource/entity-tag.js';
import type { ResourceAnswer } from '../answer.js';

/** What an operation that succeeded did. */
export interface BulkSuccess {
  readonly status: 200 | 201 | 204;
  /** Undefined for a deletion. */
  readonly answer?: ResourceAnswer;
}

/** Outcome of one operation. */
export type BulkOutcome = BulkSuccess | ScimError;

export function failed(outcome: BulkOutcome): outcome is ScimError {
  return 'scimType' in outcome;
}

/** What the results of one request share. */
export interface ResultSettings {
  readonly etag: boolean;
  /** Put the resource into the result of an operation that succeeded. */
  readonly includeResponses: boolean;
}

/**
 * One result as JSON text (RFC 7644 §3.7.3): the status is a string; `response` is there for every failure.
 *
 * @param location address of the resource; undefined where there is none (a POST that failed)
 */
export function bulkResult(
  { method, bulkId }: BulkOperation | RefusedOperation,
  outcome: BulkOutcome,
  location: string | undefined,
  { etag, includeResponses }: ResultSettings,
): string {
  const answer = failed(outcome) ? undefined : outcome.answer;
  const members = JSON.stringify({
    location: answer?.location ?? location,
    method,
    bulkId,
    version: etag && answer ? entityTag(answer.head.version) : undefined,
    status: String(outcome.status),
  });
  const response = failed(outcome)
    ? JSON.stringify(outcome.toBody())
    : includeResponses && typeof answer?.body === 'string'
      ? answer.body
      : undefined;
  return response === undefined ? members : `${members.slice(0, -1)},"response":${response}}`;
}

/** The BulkResponse around its results. */
export function bulkResponse(results: readonly string[]): string {
  return `{"schemas":["${BULK_RESPONSE_SCHEMA}"],"Operations":[${results.join(',')}]}`;
}
