/** URN of the SCIM error message (RFC 7644 §3.12). */
export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The `scimType` words of RFC 7644 Table 9 and RFC 9865 Table 3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** The body of a SCIM error response (RFC 7644 §3.12): `status` is a string. */
export interface ScimErrorBody {
  readonly schemas: readonly [typeof ERROR_SCHEMA];
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

interface ScimErrorExtras {
  /** Response headers that belong to the error, for example `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What went wrong underneath; for the log only, never sent. */
  readonly cause?: unknown;
  /** For the log only: what the administrator can change, where `remedyOf` the status would mislead. */
  readonly remedy?: string;
}

/**
 * A failure that the SCIM client can be told about. `detail` tells the sender what to change and never
 * carries a secret, SQL or the data of another tenant.
 *
 * One named constructor per case keeps status and scimType together (RFC 7644 §3.12, Tables 8 and 9).
 */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly headers: Readonly<Record<string, string>>;
  /** For the provisioning log: what the administrator can change; undefined: what `remedyOf` says of the status. */
  readonly remedy: string | undefined;

  constructor(
    /** HTTP status, 400 to 599. */
    readonly status: number,
    readonly scimType: ScimType | undefined,
    /** Human-readable and safe to send. */
    readonly detail: string,
    extras: ScimErrorExtras = {},
  ) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.headers = extras.headers ?? {};
    this.remedy = extras.remedy;
  }

  /** A filter that does not parse or does not fit the schema. `position` counts characters from 0. */
  static invalidFilter(detail: string, position?: number): ScimError {
    return new ScimError(
      400,
      'invalidFilter',
      position === undefined ? detail : `${detail} (at position ${position})`,
    );
  }
  /** A PATCH path that does not parse or names an unknown attribute. `position` counts characters from 0. */
  static invalidPath(detail: string, position?: number): ScimError {
    return new ScimError(
      400,
      'invalidPath',
      position === undefined ? detail : `${detail} (at position ${position})`,
    );
  }
  /** A message that is not JSON or has the wrong structure. */
  static invalidSyntax(detail: string): ScimError {
    return new ScimError(400, 'invalidSyntax', detail);
  }
  /** A value that is missing, of the wrong type or not allowed. */
  static invalidValue(detail: string): ScimError {
    return new ScimError(400, 'invalidValue', detail);
  }
  /** An attempt to change what may not change (RFC 7643 §7). */
  static mutability(detail: string): ScimError {
    return new ScimError(400, 'mutability', detail);
  }
  /** A PATCH operation whose target is not there (RFC 7644 §3.5.2). */
  static noTarget(detail: string): ScimError {
    return new ScimError(400, 'noTarget', detail);
  }
  /** More results than the server will process. */
  static tooMany(detail: string): ScimError {
    return new ScimError(400, 'tooMany', detail);
  }
  /** A protocol version in the address that is not served. */
  static invalidVersion(detail: string): ScimError {
    return new ScimError(400, 'invalidVers', detail);
  }
  /** A cursor that was not handed out for this query: forged, another tenant's or another query's (RFC 9865 §2.1). */
  static invalidCursor(): ScimError {
    const detail =
      'The cursor does not belong to this query; repeat the query unchanged, or start with an empty cursor.';
    return new ScimError(400, 'invalidCursor', detail);
  }
  /** A cursor that is out of date (RFC 9865 §2.1). */
  static expiredCursor(): ScimError {
    return new ScimError(400, 'expiredCursor', 'The cursor has expired; start again with an empty cursor.');
  }
  /** A count that does not go with a cursor (RFC 9865 §2.1). */
  static invalidCount(detail: string): ScimError {
    return new ScimError(400, 'invalidCount', detail);
  }
  /** A value that another resource of the tenant already has. Always 409 (RFC 7644 §3.3). */
  static uniqueness(detail: string): ScimError {
    return new ScimError(409, 'uniqueness', detail);
  }
  /** No or bad credentials. `challenge` is the WWW-Authenticate header. */
  static unauthorized(detail: string, challenge: string): ScimError {
    return new ScimError(401, undefined, detail, { headers: { 'WWW-Authenticate': challenge } });
  }
  /** Authenticated, but not allowed. */
  static forbidden(detail: string, headers: Readonly<Record<string, string>> = {}): ScimError {
    return new ScimError(403, undefined, detail, { headers });
  }
  /** Unknown, deleted or another tenant's resource: one text for all, so that nothing can be probed. */
  static notFound(detail = 'There is no such resource.'): ScimError {
    return new ScimError(404, undefined, detail);
  }
  /** A method that the endpoint does not have. */
  static methodNotAllowed(method: string, allow: readonly string[]): ScimError {
    return new ScimError(405, undefined, `${method} is not available here; use ${allow.join(', ')}.`, {
      headers: { Allow: allow.join(', ') },
    });
  }
  /** An Accept header that leaves no room for JSON. */
  static notAcceptable(detail: string): ScimError {
    return new ScimError(406, undefined, detail);
  }
  /** A request that did not arrive in time; the detail names the limit. */
  static requestTimeout(detail: string): ScimError {
    return new ScimError(408, undefined, detail);
  }
  /** If-Match did not hold. */
  static preconditionFailed(
    detail = 'The resource has changed since the version named in the precondition.',
  ): ScimError {
    return new ScimError(412, undefined, detail);
  }
  /** Body or operation count over its limit; the detail names the limit. */
  static payloadTooLarge(detail: string): ScimError {
    return new ScimError(413, undefined, detail);
  }
  /** A media type that is not SCIM JSON. */
  static unsupportedMediaType(detail: string): ScimError {
    return new ScimError(415, undefined, detail);
  }
  /** An optional feature that is switched off. */
  static notImplemented(detail: string): ScimError {
    return new ScimError(501, undefined, detail);
  }
  /** Over the rate limit; `retryAfter` is in seconds, rounded up (Okta reads no other form). */
  static tooManyRequests(retryAfter: number): ScimError {
    return new ScimError(429, undefined, 'Too many requests; wait as long as Retry-After says.', {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) },
    });
  }
  /** The server cannot answer now; `retryAfter` is in whole seconds (Okta reads no other form). */
  static unavailable(detail: string, retryAfter: number, cause?: unknown): ScimError {
    return new ScimError(503, undefined, detail, {
      headers: { 'Retry-After': String(Math.ceil(retryAfter)) },
      cause,
    });
  }
  /** A fault of ours. The text is fixed; the cause goes to the log only. */
  static internal(cause?: unknown): ScimError {
    return new ScimError(500, undefined, 'The server could not complete the request.', { cause });
  }

  /** The response body. */
  toBody(): ScimErrorBody {
    return {
      schemas: [ERROR_SCHEMA],
      status: String(this.status),
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.detail,
    };
  }
}
