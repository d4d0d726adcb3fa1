import { ScimError } from '../../protocol/error/scim-error.js';

const REMEDY =
  'Find out in the directory whether so many users are meant to lose access. If they are, let the operator of the service release the connection; if not, correct the assignments first: the provider repeats what is still meant.';

/** The answer to a connection that takes access from too many users (RFC 6585 §4): nothing was changed. */
export class BreakerTripped extends ScimError {
  /** @param retryAfterSeconds whole seconds: Okta reads no other form */
  constructor(retryAfterSeconds: number) {
    super(
      429,
      undefined,
      'This connection deactivates or deletes more users at once than is allowed, so it was stopped from doing so until ' +
        'the operator of the service releases it. Nothing was changed; other requests are not affected.',
      { headers: { 'Retry-After': String(retryAfterSeconds) }, remedy: REMEDY },
    );
  }
}
