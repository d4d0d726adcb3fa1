import { randomUUID } from 'node:crypto';

/** What a row of the outbox is made of. */
export interface EventRow {
  readonly id: string;
  readonly stream: string;
  readonly sequence: number;
  readonly type: string;
  readonly payload: object;
}

const SEQUENCES = 1000;

/** An event as the library writes it: about the same bytes. */
export function eventRow(
  type: string,
  resource: { readonly type: 'User' | 'Group'; readonly id: string; readonly version: number },
  time: string,
  tenantId: string,
  more: object,
): EventRow {
  const id = randomUUID();
  const sequence = resource.version * SEQUENCES;
  const head = { id, tenantId, connectionId: randomUUID(), requestId: randomUUID(), by: 'scim' };
  const about = { resourceType: resource.type, resourceId: resource.id, version: resource.version, sequence };
  const payload = { type, ...head, ...about, time, ...more };
  return { id, stream: `${resource.type}:${resource.id}`, sequence, type, payload };
}

/** Values of the statement that inserts one. */
export function eventValues(tenantId: string, time: string, event: EventRow): unknown[] {
  const { id, stream, sequence, type, payload } = event;
  return [tenantId, id, stream, sequence, type, time, JSON.stringify(payload)];
}
