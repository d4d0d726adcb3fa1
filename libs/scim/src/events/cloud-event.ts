import type { JsonObject } from '../protocol/schema/json.js';
import type { ScimEvent } from './scim-event.js';

/** An event as CloudEvents 1.0 in JSON (structured mode): https://github.com/cloudevents/spec, version 1.0.2. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Id of the event: together with `source` it tells a repetition. */
  readonly id: string;
  /** Tenant and connection: `/tenants/acme/connections/0198…`. */
  readonly source: string;
  /** Name of the event, for example `scim.user.deactivated.v1`. */
  readonly type: string;
  /** The resource: `User:0198…`. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Names the form of `data`, which goes with the type. */
  readonly dataschema: string;
  /** Extension "partitioning": what has the same key must stay in order. */
  readonly partitionkey: string;
  /** Extension "sequence": grows within a partition key, compared as text. */
  readonly sequence: string;
  readonly tenantid: string;
  /** The event as `toJSON` gives it. */
  readonly data: JsonObject;
}

/** Digits of the largest sequence that there can be. */
const SEQUENCE_DIGITS = 16;

export function toCloudEvent(event: ScimEvent): CloudEvent {
  const { tenantId, connectionId, type, stream } = event;
  const tenant = `/tenants/${encodeURIComponent(tenantId)}`;
  return {
    specversion: '1.0',
    id: event.id,
    source: connectionId === null ? tenant : `${tenant}/connections/${encodeURIComponent(connectionId)}`,
    type,
    subject: stream,
    time: event.time,
    datacontenttype: 'application/json',
    dataschema: `urn:nestjs-scim:event:${type}`,
    partitionkey: `${tenantId}/${stream}`,
    sequence: String(event.sequence).padStart(SEQUENCE_DIGITS, '0'),
    tenantid: tenantId,
    data: event.toJSON(),
  };
}
