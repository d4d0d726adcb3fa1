import { describe, expect, it } from 'vitest';
import { schemaFromClass } from './schema-from-class.js';
import { ScimAttribute, type ScimAttributeOptions, type SchemaClass } from './scim-attribute.decorator.js';
import { ScimSchema } from './scim-schema.decorator.js';

function declare(
  options: ScimAttributeOptions,
  property = 'thing',
  id = 'urn:example:scim:2.0:Thing',
): SchemaClass {
  class ThingSchema {}
  ScimAttribute(options)(ThingSchema.prototype, property);
  ScimSchema({ id })(ThingSchema);
  return ThingSchema;
}

describe('schemaFromClass', () => {
  it('fills in the defaults of a bare attribute [S-2.2-01]', () => {
    expect(schemaFromClass(declare({})).attributes).toEqual([
      {
        name: 'thing',
        type: 'string',
        multiValued: false,
        description: '',
        required: false,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'none',
      },
    ]);
  });

  it('makes references and binaries case exact [S-2.3.6-01, S-2.3.7-01]', () => {
    expect(schemaFromClass(declare({ type: 'reference' })).attributes[0]?.caseExact).toBe(true);
    expect(schemaFromClass(declare({ type: 'binary' })).attributes[0]?.caseExact).toBe(true);
  });

  it.each(['a b', '1st', '_x', '$', 'naïve', 'a.b', ''])('refuses the name %j [S-2.1-02]', (name) => {
    expect(() => schemaFromClass(declare({ name }))).toThrow(/ThingSchema\.thing: an attribute name/);
  });

  it.each(['$ref', 'a', 'x509Certificates', 'a-b_c$'])('accepts the name %s [S-2.1-02]', (name) => {
    expect(schemaFromClass(declare({ name })).attributes[0]?.name).toBe(name);
  });

  it('refuses a type beyond the eight [S-2.3-01]', () => {
    expect(() => schemaFromClass(declare({ type: 'date' as 'dateTime' }))).toThrow(
      /ThingSchema\.thing: unknown type/,
    );
    expect(() => schemaFromClass(declare({ type: 'constructor' as 'string' }))).toThrow(/unknown type/);
  });

  it('refuses a complex attribute inside a complex one [S-2.3.8-02]', () => {
    class Inner {
      @ScimAttribute()
      a?: string;
    }
    class Outer {
      @ScimAttribute({ type: () => Inner })
      inner?: Inner;
    }
    expect(() => schemaFromClass(declare({ type: () => Outer }))).toThrow(
      /Outer\.inner: a complex attribute/,
    );
  });

  it('allows a multi-valued simple sub-attribute [S-2.3.8-02]', () => {
    class Outer {
      @ScimAttribute({ multiValued: true })
      lines?: string[];
    }
    const [outer] = schemaFromClass(declare({ type: () => Outer })).attributes;
    expect(outer?.subAttributes?.[0]).toMatchObject({ name: 'lines', multiValued: true });
  });

  it.each([
    'urn:ietf:params:scim:schemas:core:2.0:Foo',
    'urn:ietf:params:scim:schemas:extension:acme:2.0:User',
    'URN:IETF:params:scim:api:messages:2.0:Foo',
  ])('refuses the reserved id %s [S-10.2-01]', (id) => {
    expect(() => schemaFromClass(declare({}, 'thing', id))).toThrow(/ThingSchema: .*reserved/);
  });

  it('accepts a standard id that it knows [S-10.2-01]', () => {
    const id = 'urn:ietf:params:scim:schemas:core:2.0:User';
    expect(schemaFromClass(declare({}, 'thing', id)).id).toBe(id);
  });

  it.each(['http://example.com', 'urn:example', 'urn:example:a b', 'urn:example:a:'])(
    'refuses the id %s',
    (id) => {
      expect(() => schemaFromClass(declare({}, 'thing', id))).toThrow(/must be a URN/);
    },
  );

  it('refuses two names that differ in case only [S-2.1-01]', () => {
    class ThingSchema {
      @ScimAttribute()
      colour?: string;
      @ScimAttribute({ name: 'COLOUR' })
      other?: string;
    }
    ScimSchema({ id: 'urn:example:scim:2.0:Thing' })(ThingSchema);
    expect(() => schemaFromClass(ThingSchema)).toThrow(/ThingSchema\.other: the name is taken/);
  });

  it.each<[ScimAttributeOptions, RegExp]>([
    [{ type: 'boolean', uniqueness: 'server' }, /uniqueness has no meaning/],
    [{ type: 'boolean', caseExact: true }, /caseExact has no meaning/],
    [{ type: 'reference', caseExact: false }, /always case exact/],
    [{ type: 'integer', canonicalValues: ['1'] }, /canonicalValues has no meaning/],
    [{ referenceTypes: ['User'] }, /referenceTypes has no meaning/],
    [{ enforceCanonicalValues: true }, /needs canonicalValues/],
    [{ type: 'boolean', defaultValue: 'yes' }, /defaultValue does not fit/],
    [{ detached: true }, /can be detached/],
    [{ computed: true }, /computed needs/],
    [{ mutability: 'writeOnly' }, /writeOnly needs/],
  ])('refuses %j, which has no meaning', (options, text) => {
    expect(() => schemaFromClass(declare(options))).toThrow(text);
  });

  it('refuses a class without @ScimSchema, naming it', () => {
    class Plain {}
    expect(() => schemaFromClass(Plain)).toThrow(/Plain is no schema/);
  });

  it('takes the attributes of base classes first and lets a derived class declare one again in its place', () => {
    class Base {
      @ScimAttribute({ description: 'base' })
      first?: string;
      @ScimAttribute()
      second?: string;
    }
    @ScimSchema({ id: 'urn:example:scim:2.0:Derived' })
    class Derived extends Base {
      @ScimAttribute()
      third?: string;
      @ScimAttribute({ description: 'derived' })
      override first?: string = undefined;
    }
    const { attributes } = schemaFromClass(Derived);
    expect(attributes.map((a) => [a.name, a.description])).toEqual([
      ['first', 'derived'],
      ['second', ''],
      ['third', ''],
    ]);
  });
});
