import { ScimError } from '../../protocol/error/scim-error.js';

const REMEDY =
  'Let the provider deactivate the user instead of deleting it, or remove first what the application keeps of it.';

/**
 * The application cannot do without a resource that is to be deleted. Thrown by a `@BeforeScimCommit(UserDeleted)`
 * handler of the host, and by the store when a foreign key of one of the host's tables stands in the way. What becomes
 * of the request is said by the option `retention.blockedDelete`.
 */
export class DeletionBlocked extends ScimError {
  /** @param cause for the log; never sent */
  constructor(cause?: unknown) {
    super(
      409,
      undefined,
      'The application still needs the resource, so it cannot be deleted; set active to false instead.',
      { cause, remedy: REMEDY },
    );
  }
}
