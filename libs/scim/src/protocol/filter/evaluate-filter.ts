import type { Attribute } from '../schema/attribute.js';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { compareCodePoints } from '../text/comparison-key.js';
import { parseDateTime } from '../text/date-time.js';
import type { CompareOperator } from './ast.js';
import { absentMeansFalse, comparableText } from './comparison-rule.js';
import { elementsOf, isPresent, valueAt, valuesInDocument, valuesInElement } from './document-values.js';
import type { TypedCompare, TypedFilter, TypedValue } from './typed-filter.js';

/**
 * Whether a resource satisfies a filter (RFC 7644 §3.4.2.2): the reference that every SQL dialect is tested against.
 * The document holds whatever shall be found, also `id`, `meta` and lists kept elsewhere, under canonical names;
 * extension data under the extension's URN.
 *
 * A comparison without a value to compare is false, `ne` is the negation of `eq` and so true (P-3.4.2.2-21, -22).
 * A missing `primary` of an element counts as false (see `absentMeansFalse`).
 */
export function evaluateFilter(filter: TypedFilter, document: JsonObject): boolean {
  return evaluate(filter, document, documentReader);
}

/** Whether one element of a multi-valued attribute satisfies a filter made by `checkElementFilter`. */
export function evaluateElement(filter: TypedFilter, element: JsonValue): boolean {
  return evaluate(filter, element, elementReader);
}

/** How values are reached: from the whole document, or from one element. */
interface Reader<Subject> {
  values(subject: Subject, attribute: Attribute): readonly JsonValue[];
  elements(subject: Subject, attribute: Attribute): readonly JsonValue[];
}

const documentReader: Reader<JsonObject> = {
  values: valuesInDocument,
  elements: (document, attribute) => elementsOf(valueAt(document, attribute.keys)),
};

const elementReader: Reader<JsonValue> = {
  values: valuesInElement,
  // The checker lets no brackets stand inside brackets.
  elements: () => [],
};

function evaluate<Subject>(filter: TypedFilter, subject: Subject, reader: Reader<Subject>): boolean {
  switch (filter.kind) {
    case 'or':
      return filter.operands.some((operand) => evaluate(operand, subject, reader));
    case 'and':
      return filter.operands.every((operand) => evaluate(operand, subject, reader));
    case 'not':
      return !evaluate(filter.operand, subject, reader);
    case 'constant':
      return filter.value;
    case 'present':
      return reader.values(subject, filter.attribute).some(isPresent);
    case 'compare':
      return compare(filter, reader.values(subject, filter.attribute));
    case 'valuePath':
      return reader
        .elements(subject, filter.attribute)
        .some((element) => element !== null && evaluateElement(filter.filter, element));
  }
}

function compare({ attribute, operator, value }: TypedCompare, values: readonly JsonValue[]): boolean {
  if (operator === 'ne') return !values.some((candidate) => holds(attribute, 'eq', candidate, value));
  return values.some((candidate) => holds(attribute, operator, candidate, value));
}

/** One stored value against the literal. A value of another type than the schema says is no value. */
function holds(
  attribute: Attribute,
  operator: CompareOperator,
  stored: JsonValue,
  value: TypedValue,
): boolean {
  const candidate = stored ?? (absentMeansFalse(attribute) ? false : null);
  switch (value.type) {
    case 'text':
      return (
        typeof candidate === 'string' && textHolds(operator, comparableText(attribute, candidate), value.text)
      );
    case 'number':
      return typeof candidate === 'number' && orderHolds(operator, candidate - value.number);
    case 'boolean':
      return operator === 'eq' && candidate === value.boolean;
    case 'instant': {
      const instant = typeof candidate === 'string' ? parseDateTime(candidate) : undefined;
      return instant !== undefined && orderHolds(operator, instant - value.instant);
    }
  }
}

function textHolds(operator: CompareOperator, candidate: string, text: string): boolean {
  switch (operator) {
    case 'eq':
      return candidate === text;
    case 'co':
      return candidate.includes(text);
    case 'sw':
      return candidate.startsWith(text);
    case 'ew':
      return candidate.endsWith(text);
    default:
      return orderHolds(operator, compareCodePoints(candidate, text));
  }
}

function orderHolds(operator: CompareOperator, difference: number): boolean {
  switch (operator) {
    case 'eq':
      return difference === 0;
    case 'gt':
      return difference > 0;
    case 'ge':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    case 'le':
      return difference <= 0;
    default:
      return false;
  }
}
