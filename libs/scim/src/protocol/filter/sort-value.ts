import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import { compareCodePoints } from '../text/comparison-key.js';
import { parseDateTime } from '../text/date-time.js';
import { comparableText } from './comparison-rule.js';
import { elementsOf, valueAt } from './document-values.js';

/** What a resource is sorted by: text ready to compare, a number or instant, or a boolean. */
export type SortValue = string | number | boolean;

/**
 * The value of an attribute that decides the place of a resource in a sorted list (RFC 7644 §3.4.2.3): of a
 * multi-valued attribute that of its primary element, else of its first. `attribute` is simple; binary has no order.
 * Undefined when that place holds nothing.
 */
export function sortValue(attribute: Attribute, document: JsonObject): SortValue | undefined {
  return comparable(attribute, storedValue(attribute, document));
}

/**
 * Ascending order of two sort values of one attribute, missing last; negate it for the descending order, where
 * missing comes first (P-3.4.2.3-05). Text by code point, false before true.
 */
export function compareSortValues(a: SortValue | undefined, b: SortValue | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0);
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  return Number(a) - Number(b);
}

function storedValue(attribute: Attribute, document: JsonObject): JsonValue | undefined {
  const { parent } = attribute;
  if (!parent?.multiValued) return elementsOf(valueAt(document, attribute.keys))[0];
  const elements = elementsOf(valueAt(document, parent.keys));
  const element = elements.find(isPrimary) ?? elements[0];
  return isJsonObject(element) ? elementsOf(valueAt(element, [attribute.name]))[0] : undefined;
}

function isPrimary(element: JsonValue): boolean {
  return isJsonObject(element) && Object.hasOwn(element, 'primary') && element.primary === true;
}

function comparable(attribute: Attribute, value: JsonValue | undefined): SortValue | undefined {
  switch (attribute.type) {
    case 'string':
    case 'reference':
      return typeof value === 'string' ? comparableText(attribute, value) : undefined;
    case 'dateTime':
      return typeof value === 'string' ? parseDateTime(value) : undefined;
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'binary':
    case 'complex':
      return undefined;
  }
}
