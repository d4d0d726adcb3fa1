import fc from 'fast-check';
import type { Attribute } from '../../schema/attribute.js';
import type { JsonValue } from '../../schema/json.js';
import { oddTextOf } from './text-arbitrary.js';

/** Several spellings of few instants, so that equal and neighbouring ones meet. */
const DATE_TIMES = [
  '2024-02-29T12:00:00Z',
  '2024-02-29T12:00:00.000Z',
  '2024-02-29T14:00:00+02:00',
  '2024-02-29T12:00:00',
  '2024-02-29T12:00:00.001Z',
  '2024-02-29T11:59:59.999999Z',
  '2024-03-01T00:30:00+14:00',
  '1969-12-31T23:59:59Z',
];

/** A value of a simple attribute's type from a small set, so that stored values and literals often meet. */
export function simpleValueArbitrary(attribute: Attribute): fc.Arbitrary<Exclude<JsonValue, null | object>> {
  switch (attribute.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: -2, max: 3 });
    case 'decimal':
      return fc.constantFrom(-1.5, 0, 0.1, 1, 1.5, 10);
    case 'dateTime':
      return fc.constantFrom(...DATE_TIMES);
    case 'binary':
      return fc.constantFrom('YQ==', 'Yg==', 'YQ');
    case 'reference':
      return fc.constantFrom(
        'https://a.example/x',
        'https://A.example/x',
        'https://a.example/x%20y_z',
        'Users/1',
      );
    default:
      return textArbitrary(attribute);
  }
}

function textArbitrary(attribute: Attribute): fc.Arbitrary<string> {
  const { canonicalValues, enforceCanonicalValues } = attribute.definition;
  if (!canonicalValues?.length) return oddTextOf(1);
  const canonical = fc.constantFrom(...canonicalValues.slice(0, 3));
  return enforceCanonicalValues ? canonical : fc.oneof(canonical, oddTextOf(1));
}
