import type { Leniency } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import type { ResourceType } from '../schema/resource-type.js';
import type { CompareFilter, Filter, PresentFilter, ValuePathFilter } from './ast.js';
import { elementScope, resourceScope, type FilterScope } from './filter-scope.js';
import type { TypedFilter } from './typed-filter.js';
import { checkOperator, isOrdering, typedValue } from './typed-literal.js';

/**
 * Checks a filter against a resource type: every name is known and may be asked for, every operator has a meaning
 * for its attribute, every literal fits (RFC 7644 §3.4.2.2; P-3.4.2.1-03).
 *
 * @throws ScimError invalidFilter
 */
export function checkFilter(filter: Filter, resourceType: ResourceType, leniency: Leniency): TypedFilter {
  return check(filter, resourceScope(resourceType), leniency);
}

/**
 * Checks the filter of a value path, where names are sub-attributes of the multi-valued `attribute`, or `value` for
 * the elements of a simple one.
 *
 * @throws ScimError invalidFilter
 */
export function checkElementFilter(filter: Filter, attribute: Attribute, leniency: Leniency): TypedFilter {
  return check(filter, elementScope(attribute), leniency);
}

function check(filter: Filter, scope: FilterScope, leniency: Leniency): TypedFilter {
  switch (filter.kind) {
    case 'or':
    case 'and':
      return {
        kind: filter.kind,
        operands: filter.operands.map((operand) => check(operand, scope, leniency)),
      };
    case 'not':
      return { kind: 'not', operand: check(filter.operand, scope, leniency) };
    case 'compare':
      return checkCompare(filter, scope, leniency);
    case 'present':
      return checkPresent(filter, scope);
    case 'valuePath':
      return checkValuePath(filter, scope, leniency);
  }
}

function checkCompare(filter: CompareFilter, scope: FilterScope, leniency: Leniency): TypedFilter {
  const { operator, value, position } = filter;
  const attribute = comparedAttribute(scope.resolve(filter.path, position), position);
  refuseHidden(attribute, position);
  checkOperator(attribute, operator, position);
  if (value !== null) {
    return { kind: 'compare', attribute, operator, value: typedValue(attribute, value, leniency, position) };
  }
  if (isOrdering(operator)) return { kind: 'constant', value: false };
  if (operator === 'ne') return { kind: 'present', attribute };
  if (operator === 'eq') return { kind: 'not', operand: { kind: 'present', attribute } };
  throw ScimError.invalidFilter(`"${operator}" needs a string.`, position);
}

/** A complex attribute is compared by its `value` (P-3.4.2.2-24); name, addresses and meta have none. */
function comparedAttribute(attribute: Attribute, position: number): Attribute {
  if (!attribute.complex) return attribute;
  const value = attribute.sub('value');
  if (value) return value;
  throw ScimError.invalidFilter(`${attribute.path} is complex; name one of its sub-attributes.`, position);
}

function checkPresent(filter: PresentFilter, scope: FilterScope): TypedFilter {
  const attribute = scope.resolve(filter.path, filter.position);
  refuseHidden(attribute, filter.position);
  return { kind: 'present', attribute };
}

function checkValuePath(filter: ValuePathFilter, scope: FilterScope, leniency: Leniency): TypedFilter {
  const { position } = filter;
  if (scope.element) throw ScimError.invalidFilter('Brackets cannot stand inside brackets.', position);
  const attribute = scope.resolve(filter.path, position);
  refuseHidden(attribute, position);
  if (!attribute.multiValued && !attribute.complex) {
    throw ScimError.invalidFilter(
      `${attribute.path} has a single simple value; it takes no brackets.`,
      position,
    );
  }
  const inner = check(withTrailing(filter, leniency), elementScope(attribute), leniency);
  // name[givenName eq "x"] is another spelling of name.givenName eq "x" (P-3.4.2.2-11).
  return attribute.multiValued ? { kind: 'valuePath', attribute, filter: inner } : inner;
}

/** Entra: `emails[type eq "work"].value eq "x"` means one element that is both (P-3.4.2.2-12). */
function withTrailing(filter: ValuePathFilter, leniency: Leniency): Filter {
  const { trailing, position } = filter;
  if (!trailing) return filter.filter;
  if (!leniency.tolerates('filterAfterValuePath')) {
    throw ScimError.invalidFilter(
      'Nothing may follow the brackets; write the comparison inside them.',
      position,
    );
  }
  leniency.applied('filterAfterValuePath');
  const { sub, operator, value } = trailing;
  const last: Filter =
    operator === 'pr'
      ? { kind: 'present', path: sub, position }
      : { kind: 'compare', path: sub, operator, value, position };
  const before = filter.filter.kind === 'and' ? filter.filter.operands : [filter.filter];
  return { kind: 'and', operands: [...before, last] };
}

/**
 * What is never returned may not be asked for either: the number of results would tell it (D-24). Location and
 * version are made for the answer and not stored in this form (P-3.4.2.2-28).
 */
function refuseHidden(attribute: Attribute, position: number): void {
  const hidden = attribute.returned === 'never' || attribute.parent?.returned === 'never';
  if (!hidden && attribute.path !== 'meta.location' && attribute.path !== 'meta.version') return;
  throw ScimError.invalidFilter(`${attribute.path} cannot be used in a filter.`, position);
}
