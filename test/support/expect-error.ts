import { expect } from 'vitest';
import { ERROR } from './resources.js';
import type { ScimReply } from './scim-client.js';

/** RFC 7644 Table 9 with RFC 9865 Table 3: which word goes with which status. */
const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['invalidFilter', 400],
  ['tooMany', 400],
  ['uniqueness', 409],
  ['mutability', 400],
  ['invalidSyntax', 400],
  ['invalidPath', 400],
  ['noTarget', 400],
  ['invalidValue', 400],
  ['invalidVers', 400],
  ['sensitive', 403],
  ['invalidCursor', 400],
  ['expiredCursor', 400],
  ['invalidCount', 400],
]);

/** Checks that an answer is a SCIM error and nothing else (RFC 7644 §3.12). `scimType` undefined: it has none. */
export function expectError(reply: ScimReply, status: number, scimType?: string): void {
  expect({ status: reply.status, scimType: reply.body?.scimType as unknown }, reply.text).toEqual({
    status,
    scimType,
  });
  expect(reply.headers['content-type']).toBe('application/scim+json');
  expect(Object.keys(reply.body as object).toSorted()).toEqual(
    ['schemas', 'status', 'detail', ...(scimType === undefined ? [] : ['scimType'])].toSorted(),
  );
  expect(reply.body.schemas).toEqual([ERROR]);
  expect(reply.body.status).toBe(String(status));
  expect(reply.body.detail).toMatch(/\S.*\.( \(at position \d+\))?$/);
  // A word of another status, or of no table, would mislead the client.
  if (scimType !== undefined) expect(STATUS_OF.get(scimType)).toBe(status);
}
