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
  const members = JSON.stringify({ schemas: [LIST_SCHEMA], ...head, itemsPerPage: resources.length });
  return `${members.slice(0, -1)},"Resources":[${resources.join(',')}]}`;
}
