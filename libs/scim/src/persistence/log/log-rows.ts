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

export function toRow(entry: LogEntry): LogRow {
  const {
    id,
    kind,
    time,
    tenantId,
    connectionId,
    tokenPrefix,
    requestId,
    operation,
    method,
    endpoint,
    ...rest
  } = entry;
  const { resourceType, resourceId, externalId, status, durationMs, bytesIn, ...details } = rest;
  return {
    tenant_id: tenantId ?? '',
    id,
    kind,
    time,
    connection_id: connectionId ?? null,
    token_prefix: tokenPrefix ?? null,
    request_id: requestId,
    operation: operation ?? null,
    method,
    endpoint: endpoint.slice(0, 255),
    resource_type: resourceType ?? null,
    resource_id: resourceId ?? null,
    external_id: externalId?.slice(0, 512) ?? null,
    status,
    status_class: Math.floor(status / 100),
    duration_ms: durationMs ?? null,
    bytes_in: bytesIn,
    details: detailsText(details),
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
