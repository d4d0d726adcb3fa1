import fc from 'fast-check';
import type { Filter, FilterLiteral, ValuePathFilter } from '../ast.js';
import { booleanOf } from './boolean-arbitrary.js';
import { oddText } from './text-arbitrary.js';

const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');

const name = fc
  .stringMatching(/^[A-Za-z$][A-Za-z0-9_$-]{0,6}$/)
  .filter((text) => text.toLowerCase() !== 'not');
const urn = fc.constantFrom('urn:ietf:params:scim:schemas:core:2.0:User', 'urn:acme:1.0:x');
const path = fc.oneof(
  name,
  fc.tuple(name, name).map((parts) => parts.join('.')),
  fc.tuple(urn, name).map((parts) => parts.join(':')),
);

const literal: fc.Arbitrary<FilterLiteral> = fc.oneof(
  oddText,
  fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !text.includes('\0')),
  fc.integer(),
  // Zero has one spelling.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
);

const compare = fc.record({
  kind: fc.constant('compare' as const),
  path,
  operator,
  value: literal,
  position: fc.constant(0),
});
const present = fc.record({ kind: fc.constant('present' as const), path, position: fc.constant(0) });
const simple: fc.Arbitrary<Filter> = fc.oneof(compare, present);

const valueFilter = booleanOf(simple, 2);
const trailing: fc.Arbitrary<NonNullable<ValuePathFilter['trailing']>> = fc.oneof(
  fc.record({ sub: name, operator, value: literal }),
  fc.record({ sub: name, operator: fc.constant('pr' as const), value: fc.constant(null) }),
);
const valuePath: fc.Arbitrary<Filter> = fc.record(
  { kind: fc.constant('valuePath' as const), path, filter: valueFilter, trailing, position: fc.constant(0) },
  { requiredKeys: ['kind', 'path', 'filter', 'position'] },
);

/**
 * Any filter that the grammar can say, names and literals at random; every position is 0. It needs
 * `allowAfterValuePath` to be parsed.
 */
export const filterArbitrary: fc.Arbitrary<Filter> = booleanOf(
  fc.oneof({ weight: 3, arbitrary: simple }, valuePath),
  3,
);
