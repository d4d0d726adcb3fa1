/** Why a token was refused that this server once issued, or what was wrong with the header. */
export type TokenRefusal = 'missing' | 'malformed' | 'unknown' | 'expired' | 'revoked' | 'paused';

/** An attribute that a request changed. */
export interface LogChange {
  /** For example `active`, `name.familyName`, `emails`, or an extension's URN with `:department`. */
  readonly path: string;
  /** By the option `log.values`; undefined without a value and where values are not kept. */
  readonly before?: string;
  readonly after?: string;
}

/** What was asked of a group's members. Numbers only: a group may have a hundred thousand. */
export interface LogMembers {
  readonly added: number;
  readonly removed: number;
  /** The list was replaced as a whole, by so many. @default undefined (it was not) */
  readonly replacedBy?: number;
}

/** The parts of an entry that no query asks for. */
export interface LogDetails {
  /** Parameters of a query; values of a filter only by the option `log.values`. */
  readonly query?: string;
  /** Matches of a query. */
  readonly found?: number;
  readonly scimType?: string;
  /** As it was sent. */
  readonly detail?: string;
  /** Of an error whose remedy its status does not tell. */
  readonly remedy?: string;
  /** Why the caller was not let in. */
  readonly token?: TokenRefusal;
  readonly changes?: readonly LogChange[];
  readonly members?: LogMembers;
  /** Names of the tolerances without which the request would have been refused. */
  readonly tolerances?: readonly string[];
  /** Paths of attributes that no schema defines and that were left out, as the client wrote them. */
  readonly ignored?: readonly string[];
  /** With the kind `gap`: entries that are missing here, and why. */
  readonly missing?: { readonly count: number; readonly reason: GapReason };
}

/** Why entries are missing: the buffer was full, or the database took none for too long; there were too many without a tenant. */
export type GapReason = 'lost' | 'rate';

/** `request`: one request. `operation`: one operation of a Bulk request. `gap`: entries are missing here. */
export type LogKind = 'request' | 'operation' | 'gap';

/** One line of the provisioning log. */
export interface LogEntry extends LogDetails {
  /** UUID version 7 of the time: ids sort as times do. */
  readonly id: string;
  readonly kind: LogKind;
  /** When the request came in: RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** Undefined: the request had no token that was ever issued here. */
  readonly tenantId?: string;
  readonly connectionId?: string;
  /** Public part of the token, as "token list" shows it. */
  readonly tokenPrefix?: string;
  /** As the client got it in X-Request-Id. */
  readonly requestId: string;
  /** Place in a Bulk request, from 0. */
  readonly operation?: number;
  readonly method: string;
  /** Shape of the path below the base address, for example `/Users/:id`. */
  readonly endpoint: string;
  readonly resourceType?: string;
  /** Only ids of the form that this server makes. */
  readonly resourceId?: string;
  readonly externalId?: string;
  /** 499: the client hung up before it was answered. 0: a gap. */
  readonly status: number;
  /** From the first byte to the end of the answer; undefined for an operation of a Bulk request. */
  readonly durationMs?: number;
  /** Size of the body. */
  readonly bytesIn: number;
}
