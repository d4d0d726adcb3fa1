import type { Leniency } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import type { AttributeType } from '../schema/definition.js';
import { parseDateTime } from '../text/date-time.js';
import type { CompareOperator } from './ast.js';
import { comparableText } from './comparison-rule.js';
import type { TypedValue } from './typed-filter.js';

type OperatorGroup = 'equality' | 'substring' | 'order';

const GROUPS: Readonly<Record<CompareOperator, OperatorGroup>> = {
  eq: 'equality',
  ne: 'equality',
  co: 'substring',
  sw: 'substring',
  ew: 'substring',
  gt: 'order',
  ge: 'order',
  lt: 'order',
  le: 'order',
};

/** Which operators have a meaning for which type (RFC 7644 §3.4.2.2, Table 3). */
const ALLOWED: Readonly<Record<AttributeType, readonly OperatorGroup[]>> = {
  string: ['equality', 'substring', 'order'],
  reference: ['equality', 'substring'],
  binary: ['equality'],
  boolean: ['equality'],
  integer: ['equality', 'order'],
  decimal: ['equality', 'order'],
  dateTime: ['equality', 'order'],
  complex: [],
};

/** @throws ScimError invalidFilter when the operator has no meaning for the attribute's type */
export function checkOperator(attribute: Attribute, operator: CompareOperator, position: number): void {
  if (ALLOWED[attribute.type].includes(GROUPS[operator])) return;
  throw ScimError.invalidFilter(
    `"${operator}" cannot be used on ${attribute.path} (${attribute.type}).`,
    position,
  );
}

/** Whether the operator asks for an order, where null has no place. */
export function isOrdering(operator: CompareOperator): boolean {
  return GROUPS[operator] === 'order';
}

/**
 * A literal in the form in which it is compared with values of `attribute`. A quoted boolean is converted under the
 * tolerance `booleanStrings`.
 *
 * @throws ScimError invalidFilter when the literal does not fit the attribute's type
 */
export function typedValue(
  attribute: Attribute,
  value: string | number | boolean,
  leniency: Leniency,
  position: number,
): TypedValue {
  const typed = convert(attribute, value, leniency);
  if (typed) return typed;
  throw ScimError.invalidFilter(`The value does not fit ${attribute.path} (${attribute.type}).`, position);
}

function convert(
  attribute: Attribute,
  value: string | number | boolean,
  leniency: Leniency,
): TypedValue | undefined {
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
      return typeof value === 'string' ? { type: 'text', text: comparableText(attribute, value) } : undefined;
    case 'boolean':
      return convertBoolean(value, leniency);
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? { type: 'number', number: value } : undefined;
    case 'dateTime': {
      const instant = typeof value === 'string' ? parseDateTime(value) : undefined;
      return instant === undefined ? undefined : { type: 'instant', instant };
    }
    case 'complex':
      return undefined;
  }
}

function convertBoolean(value: string | number | boolean, leniency: Leniency): TypedValue | undefined {
  if (typeof value === 'boolean') return { type: 'boolean', boolean: value };
  if (typeof value !== 'string' || !leniency.tolerates('booleanStrings')) return undefined;
  const word = value.toLowerCase();
  if (word !== 'true' && word !== 'false') return undefined;
  leniency.applied('booleanStrings');
  return { type: 'boolean', boolean: word === 'true' };
}
