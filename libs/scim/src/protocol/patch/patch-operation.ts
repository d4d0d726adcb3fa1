import type { JsonValue } from '../schema/json.js';

/** URN of the PATCH message (RFC 7644 §3.5.2). */
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** One operation of a PATCH, structure checked, verb in lower case; path and value still as sent. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  /** Undefined when absent or empty (P-3.5.2-08). */
  readonly path?: string;
  /** Undefined when the member is absent; null when it was sent as null. */
  readonly value?: JsonValue;
}

/** The two verbs that assign. They differ in lists (append or replace) and in what null means. */
export type WriteVerb = Exclude<PatchOperation['op'], 'remove'>;
