import type { FilterLimits } from '../protocol/filter/parse-filter.js';
import type { ScimOptionsView } from '../provisioning/provisioning-settings.js';

/** Injection token of `HttpSettings`. */
export const HTTP_SETTINGS = Symbol('scim.http.settings');

/** What the HTTP floor needs of the module's options. */
export interface HttpSettings extends ScimOptionsView {
  /** Path of the endpoints below the host's global prefix, for example `scim/v2`. */
  readonly path: string;
  readonly publicUrl: string | undefined;
  readonly realm: string;
  readonly publicDiscovery: boolean;
  /** Passwords are taken (option `passwords`). */
  readonly changePassword: boolean;
  /** Every connection follows the interop profile. */
  readonly interopProfile: boolean;
  /** Undefined: as the profile of the connection says. */
  readonly keepExternalIdOnPut: boolean | undefined;
  /** Undefined: as the profile of the connection says. */
  readonly uniqueGroupNames: boolean | undefined;
  /** Requests of one tenant in one process; undefined: unlimited. */
  readonly rateLimit: { readonly perSecond: number; readonly burst: number } | undefined;
  readonly documentationUri: string | undefined;
  readonly bodyBytes: number;
  readonly bodySeconds: number;
  /** Requests of this process that may be under way at the same time. */
  readonly concurrentRequests: number;
  readonly jsonDepth: number;
  readonly jsonKeys: number;
  readonly arrayLength: number;
  readonly filterLimits: FilterLimits;
}
