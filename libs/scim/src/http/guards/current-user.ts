import type { ExecutionContext } from '@nestjs/common';

/** A user of the directory. */
export interface CurrentUser {
  readonly tenantId: string;
  /** Id of the SCIM user. */
  readonly userId: string;
}

/**
 * Tells which user of the directory a request of the host's own API comes from, for `@RequireScimRole`. The host extends
 * it and names its class in the option `currentUser`; the class is looked up among the host's providers and else made
 * with what ScimModule knows.
 */
export abstract class CurrentUserResolver {
  /**
   * The user that the host has signed in; undefined for nobody, and for somebody who is not in the directory: 401.
   *
   * @param context of the call, as guards get it; the host's own guards that stand before have run
   */
  abstract resolve(context: ExecutionContext): CurrentUser | undefined | Promise<CurrentUser | undefined>;
}
