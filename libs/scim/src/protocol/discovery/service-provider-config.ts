import type { JsonObject } from '../schema/json.js';
import { SERVICE_PROVIDER_CONFIG_SCHEMA } from '../schema/schema-urns.js';

/** A way to authenticate, as shown to clients (RFC 7643 §5). */
export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  readonly name: string;
  readonly description: string;
  readonly specUri?: string;
  readonly documentationUri?: string;
  /** At most one scheme may have it. @default undefined */
  readonly primary?: boolean;
}

/** What the provider can do; every word must match its behaviour (P-4-02). */
export interface ServiceProviderFeatures {
  readonly patch: boolean;
  readonly filter: boolean;
  /** Most resources in one response. */
  readonly maxResults: number;
  readonly sort: boolean;
  readonly etag: boolean;
  readonly changePassword: boolean;
  readonly bulk: {
    readonly supported: boolean;
    readonly maxOperations: number;
    readonly maxPayloadSize: number;
  };
  /** RFC 9865 §4; left out of the document when undefined. */
  readonly pagination?: {
    readonly cursor: boolean;
    readonly index: boolean;
    readonly defaultPaginationMethod?: 'cursor' | 'index';
    readonly defaultPageSize?: number;
    readonly maxPageSize?: number;
    /** Seconds. */
    readonly cursorTimeout?: number;
  };
  readonly authenticationSchemes: readonly AuthenticationScheme[];
  readonly documentationUri?: string;
  /** All rules of draft-zollner-scim-interop-profile hold; shown only when true. @default false */
  readonly interopProfileConformant?: boolean;
}

/**
 * The document of /ServiceProviderConfig (RFC 7643 §5). All required members are there, also for features that are
 * off; with bulk off its limits are 0.
 *
 * @param baseUrl address of the SCIM endpoints, without trailing slash
 * @throws Error when more than one authentication scheme is primary
 */
export function serviceProviderConfig(features: ServiceProviderFeatures, baseUrl: string): JsonObject {
  const { bulk, documentationUri, pagination, authenticationSchemes } = features;
  if (authenticationSchemes.filter((scheme) => scheme.primary).length > 1) {
    throw new Error('Only one of the authentication schemes can be primary.');
  }
  return {
    schemas: [SERVICE_PROVIDER_CONFIG_SCHEMA],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: features.patch },
    bulk: {
      supported: bulk.supported,
      maxOperations: bulk.supported ? bulk.maxOperations : 0,
      maxPayloadSize: bulk.supported ? bulk.maxPayloadSize : 0,
    },
    filter: { supported: features.filter, maxResults: features.maxResults },
    changePassword: { supported: features.changePassword },
    sort: { supported: features.sort },
    etag: { supported: features.etag },
    ...(pagination ? { pagination: assigned(pagination) } : {}),
    authenticationSchemes: authenticationSchemes.map(assigned),
    ...(features.interopProfileConformant ? { interopProfileConformant: true } : {}),
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

function assigned(members: object): JsonObject {
  const entries = Object.entries(members) as [string, string | number | boolean | undefined][];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
