import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { resourceTypeDocument } from '../protocol/discovery/resource-type-document.js';
import { schemaDocument } from '../protocol/discovery/schema-document.js';
import {
  type AuthenticationScheme,
  serviceProviderConfig,
} from '../protocol/discovery/service-provider-config.js';
import type { JsonObject } from '../protocol/schema/json.js';
import type { TenantRules } from '../provisioning/tenant/tenant-rules.js';
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js';

/** A discovery answer, made once for each base address and set of tenant rules. */
export interface DiscoveryDocument {
  readonly json: string;
  /** Digest of the content, for its entity tag (D-18). */
  readonly version: string;
}

const BEARER: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'OAuth Bearer Token',
  description: 'A SCIM token, issued by the service for this connection, in the Authorization header.',
  specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
  primary: true,
};

/** Base addresses for which documents are kept; there are as many as local addresses. */
const MAX_BASES = 16;

/** What `/ServiceProviderConfig`, `/Schemas` and `/ResourceTypes` answer (RFC 7644 §4), built from the live schemas. */
@Injectable()
export class DiscoveryDocuments {
  private readonly kept = new WeakMap<TenantRules, Map<string, Map<string, DiscoveryDocument>>>();

  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  serviceProviderConfig(rules: TenantRules, baseUrl: string): DiscoveryDocument {
    return this.keep(rules, baseUrl, 'config', () =>
      serviceProviderConfig(
        {
          ...rules.features,
          maxResults: this.settings.maxCount,
          changePassword: this.settings.changePassword,
          bulk: { supported: rules.features.bulk, ...this.settings.bulk },
          authenticationSchemes: [BEARER],
          pagination: {
            cursor: true,
            index: true,
            defaultPaginationMethod: this.settings.defaultPagination,
            defaultPageSize: this.settings.defaultCount,
            maxPageSize: this.settings.maxCount,
            cursorTimeout: this.settings.cursorTimeoutSeconds,
          },
          documentationUri: this.settings.documentationUri,
          // The profile wants TLS (§7 there), which only the public address can tell.
          interopProfileConformant:
            this.settings.interopProfile && baseUrl.startsWith('https://') && hasTypeValues(rules),
        },
        baseUrl,
      ),
    );
  }

  schemas(rules: TenantRules, baseUrl: string): DiscoveryDocument {
    return this.keep(rules, baseUrl, 'schemas', () =>
      list(rules.schemas.map((s) => schemaDocument(s, baseUrl))),
    );
  }

  /** Compared without case (D-03); undefined when there is none. */
  schema(rules: TenantRules, baseUrl: string, urn: string): DiscoveryDocument | undefined {
    const lower = urn.toLowerCase();
    const schema = rules.schemas.find(({ id }) => id.toLowerCase() === lower);
    return schema && this.keep(rules, baseUrl, `schema ${schema.id}`, () => schemaDocument(schema, baseUrl));
  }

  resourceTypes(rules: TenantRules, baseUrl: string): DiscoveryDocument {
    return this.keep(rules, baseUrl, 'types', () =>
      list(rules.types.map((type) => resourceTypeDocument(type, baseUrl))),
    );
  }

  resourceType(rules: TenantRules, baseUrl: string, name: string): DiscoveryDocument | undefined {
    const type = rules.types.find((candidate) => candidate.name === name);
    return type && this.keep(rules, baseUrl, `type ${name}`, () => resourceTypeDocument(type, baseUrl));
  }

  private keep(rules: TenantRules, baseUrl: string, key: string, build: () => JsonObject): DiscoveryDocument {
    let bases = this.kept.get(rules);
    if (!bases) this.kept.set(rules, (bases = new Map<string, Map<string, DiscoveryDocument>>()));
    let documents = bases.get(baseUrl);
    if (!documents) {
      if (bases.size >= MAX_BASES) bases.clear();
      bases.set(baseUrl, (documents = new Map<string, DiscoveryDocument>()));
    }
    let document = documents.get(key);
    if (!document) {
      const json = JSON.stringify(build());
      const version = createHash('sha256').update(json).digest('base64url').slice(0, 22);
      documents.set(key, (document = { json, version }));
    }
    return document;
  }
}

/** draft-zollner-scim-interop-profile §5.4: each `type` says which values it takes; a host's extension may not. */
function hasTypeValues({ schemas }: TenantRules): boolean {
  const types = schemas
    .flatMap(({ attributes }) => attributes.filter(({ multiValued }) => multiValued))
    .flatMap(({ subAttributes = [] }) => subAttributes.filter(({ name }) => name === 'type'));
  return types.every(({ canonicalValues = [] }) => canonicalValues.length > 0);
}

/** Paging is not for discovery: the whole list, always (P-4-05). */
function list(resources: JsonObject[]): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
