import type { Preconditions } from '../../provisioning/request-parameters.js';
import type { TenantRules } from '../../provisioning/tenant/tenant-rules.js';
import { rawRequest } from './scim-request.js';

/** Preconditions of a request (RFC 7644 §3.14). With entity tags off the headers are ignored (D-45). */
export function preconditionsOf(request: unknown, { features }: TenantRules): Preconditions {
  if (!features.etag) return {};
  const { headers } = rawRequest(request);
  return { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] };
}
