import type { ChangeOrigin } from 'nestjs-scim';

/** A change by the host's own code. */
export function inTenant(tenantId: string): ChangeOrigin {
  return { tenantId, connectionId: null, by: 'host' };
}
