import type { LogDetails, LogEntry, LogKind } from '../../log/log-entry.js';

/** Characters of the details that are kept; what is longer loses its changes first. */
const MOST_DETAILS = 16_000;

/** Columns of `scim_log` with their types as `Dialect.rows` takes them. */
export const LOG_COLUMNS = [
  'tenant_id text',
  'id text',
  'kind text',
  'time text',
  'connection_id text',
  'token_prefix text',
  'request_id text',
  'operation integer',
  'method text',
  'endpoint text',
  'resource_type text',
  'resource_id text',
  'external_id text',
  'status integer',
  'status_class integer',
  'duration_ms integer',
  'bytes_in integer',
  'details longtext',
] as const;

/** A row as it is written and read. */
export interface LogRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly time: string;
  readonly connection_id: string | null;
  readonly token_prefix: string | null;
  readonly request_id: string;
  readonly operation: number | null;
  readonly method: string;
  readonly endpoint: string;
  readonly resource_type: string | null;
  readonly resource_id: string | null;
  readonly external_id: string | null;
  readonly status: number;
  readonly status_class: number;
  readonly duration_ms: number | null;
  readonly bytes_in: number;
  readonly details: string;
}

/** A row as it is written: a member that is missing in JSON is null in every database, a null in JSON is not. */
export type NewLogRow = { readonly [C in keyof LogRow]: Exclude<LogRow[C], null> | undefined };

/** Made for each request: no objects are spread into it. */
export function toRow(entry: LogEntry): NewLogRow {
  return {
    tenant_id: entry.tenantId ?? '',
    id: entry.id,
    kind: entry.kind,
    time: entry.time,
    connection_id: entry.connectionId,
    token_prefix: entry.tokenPrefix,
    request_id: entry.requestId,
    operation: entry.operation,
    method: entry.method,
    endpoint: entry.endpoint.slice(0, 255),
    resource_type: entry.resourceType,
    resource_id: entry.resourceId,
    external_id: entry.externalId?.slice(0, 512),
    status: entry.status,
    status_class: Math.floor(entry.status / 100),
    duration_ms: entry.durationMs,
    bytes_in: entry.bytesIn,
    details: detailsText(detailsOf(entry)),
  };
}

function detailsOf(entry: LogEntry): LogDetails {
  return {
    query: entry.query,
    found: entry.found,
    scimType: entry.scimType,
    detail: entry.detail,
    remedy: entry.remedy,
    token: entry.token,
    changes: entry.changes,
    members: entry.members,
    tolerances: entry.tolerances,
    ignored: entry.ignored,
    missing: entry.missing,
  };
}

export function toEntry(row: LogRow): LogEntry {
  return {
    id: row.id,
    kind: row.kind as LogKind,
    time: row.time,
    tenantId: row.tenant_id === '' ? undefined : row.tenant_id,
    connectionId: row.connection_id ?? undefined,
    tokenPrefix: row.token_prefix ?? undefined,
    requestId: row.request_id,
    operation: row.operation ?? undefined,
    method: row.method,
    endpoint: row.endpoint,
    resourceType: row.resource_type ?? undefined,
    resourceId: row.resource_id ?? undefined,
    externalId: row.external_id ?? undefined,
    status: row.status,
    durationMs: row.duration_ms ?? undefined,
    bytesIn: row.bytes_in,
    ...(JSON.parse(row.details) as LogDetails),
  };
}

function detailsText(details: LogDetails): string {
  const text = JSON.stringify(details);
  if (text.length <= MOST_DETAILS) return text;
  const { changes = [], ignored = [], ...rest } = details;
  const paths = changes.slice(0, 50).map(({ path }) => ({ path: path.slice(0, 100) }));
  return JSON.stringify({ ...rest, changes: paths, ignored: ignored.slice(0, 20) });
}
