import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import type { Attribute } from '../schema/attribute.js';
import { userResourceType } from '../schema/core/resource-types.js';
import type { JsonValue } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/schema-urns.js';
import { deviceResourceType } from '../schema/testing/device.js';
import {
  DEFAULT_READ_LIMITS,
  readAttributeValue,
  readElement,
  type ReadContext,
} from './read-attribute-value.js';

const user = new ResourceType(userResourceType());
const device = new ResourceType(deviceResourceType());
const manager = user.extension(ENTERPRISE_USER_SCHEMA)!.attributes.get('manager')!;

const context = (profile: Profile): ReadContext => ({
  leniency: new Leniency(profile),
  limits: DEFAULT_READ_LIMITS,
});
const of = (type: ResourceType, name: string): Attribute => type.attribute(name)!;
const lenient = (attribute: Attribute, value: JsonValue): JsonValue | undefined =>
  readAttributeValue(attribute, value, context(Profile.default));
const strict = (attribute: Attribute, value: JsonValue): JsonValue | undefined =>
  readAttributeValue(attribute, value, context(Profile.strict));
const invalidValue = expect.objectContaining({ status: 400, scimType: 'invalidValue' });
const invalidSyntax = expect.objectContaining({ status: 400, scimType: 'invalidSyntax' });

function applied(attribute: Attribute, value: JsonValue): readonly string[] {
  const reading = context(Profile.default);
  readAttributeValue(attribute, value, reading);
  return reading.leniency.names;
}

describe('readAttributeValue', () => {
  it.each<JsonValue>([null, [], {}, [null], [{}]])('takes %j as unassigned [S-2.5-01]', (value) => {
    expect(strict(of(user, 'emails'), Array.isArray(value) ? value : null)).toBeUndefined();
    expect(strict(of(user, 'name'), Array.isArray(value) ? null : value)).toBeUndefined();
  });

  it('returns sub-attribute names in the spelling of the schema [S-2.1-01]', () => {
    expect(strict(of(user, 'name'), { GIVENNAME: 'A', familyname: 'B' })).toEqual({
      givenName: 'A',
      familyName: 'B',
    });
  });

  it('refuses sub-attribute names that differ in case only [D-01]', () => {
    expect(() => lenient(of(user, 'name'), { givenName: 'A', GivenName: 'B' })).toThrow(invalidSyntax);
    expect(() => lenient(of(user, 'name'), { givenName: null, GIVENNAME: 'B' })).toThrow(invalidSyntax);
    expect(() => lenient(of(user, 'name'), { foo: 1, FOO: 2 })).toThrow(invalidSyntax);
  });

  it('drops unknown sub-attributes or refuses them by profile [D-19]', () => {
    expect(lenient(of(user, 'name'), { givenName: 'A', shoe: 1 })).toEqual({ givenName: 'A' });
    expect(applied(of(user, 'name'), { shoe: 1 })).toEqual(['unknownAttributes']);
    expect(() => strict(of(user, 'name'), { shoe: 1 })).toThrow(invalidSyntax);
  });

  it('never looks names up on a prototype [D-02]', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"x":1},"constructor":1,"toString":2,"givenName":"A"}',
    ) as JsonValue;
    const read = lenient(of(user, 'name'), hostile) as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(['givenName']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('leaves read-only sub-attributes out [S-4.3-01]', () => {
    expect(strict(manager, { value: '7', displayName: 'Boss' })).toEqual({ value: '7' });
  });

  it('keeps the parts of an attribute that is read-only itself, so that it can be compared', () => {
    expect(strict(of(user, 'groups'), [{ value: '7', type: 'direct' }])).toEqual([
      { value: '7', type: 'direct' },
    ]);
  });

  describe('of simple types', () => {
    it('takes booleans, and strings for them where tolerated [S-2.3.2-01]', () => {
      expect(strict(of(user, 'active'), false)).toBe(false);
      expect(lenient(of(user, 'active'), 'False')).toBe(false);
      expect(lenient(of(user, 'active'), 'TRUE')).toBe(true);
      expect(applied(of(user, 'active'), 'True')).toEqual(['booleanStrings']);
      expect(() => strict(of(user, 'active'), 'true')).toThrow(invalidValue);
      for (const value of ['yes', 0, 1, {}])
        expect(() => lenient(of(user, 'active'), value)).toThrow(invalidValue);
    });

    it('takes integers without fraction only [S-2.3.4-01]', () => {
      expect(strict(of(device, 'slots'), -3)).toBe(-3);
      for (const value of [1.5, '1', 2 ** 53, Infinity]) {
        expect(() => lenient(of(device, 'slots'), value)).toThrow(invalidValue);
      }
    });

    it('takes JSON numbers for decimals [S-2.3.3-01]', () => {
      expect(strict(of(device, 'weight'), 1.5)).toBe(1.5);
      for (const value of ['1.5', Infinity, true])
        expect(() => lenient(of(device, 'weight'), value)).toThrow(invalidValue);
    });

    it('takes dateTimes with date and time, and returns them as sent [S-2.3.5-01, D-09]', () => {
      const sound = [
        '2024-01-01T00:00:00Z',
        '2024-01-01T00:00:00+02:00',
        '2024-01-01T00:00:00.123Z',
        '2024-01-01T00:00:00',
      ];
      for (const text of sound) expect(strict(of(device, 'bought'), text)).toBe(text);
      for (const text of ['2024-01-01', '2024-02-30T00:00:00Z', 'garbage']) {
        expect(() => lenient(of(device, 'bought'), text)).toThrow(invalidValue);
      }
    });

    it('takes base64 with or without padding [S-2.3.6-01]', () => {
      for (const text of ['YQ==', 'YQ', 'YWJj', '+/+/']) expect(strict(of(device, 'key'), text)).toBe(text);
      for (const text of ['YQ=', 'Y', '-_-_', 'YW Jj', 'Y===']) {
        expect(() => lenient(of(device, 'key'), text)).toThrow(invalidValue);
      }
    });

    it('refuses a string of another type', () => {
      for (const value of [1, true, { a: 1 }])
        expect(() => lenient(of(user, 'title'), value)).toThrow(invalidValue);
    });

    it('refuses NUL and lone surrogates [D-50]', () => {
      expect(() => lenient(of(user, 'title'), 'a\0b')).toThrow(invalidValue);
      expect(() => lenient(of(user, 'title'), 'a\ud800b')).toThrow(invalidSyntax);
      expect(strict(of(user, 'title'), 'a😀b')).toBe('a😀b');
    });

    it('limits the length of strings, and of userName and externalId to 512', () => {
      expect(strict(of(user, 'title'), 'a'.repeat(1024))).toHaveLength(1024);
      expect(() => strict(of(user, 'title'), 'a'.repeat(1025))).toThrow(invalidValue);
      for (const name of ['userName', 'externalId']) {
        expect(strict(of(user, name), 'a'.repeat(512))).toHaveLength(512);
        expect(() => strict(of(user, name), 'a'.repeat(513))).toThrow(/512/);
      }
    });

    it('enforces canonical values only where told, and returns their spelling [S-2.3.1-01]', () => {
      expect(strict(of(device, 'colour'), 'red')).toBe('Red');
      expect(() => lenient(of(device, 'colour'), 'green')).toThrow(invalidValue);
      expect(strict(of(user, 'emails'), [{ value: 'a@b.c', type: 'boat' }])).toEqual([
        { value: 'a@b.c', type: 'boat' },
      ]);
    });

    it('keeps newlines in addresses [S-4.1.2-06]', () => {
      expect(strict(of(user, 'addresses'), [{ formatted: 'a\nb' }])).toEqual([{ formatted: 'a\nb' }]);
    });

    it('takes empty strings as unassigned where tolerated', () => {
      expect(lenient(of(user, 'title'), '')).toBeUndefined();
      expect(applied(of(user, 'title'), '')).toEqual(['emptyStrings']);
      expect(strict(of(user, 'title'), '')).toBe('');
    });
  });

  describe('of userName', () => {
    it.each(['   ', '\t', '\u00a0'])('refuses the blank %j [S-4.1.1-01]', (text) => {
      expect(() => lenient(of(user, 'userName'), text)).toThrow(invalidValue);
      expect(() => strict(of(user, 'userName'), '')).toThrow(invalidValue);
    });

    it('refuses zero-width and bidirectional control characters in every profile', () => {
      for (const text of ['a\u200bb', 'a\u202eb', '\ufeffab', 'a\u2066b']) {
        expect(() => lenient(of(user, 'userName'), text)).toThrow(invalidValue);
      }
    });

    it('refuses blanks at the ends and control characters in every profile', () => {
      for (const text of [' ab', 'ab ', 'a\u0007b']) {
        expect(() => lenient(of(user, 'userName'), text)).toThrow(invalidValue);
        expect(() => strict(of(user, 'userName'), text)).toThrow(invalidValue);
      }
    });

    it('takes what PRECIS does not allow in the tolerant profile only [D-48]', () => {
      for (const text of ['john doe', 'a\u00a7b', '\u2460']) {
        expect(lenient(of(user, 'userName'), text)).toBe(text);
        expect(() => strict(of(user, 'userName'), text)).toThrow(invalidValue);
      }
    });
  });

  describe('of lists', () => {
    const emails = of(user, 'emails');

    it('wraps a single value where tolerated [D-21]', () => {
      expect(lenient(emails, { value: 'a@b.c' })).toEqual([{ value: 'a@b.c' }]);
      expect(lenient(of(device, 'tags'), 'a')).toEqual(['a']);
      expect(applied(emails, { value: 'a@b.c' })).toEqual(['singleForList']);
      expect(() => strict(emails, { value: 'a@b.c' })).toThrow(invalidValue);
    });

    it('unwraps a list of one for a single value where tolerated [D-21]', () => {
      expect(lenient(of(user, 'title'), ['a'])).toBe('a');
      expect(() => lenient(of(user, 'title'), ['a', 'b'])).toThrow(invalidValue);
      expect(() => strict(of(user, 'title'), ['a'])).toThrow(invalidValue);
      expect(strict(of(user, 'title'), [])).toBeUndefined();
    });

    it('refuses two primaries, or keeps the first where tolerated [S-2.4-03]', () => {
      const two = [
        { value: 'a@b.c', primary: true },
        { value: 'd@e.f', primary: true },
      ];
      expect(() => strict(emails, two)).toThrow(invalidValue);
      expect(lenient(emails, two)).toEqual([{ value: 'a@b.c', primary: true }, { value: 'd@e.f' }]);
      expect(applied(emails, two)).toEqual(['severalPrimaries']);
    });

    it('reduces equal pairs of type and value to one [S-2.4-04]', () => {
      const sent: JsonValue = [
        { value: 'a@b.c', type: 'work' },
        { value: 'A@B.C', type: 'WORK', primary: true },
        { value: 'a@b.c', type: 'home' },
      ];
      expect(strict(emails, sent)).toEqual([
        { value: 'a@b.c', type: 'work', primary: true },
        { value: 'a@b.c', type: 'home' },
      ]);
      expect(strict(of(device, 'tags'), ['x', 'X', 'y'])).toEqual(['x', 'y']);
    });

    it('drops hollow elements where tolerated', () => {
      expect(lenient(emails, [{ type: 'work', primary: true }])).toBeUndefined();
      expect(lenient(emails, [{ type: 'work', value: '' }])).toBeUndefined();
      expect(strict(emails, [{ type: 'work' }])).toEqual([{ type: 'work' }]);
    });

    it('limits the number of values', () => {
      const many = (count: number): JsonValue => Array.from({ length: count }, (_, i) => `t${i}`);
      expect(strict(of(device, 'tags'), many(200))).toHaveLength(200);
      expect(() => strict(of(device, 'tags'), many(201))).toThrow(/200/);
    });

    it('reads one element and keeps it also when it is hollow', () => {
      const reading = context(Profile.default);
      expect(readElement(emails, { TYPE: 'work', primary: 'True' }, reading)).toEqual({
        type: 'work',
        primary: true,
      });
      expect(() => readElement(emails, [{ value: 'a' }], reading)).toThrow(invalidValue);
    });
  });

  describe('of a manager', () => {
    it.each<[JsonValue, JsonValue | undefined]>([
      ['7', { value: '7' }],
      [['7'], { value: '7' }],
      [[{ value: '7' }], { value: '7' }],
      [{ value: '' }, undefined],
      ['', undefined],
      [null, undefined],
      [{ value: null }, undefined],
    ])('reads %j [D-15]', (sent, expected) => {
      expect(lenient(manager, sent)).toEqual(expected);
    });

    it('takes no other form than an object in the strict profile', () => {
      for (const value of ['7', ['7'], 7]) expect(() => strict(manager, value)).toThrow(invalidValue);
    });
  });

  it.each<[string, string | readonly string[], string | readonly string[]]>([
    ['profileUrl', 'https://example.com/u', 'not a url'],
    ['preferredLanguage', ['en-GB, de;q=0.7', '*'], ';;'],
    ['locale', ['en-US', 'en_US', 'es-419', 'x-pig-latin'], 'en US'],
    ['timezone', ['America/Los_Angeles', 'UTC'], ['PST8', '+01:00']],
  ])(
    'checks the form of %s in the strict profile only [S-4.1.1-04, S-4.1.1-05, S-4.1.1-06, S-4.1.1-07]',
    (name, good, bad) => {
      for (const text of [good].flat()) expect(strict(of(user, name), text)).toBe(text);
      for (const text of [bad].flat()) {
        expect(() => strict(of(user, name), text)).toThrow(invalidValue);
        expect(lenient(of(user, name), text)).toBe(text);
      }
    },
  );

  it('checks e-mail addresses and countries in the strict profile only [S-4.1.2-01, S-4.1.2-05]', () => {
    expect(strict(of(user, 'emails'), [{ value: 'a@b.c' }])).toBeDefined();
    expect(() => strict(of(user, 'emails'), [{ value: 'a b@c' }])).toThrow(invalidValue);
    expect(lenient(of(user, 'emails'), [{ value: 'nobody' }])).toBeDefined();
    expect(strict(of(user, 'addresses'), [{ country: 'US' }])).toBeDefined();
    expect(() => strict(of(user, 'addresses'), [{ country: 'United States' }])).toThrow(invalidValue);
    expect(lenient(of(user, 'addresses'), [{ country: 'United States' }])).toBeDefined();
  });

  it('accepts telephone numbers in any form [S-4.1.2-02]', () => {
    expect(strict(of(user, 'phoneNumbers'), [{ value: '(201) 555-0123' }])).toEqual([
      { value: '(201) 555-0123' },
    ]);
  });

  it('refuses a chain of certificates in the strict profile [S-4.1.2-12]', () => {
    const der = Buffer.from([0x30, 0x03, 1, 2, 3]);
    const certificates = of(user, 'x509Certificates');
    expect(strict(certificates, [{ value: der.toString('base64') }])).toBeDefined();
    const chain = Buffer.concat([der, der]).toString('base64');
    expect(() => strict(certificates, [{ value: chain }])).toThrow(invalidValue);
  });

  it('is idempotent: what was read reads the same', () => {
    const element = fc.record(
      { value: fc.string(), type: fc.constantFrom('work', 'Work', 'home', ''), primary: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(element, { maxLength: 6 }), (sent) => {
        const once = lenientOrUndefined(of(user, 'emails'), sent as JsonValue);
        if (once === undefined) return;
        expect(lenient(of(user, 'emails'), structuredClone(once))).toEqual(once);
      }),
    );
  });
});

function lenientOrUndefined(attribute: Attribute, value: JsonValue): JsonValue | undefined {
  try {
    return lenient(attribute, value);
  } catch {
    return undefined;
  }
}
