/** What a token may be allowed to do. Each request needs one of them; without it the answer is 403. */
export const SCOPES = [
  'users:read',
  'users:write',
  'groups:read',
  'groups:write',
  'resources:read',
  'resources:write',
  'schema:read',
] as const;

/** Name of one scope. */
export type Scope = (typeof SCOPES)[number];

const KNOWN: ReadonlySet<string> = new Set(SCOPES);

/** True when `text` is the name of a scope; exact letter case. */
export function isScope(text: string): text is Scope {
  return KNOWN.has(text);
}
