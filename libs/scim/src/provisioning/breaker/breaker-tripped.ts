import { ScimError } from '../../protocol/error/scim-error.js';

/** The answer to a connection that takes access from too many users (RFC 6585 §4): nothing was changed. */
export class BreakerTripped extends ScimError {
  /** @param retryAfterSeconds whole seconds: Okta reads no other form */
  constructor(retryAfterSeconds: number) {
    super(
      429,
      undefined,
      'This connection deactivates or deletes more users at once than is allowed, so it was stopped from doing so until ' +
        'the operator of the service releases it. Nothing was changed; other requests are not affected.',
      { headers: { 'Retry-After': String(retryAfterSeconds) } },
    );
  }
}
