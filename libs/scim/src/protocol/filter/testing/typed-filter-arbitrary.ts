import fc from 'fast-check';
import type { Attribute } from '../../schema/attribute.js';
import type { ResourceType } from '../../schema/resource-type.js';
import type { CompareOperator, Filter, FilterLiteral } from '../ast.js';
import { printFilter } from '../print-filter.js';
import { booleanOf } from './boolean-arbitrary.js';
import { isStored } from './document-arbitrary.js';
import { oddText } from './text-arbitrary.js';
import { simpleValueArbitrary } from './value-arbitrary.js';

const EQUALITY: readonly CompareOperator[] = ['eq', 'ne'];
const SUBSTRING: readonly CompareOperator[] = ['co', 'sw', 'ew'];
const ORDER: readonly CompareOperator[] = ['gt', 'ge', 'lt', 'le'];

/**
 * Texts of filters that the checker accepts for the resource type under every profile, with literals from the same
 * small sets as `documentArbitrary`, so that both outcomes are common. `include` chooses the top-level attributes.
 */
export function typedFilterArbitrary(
  resourceType: ResourceType,
  include: (attribute: Attribute) => boolean = isStored,
): fc.Arbitrary<string> {
  const attributes = [...resourceType.topLevel()].filter(include);
  const leaves = attributes.flatMap(conditions);
  const valuePaths = attributes
    .filter((attribute) => attribute.complex || attribute.multiValued)
    .map(valuePath);
  const leaf = fc.oneof(...leaves, ...valuePaths);
  return booleanOf(leaf, 2).map(printFilter);
}

/** What may be asked of an attribute and of its sub-attributes in dotted form. */
function conditions(attribute: Attribute): fc.Arbitrary<Filter>[] {
  const subs = filterable(attribute);
  const own = attribute.complex
    ? [
        presence(attribute.path),
        ...subs.filter((sub) => sub.name === 'value').map((v) => simple(attribute.path, v)),
      ]
    : [simple(attribute.path, attribute)];
  return [...own, ...subs.map((sub) => simple(sub.path, sub))];
}

function valuePath(attribute: Attribute): fc.Arbitrary<Filter> {
  const parts = attribute.complex
    ? filterable(attribute).map((sub) => simple(sub.name, sub))
    : [simple('value', attribute)];
  return booleanOf(fc.oneof(...parts), 2).map((filter) => ({
    kind: 'valuePath',
    path: attribute.path,
    filter,
    position: 0,
  }));
}

function filterable(attribute: Attribute): Attribute[] {
  return [...attribute.subAttributes.values()].filter((sub) => sub.returned !== 'never' && !sub.complex);
}

/** One comparison or presence test of a simple attribute, written as `path`. */
function simple(path: string, attribute: Attribute): fc.Arbitrary<Filter> {
  const compare = (
    operators: readonly CompareOperator[],
    value: fc.Arbitrary<FilterLiteral>,
  ): fc.Arbitrary<Filter> =>
    fc
      .tuple(fc.constantFrom(...operators), value)
      .map(([operator, literal]) => ({ kind: 'compare', path, operator, value: literal, position: 0 }));
  const values = simpleValueArbitrary(attribute);
  const choices = [presence(path), compare(EQUALITY, values), compare(EQUALITY, fc.constant(null))];
  if (attribute.type === 'string' || attribute.type === 'reference') {
    choices.push(compare(SUBSTRING, oddText), compare(EQUALITY, oddText));
  }
  if (!['boolean', 'binary', 'reference'].includes(attribute.type)) {
    choices.push(compare(ORDER, values), compare(ORDER, fc.constant(null)));
  }
  return fc.oneof(...choices);
}

function presence(path: string): fc.Arbitrary<Filter> {
  return fc.constant({ kind: 'present', path, position: 0 });
}
