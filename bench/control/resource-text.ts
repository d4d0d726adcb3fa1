import { PUBLIC_URL } from '../servers/server-settings.js';

/** A row of scim_user or scim_group, its document as text. */
export interface ResourceRow {
  readonly id: string;
  readonly version: number;
  readonly created_at: string;
  readonly modified_at: string;
  readonly document: string;
}

/** A group that a user is in. */
export interface GroupRow {
  readonly user_id: string;
  readonly group_id: string;
  readonly display: string;
  readonly direct: boolean;
}

/** A user that was read with its groups: JSON of lists of id, name, directness. */
export interface UserRow extends ResourceRow {
  readonly groups: string | null;
}

/** The groups that came with a user. */
export function groupsOf({ id, groups }: UserRow): GroupRow[] {
  if (groups === null) return [];
  const rows = JSON.parse(groups) as [string, string, boolean][];
  return rows.map(([group_id, display, direct]) => ({ user_id: id, group_id, display, direct }));
}

export const RESOURCE_COLUMNS = 'r.id, r.version, r.created_at, r.modified_at, r.document::text as document';

/** A user as an answer, without parsing the document. */
export function userText(row: ResourceRow, groups: readonly GroupRow[]): string {
  const memberships = groups.map(
    ({ group_id, display, direct }) =>
      `{"value":"${group_id}","$ref":"${PUBLIC_URL}/Groups/${group_id}","display":${JSON.stringify(display)},"type":"${direct ? 'direct' : 'indirect'}"}`,
  );
  const text = memberships.length === 0 ? '' : `,"groups":[${memberships.join(',')}]`;
  return `{"id":"${row.id}",${row.document.slice(1, -1)}${text}${metaText('User', row)}`;
}

export function groupStart(row: ResourceRow): string {
  return `{"id":"${row.id}",${row.document.slice(1, -1)}`;
}

export function metaText(type: 'User' | 'Group', row: ResourceRow): string {
  const location = `${PUBLIC_URL}/${type}s/${row.id}`;
  return `,"meta":{"resourceType":"${type}","created":"${row.created_at}","lastModified":"${row.modified_at}","location":"${location}","version":"W/\\"${row.version}\\""}}`;
}

/** A ListResponse around texts. */
export function listText(total: number, startIndex: number, resources: readonly string[]): string {
  return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":${total},"startIndex":${startIndex},"itemsPerPage":${resources.length},"Resources":[${resources.join(',')}]}`;
}
