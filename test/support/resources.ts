import type { ScimClient } from './scim-client.js';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

let counter = 0;

/** A name that no other test of this process uses. */
export function fresh(word = 'user'): string {
  return `${word}-${++counter}-${Math.random().toString(36).slice(2, 8)}`;
}

/** Body of a user; `more` wins. */
export function user(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { schemas: [USER], userName: fresh(), ...more };
}

/** Body of a group; `more` wins. */
export function group(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { schemas: [GROUP], displayName: fresh('group'), ...more };
}

/** Creates a user and gives its representation. */
// oxlint-disable-next-line typescript/no-explicit-any
export async function createUser(client: ScimClient, more: Record<string, unknown> = {}): Promise<any> {
  return created(await client.post('/Users', user(more)));
}

/** Creates a group and gives its representation. */
// oxlint-disable-next-line typescript/no-explicit-any
export async function createGroup(client: ScimClient, more: Record<string, unknown> = {}): Promise<any> {
  return created(await client.post('/Groups', group(more)));
}

function created(reply: { status: number; text: string; body: unknown }): unknown {
  if (reply.status !== 201) throw new Error(`create answered ${reply.status}: ${reply.text}`);
  return reply.body;
}
