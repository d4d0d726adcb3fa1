/** URN of the list message (RFC 7644 §3.4.2). */
export const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Members of a ListResponse besides its resources. */
export interface ListHead {
  readonly totalResults: number;
  /** 1-based; index paging only (RFC 9865 §2). */
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly previousCursor?: string;
}

/** A ListResponse around resources that are JSON texts already. */
export function listMessage(head: ListHead, resources: readonly string[]): string {
  const { totalResults, startIndex, nextCursor, previousCursor } = head;
  const index = startIndex === undefined ? '' : `,"startIndex":${startIndex}`;
  const next = nextCursor === undefined ? '' : `,"nextCursor":${JSON.stringify(nextCursor)}`;
  const previous = previousCursor === undefined ? '' : `,"previousCursor":${JSON.stringify(previousCursor)}`;
  const members = `"totalResults":${totalResults}${index}${next}${previous},"itemsPerPage":${resources.length}`;
  return `{"schemas":["${LIST_SCHEMA}"],${members},"Resources":[${resources.join(',')}]}`;
}
