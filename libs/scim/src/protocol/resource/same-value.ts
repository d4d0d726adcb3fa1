import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonValue } from '../schema/json.js';
import { comparisonKey } from '../text/comparison-key.js';
import { parseDateTime } from '../text/date-time.js';

/** Deep equality of two documents: the order of members carries no meaning, that of list elements does. */
export function sameDocument(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((element, index) => sameDocument(element, b[index]))
    );
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && sameDocument(a[name], b[name]));
}

/**
 * Whether two values of an attribute mean the same by its own rule (RFC 7643 §7): letter case counts only where
 * caseExact says so, dateTimes are compared as instants, complex values member by member. Lists in order.
 */
export function sameValue(attribute: Attribute, a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((element, index) => sameValue(attribute, element, b[index]))
    );
  }
  if (isJsonObject(a)) {
    if (!isJsonObject(b)) return false;
    return [...attribute.subAttributes.values()].every((sub) => sameValue(sub, a[sub.name], b[sub.name]));
  }
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  if (attribute.type === 'dateTime') {
    const instant = parseDateTime(a);
    return instant !== undefined && instant === parseDateTime(b);
  }
  return attribute.type === 'string' && !attribute.caseExact && comparisonKey(a) === comparisonKey(b);
}
