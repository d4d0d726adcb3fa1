import type { ChangeOrigin } from '../events/change-origin.js';
import type { Leniency } from '../protocol/compat/profile.js';
import type { Attribute } from '../protocol/schema/attribute.js';
import type { RequestTrace } from './request-trace.js';
import type { TenantRules } from './tenant/tenant-rules.js';

/** On whose behalf a use case runs, and how forgiving it is. One per request. */
export interface ProvisioningContext {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Public part of the caller's token, which names it in lists and logs. @default undefined (not known) */
  readonly tokenPrefix?: string;
  /** Names the request in the answer's header X-Request-Id, in events and in logs. @default undefined (none) */
  readonly requestId?: string;
  /** What holds for the tenant: features, resource types. */
  readonly rules: TenantRules;
  /** The connection's profile, and what it forgave in this request. */
  readonly leniency: Leniency;
  /** Where use cases tell what they did. @default undefined (nobody listens) */
  readonly trace?: RequestTrace;
  /** Base of `meta.location` and `$ref`, without trailing slash. */
  readonly baseUrl: string;
  /** Attributes that this caller may change, where that is limited. @default undefined (all) */
  readonly changeable?: ReadonlySet<Attribute>;
}

/** On whose behalf a use case writes. */
export function originOf(caller: ProvisioningContext): ChangeOrigin {
  const { tenantId, connectionId, tokenPrefix, requestId } = caller;
  return { tenantId, connectionId, tokenPrefix, requestId, by: 'scim' };
}
