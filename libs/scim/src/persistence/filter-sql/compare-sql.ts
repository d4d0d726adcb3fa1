import { ScimError } from '../../protocol/error/scim-error.js';
import type { CompareOperator } from '../../protocol/filter/ast.js';
import { absentMeansFalse } from '../../protocol/filter/comparison-rule.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import type { TypedValue } from '../../protocol/filter/typed-filter.js';
import { isWellFormed } from '../../protocol/text/well-formed.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Parameters } from '../dialects/statement.js';
import type { Scalar } from './scalar.js';

/** Operators that hold for a value; `ne` is the negation of `eq` and made further up. */
export type HoldingOperator = Exclude<CompareOperator, 'ne'>;

const SYMBOLS = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

/**
 * Condition that a stored value satisfies a comparison. Two-valued: false, never null, for a missing value, so that
 * `not` around it means what RFC 7644 says.
 */
export function compareSql(
  dialect: Dialect,
  parameters: Parameters,
  attribute: Attribute,
  scalar: Scalar,
  operator: HoldingOperator,
  value: TypedValue,
): string {
  const condition = bare(dialect, parameters, attribute, scalar, operator, value);
  if (scalar.certain) return condition;
  return scalar.column ? `(${scalar.column} is not null and ${condition})` : `(${condition}) is true`;
}

function bare(
  dialect: Dialect,
  parameters: Parameters,
  attribute: Attribute,
  scalar: Scalar,
  operator: HoldingOperator,
  value: TypedValue,
): string {
  switch (value.type) {
    case 'text':
      return textCondition(dialect, scalar, operator, textParameter(dialect, parameters, value.text));
    case 'number':
      return `${scalar.number()} ${symbol(operator)} ${dialect.typed(parameters.add(value.number), 'number')}`;
    case 'boolean': {
      if (operator !== 'eq')
        throw ScimError.invalidFilter(`${attribute.path} is a boolean and has no order.`);
      const stored = absentMeansFalse(attribute) ? `coalesce(${scalar.boolean()}, false)` : scalar.boolean();
      return `${stored} = ${dialect.typed(parameters.add(value.boolean), 'boolean')}`;
    }
    case 'instant':
      return instantCondition(dialect, parameters, scalar, operator, value.instant);
  }
}

/** @throws ScimError invalidFilter for characters that no stored text can have and the database would refuse */
export function textParameter(dialect: Dialect, parameters: Parameters, text: string): string {
  if (text.includes('\0') || !isWellFormed(text)) {
    throw ScimError.invalidFilter('The filter compares with a text that holds an invalid character.');
  }
  return dialect.typed(parameters.add(text), 'text');
}

function textCondition(
  dialect: Dialect,
  scalar: Scalar,
  operator: HoldingOperator,
  parameter: string,
): string {
  const text = scalar.text();
  switch (operator) {
    case 'co':
      return dialect.contains(text, parameter);
    case 'sw':
      return dialect.startsWith(text, parameter);
    case 'ew':
      return dialect.endsWith(text, parameter);
    case 'eq':
      return `${scalar.codePointIndex ? dialect.codePoints(text) : text} = ${parameter}`;
    default:
      return `${dialect.codePoints(text)} ${SYMBOLS[operator]} ${parameter}`;
  }
}

function instantCondition(
  dialect: Dialect,
  parameters: Parameters,
  scalar: Scalar,
  operator: HoldingOperator,
  instant: number,
): string {
  if (scalar.moment === undefined) {
    return `${scalar.instant()} ${symbol(operator)} ${dialect.typed(parameters.add(instant), 'instant')}`;
  }
  // Years outside 0 to 9999 would be written with a sign; nothing stored lies there.
  const written = new Date(instant).toISOString();
  const moment = written.length === 24 ? written : instant < 0 ? '0000' : '9999-12-31T24';
  return `${scalar.moment} ${symbol(operator)} ${dialect.typed(parameters.add(moment), 'text')}`;
}

function symbol(operator: HoldingOperator): string {
  if (operator === 'co' || operator === 'sw' || operator === 'ew') {
    throw ScimError.invalidFilter(`"${operator}" needs a text.`);
  }
  return SYMBOLS[operator];
}
