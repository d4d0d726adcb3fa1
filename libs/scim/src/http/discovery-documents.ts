import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { resourceTypeDocument } from '../protocol/discovery/resource-type-document.js';
import { schemaDocument } from '../protocol/discovery/schema-document.js';
import {
  type AuthenticationScheme,
  serviceProviderConfig,
} from '../protocol/discovery/service-provider-config.js';
import type { JsonObject } from '../protocol/schema/json.js';
import { ResourceTypeRegistry } from '../protocol/schema/resource-type-registry.js';
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js';

/** A discovery answer, made once for each base address. */
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
  private readonly kept = new Map<string, Map<string, DiscoveryDocument>>();

  constructor(
    private readonly registry: ResourceTypeRegistry,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  serviceProviderConfig(baseUrl: string): DiscoveryDocument {
    return this.keep(baseUrl, 'config', () =>
      serviceProviderConfig(
        {
          ...this.settings.features,
          maxResults: this.settings.maxCount,
          changePassword: this.settings.changePassword,
          bulk: { supported: this.settings.features.bulk, ...this.settings.bulk },
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
            this.settings.interopProfile && baseUrl.startsWith('https://') && hasTypeValues(this.registry),
        },
        baseUrl,
      ),
    );
  }

  schemas(baseUrl: string): DiscoveryDocument {
    return this.keep(baseUrl, 'schemas', () =>
      list(this.registry.schemas.map((s) => schemaDocument(s, baseUrl))),
    );
  }

  /** Compared without case (D-03); undefined when there is none. */
  schema(baseUrl: string, urn: string): DiscoveryDocument | undefined {
    const schema = this.registry.schema(urn);
    return schema && this.keep(baseUrl, `schema ${schema.id}`, () => schemaDocument(schema, baseUrl));
  }

  resourceTypes(baseUrl: string): DiscoveryDocument {
    return this.keep(baseUrl, 'types', () =>
      list(this.registry.types.map((type) => resourceTypeDocument(type, baseUrl))),
    );
  }

  resourceType(baseUrl: string, name: string): DiscoveryDocument | undefined {
    const type = this.registry.types.find((candidate) => candidate.name === name);
    return type && this.keep(baseUrl, `type ${name}`, () => resourceTypeDocument(type, baseUrl));
  }

  private keep(baseUrl: string, key: string, build: () => JsonObject): DiscoveryDocument {
    let documents = this.kept.get(baseUrl);
    if (!documents) {
      if (this.kept.size >= MAX_BASES) this.kept.clear();
      this.kept.set(baseUrl, (documents = new Map<string, DiscoveryDocument>()));
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
function hasTypeValues({ schemas }: ResourceTypeRegistry): boolean {
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
