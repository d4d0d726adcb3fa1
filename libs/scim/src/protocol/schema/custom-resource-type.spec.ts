import { describe, expect, it } from 'vitest';
import { customResourceType, pluralOf } from './custom-resource-type.js';
import { ResourceType } from './resource-type.js';
import { ScimAttribute } from './scim-attribute.decorator.js';
import { ScimResourceType } from './scim-resource-type.decorator.js';
import { ScimSchema } from './scim-schema.decorator.js';
import { DeviceSchema, deviceResourceType, LeaseSchema } from './testing/device.js';

@ScimResourceType({ extensions: [{ schema: LeaseSchema, required: true }] })
@ScimSchema({ id: 'urn:example:scim:2.0:Printer', description: 'Prints.' })
class Printer {
  @ScimAttribute()
  serial?: string;
}

class ColourPrinter extends Printer {}

describe('customResourceType', () => {
  it('takes name, description and endpoint from the schema [P-3.2-02]', () => {
    expect(customResourceType(Printer)).toMatchObject({
      name: 'Printer',
      endpoint: '/Printers',
      description: 'Prints.',
      extensions: [{ required: true }],
    });
  });

  it('takes what is given first', () => {
    const details = { name: 'Machine', endpoint: '/hardware', description: 'x', extensions: [LeaseSchema] };
    const type = customResourceType({ schema: DeviceSchema, ...details });
    expect(type).toMatchObject({ name: 'Machine', endpoint: '/hardware', description: 'x' });
    expect(type.extensions.map(({ required }) => required)).toEqual([false]);
  });

  it('does not take the decorators of a base class for those of the class', () => {
    expect(() => customResourceType(ColourPrinter)).toThrow(/ColourPrinter is no resource type/);
  });

  it.each([
    ['Device', 'Devices'],
    ['Policy', 'Policies'],
    ['Key', 'Keys'],
    ['Box', 'Boxes'],
    ['Bus', 'Buses'],
    ['Branch', 'Branches'],
    ['VPN', 'VPNs'],
  ])('makes of %s the plural %s [P-3.2-02]', (name, plural) => {
    expect(pluralOf(name)).toBe(plural);
  });
});

describe('ResourceType.without', () => {
  const type = new ResourceType(deviceResourceType(true));
  const urn = 'urn:example:scim:extension:2.0:Lease';

  it('is a view with the same attributes, that leads back to the whole type', () => {
    const view = type.without(new Set([urn.toLowerCase()]));
    expect([view.extension(urn), view.definition.extensions, view.hidden]).toEqual([undefined, [], [urn]]);
    expect(view.whole).toBe(type);
    expect(view.attribute('serial')).toBe(type.attribute('serial'));
    expect([...view.topLevel()]).toEqual([...type.attributes.values()]);
    expect(type.extension(urn)?.required).toBe(true);
  });

  it('is the type itself when there is nothing to hide', () => {
    expect(type.without(new Set(['urn:other']))).toBe(type);
  });
});
