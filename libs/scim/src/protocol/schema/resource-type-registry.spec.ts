import { describe, expect, it } from 'vitest';
import { groupResourceType, userResourceType } from './core/resource-types.js';
import { ResourceTypeRegistry } from './resource-type-registry.js';
import { schemaFromClass } from './schema-from-class.js';
import { ENTERPRISE_USER_SCHEMA } from './schema-urns.js';
import { ScimAttribute } from './scim-attribute.decorator.js';
import { ScimSchema } from './scim-schema.decorator.js';
import { deviceResourceType } from './testing/device.js';

describe('ResourceTypeRegistry', () => {
  const registry = new ResourceTypeRegistry([userResourceType(), groupResourceType(), deviceResourceType()]);

  it('finds types by name and endpoint without regard to case', () => {
    expect(registry.byName('USER')?.endpoint).toBe('/Users');
    expect(registry.byEndpoint('/devices')?.name).toBe('Device');
    expect(registry.byEndpoint('Groups')?.name).toBe('Group');
    expect(registry.byName('constructor')).toBeUndefined();
  });

  it('finds schemas by URN without regard to case [P-4-03]', () => {
    expect(registry.schema(ENTERPRISE_USER_SCHEMA.toUpperCase())?.name).toBe('EnterpriseUser');
    expect(registry.schemas).toHaveLength(5);
  });

  it('refuses a second type with the same name or endpoint [S-6-02]', () => {
    const clone = { ...deviceResourceType(), name: 'Other' };
    expect(() => new ResourceTypeRegistry([deviceResourceType(), clone])).toThrow(
      /endpoint \/Devices is taken/,
    );
    const renamed = { ...deviceResourceType(), endpoint: '/Others', name: 'DEVICE' };
    expect(() => new ResourceTypeRegistry([deviceResourceType(), renamed])).toThrow(/the name is taken/);
  });

  it.each(['/Schemas', '/bulk', '/Me', 'Devices', '/a/b', '/.search'])(
    'refuses the endpoint %s',
    (endpoint) => {
      expect(() => new ResourceTypeRegistry([{ ...deviceResourceType(), endpoint }])).toThrow(
        /Resource type Device/,
      );
    },
  );

  it('refuses one URN with two contents', () => {
    const other = { ...deviceResourceType(), name: 'Other', endpoint: '/Others' };
    const changed = { ...other, schema: { ...other.schema, description: 'Something else.' } };
    expect(() => new ResourceTypeRegistry([deviceResourceType(), changed])).toThrow(/other content/);
  });

  it('refuses a base schema that defines a common attribute', () => {
    @ScimSchema({ id: 'urn:example:scim:2.0:Bad' })
    class BadSchema {
      @ScimAttribute({ name: 'ID' })
      id?: string;
    }
    const bad = { ...deviceResourceType(), schema: schemaFromClass(BadSchema) };
    expect(() => new ResourceTypeRegistry([bad])).toThrow(/common attribute ID/);
  });
});
