import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { groupResourceType, userResourceType } from '../schema/core/resource-types.js';
import { ResourceTypeRegistry } from '../schema/resource-type-registry.js';
import {
  ENTERPRISE_USER_SCHEMA,
  SERVICE_PROVIDER_CONFIG_SCHEMA,
  USER_SCHEMA,
} from '../schema/schema-urns.js';
import { deviceResourceType } from '../schema/testing/device.js';
import { resourceTypeDocument } from './resource-type-document.js';
import { schemaDocument } from './schema-document.js';
import { serviceProviderConfig, type ServiceProviderFeatures } from './service-provider-config.js';

interface Described {
  readonly name: string;
  readonly required: boolean;
  readonly subAttributes?: readonly Described[];
}

const base = 'https://example.com/scim/v2';
const features: ServiceProviderFeatures = {
  patch: true,
  filter: true,
  maxResults: 200,
  sort: false,
  etag: true,
  changePassword: false,
  bulk: { supported: false, maxOperations: 1000, maxPayloadSize: 5_000_000 },
  authenticationSchemes: [
    { type: 'oauthbearertoken', name: 'Bearer', description: 'A token.', primary: true },
  ],
};

describe('serviceProviderConfig', () => {
  it('is one object with its URN and meta [P-4-01, S-5-02]', () => {
    expect(serviceProviderConfig(features, base)).toMatchObject({
      schemas: [SERVICE_PROVIDER_CONFIG_SCHEMA],
      meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
    });
  });

  it('has every required member, with limits of 0 for bulk that is off [S-5-01]', () => {
    const url = new URL('../schema/testing/ServiceProviderConfig.json', import.meta.url);
    const { attributes } = JSON.parse(readFileSync(url, 'utf8')) as { attributes: Described[] };
    const config = serviceProviderConfig(features, base);
    for (const { name, subAttributes = [] } of attributes.filter((attribute) => attribute.required)) {
      for (const sub of subAttributes.filter((attribute) => attribute.required)) {
        expect([config[name]].flat()[0]).toHaveProperty(sub.name);
      }
    }
    expect(config['bulk']).toEqual({ supported: false, maxOperations: 0, maxPayloadSize: 0 });
  });

  it('shows the authentication schemes, at most one of them primary [S-5-03]', () => {
    const [scheme] = features.authenticationSchemes;
    expect(serviceProviderConfig(features, base)['authenticationSchemes']).toEqual([scheme]);
    const twice = { ...features, authenticationSchemes: [scheme!, scheme!] };
    expect(() => serviceProviderConfig(twice, base)).toThrow(/primary/);
  });
});

describe('resourceTypeDocument', () => {
  const registry = new ResourceTypeRegistry([
    userResourceType(),
    groupResourceType(),
    deviceResourceType(true),
  ]);

  it('shows name, endpoint, schema and extensions [S-6-01, P-4-08]', () => {
    expect(resourceTypeDocument(registry.byName('User')!, base)).toMatchObject({
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      schema: USER_SCHEMA,
      schemaExtensions: [{ schema: ENTERPRISE_USER_SCHEMA, required: false }],
      meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/User` },
    });
    expect(resourceTypeDocument(registry.byName('Group')!, base)).not.toHaveProperty('schemaExtensions');
  });

  it('names schemas that all have a Schema document [P-4-03, P-4-04]', () => {
    const shown = registry.schemas.map((schema) => schemaDocument(schema, base)['id']);
    const used = registry.types.flatMap((type) => [
      type.schema.id,
      ...type.definition.extensions.map((e) => e.schema.id),
    ]);
    expect(new Set(shown)).toEqual(new Set(used));
  });
});

describe('schemaDocument', () => {
  it('shows no mark of our own [S-7-04]', () => {
    const registry = new ResourceTypeRegistry([
      userResourceType(),
      groupResourceType(),
      deviceResourceType(),
    ]);
    const text = JSON.stringify(registry.schemas.map((schema) => schemaDocument(schema, base)));
    expect(text).not.toMatch(/indexed|detached|computed|defaultValue|enforceCanonicalValues/);
  });

  it('leaves the password out where it cannot be changed [D-27]', () => {
    const [schema] = new ResourceTypeRegistry([userResourceType({ omitPassword: true })]).schemas;
    expect(JSON.stringify(schemaDocument(schema!, base))).not.toContain('"password"');
  });

  it('has an absolute location [P-4-08]', () => {
    const [schema] = new ResourceTypeRegistry([userResourceType()]).schemas;
    expect(schemaDocument(schema!, base)['meta']).toEqual({
      resourceType: 'Schema',
      location: `${base}/Schemas/${USER_SCHEMA}`,
    });
  });
});
