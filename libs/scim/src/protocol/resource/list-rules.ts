import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import { comparisonKey } from '../text/comparison-key.js';
import type { ReadContext } from './read-context.js';

/**
 * Tells which elements of a list to keep: with the tolerance `hollowElements`, those that hold more than `type` and
 * `primary` (Okta sends `{"type":"work","primary":true}` for an address book entry without address).
 */
export function withoutHollowElements(
  attribute: Attribute,
): (element: JsonValue, context: ReadContext) => boolean {
  if (!attribute.complex || !attribute.sub('type')) return () => true;
  const own = [...attribute.subAttributes.values()].map((sub) => sub.name);
  if (own.every((name) => name === 'type' || name === 'primary')) return () => true;
  return (element, { leniency }) => {
    if (!isJsonObject(element) || 'value' in element) return true;
    for (const name in element) if (name !== 'type' && name !== 'primary') return true;
    if (!leniency.tolerates('hollowElements')) return true;
    leniency.applied('hollowElements');
    return false;
  };
}

/**
 * Reduces elements with the same `type` and `value` to one that has the members of all, the first winning
 * (RFC 7643 §2.4). Values are compared by the attribute's own case rule; elements without `value` are kept.
 */
export function mergeEqualElements(attribute: Attribute): (elements: JsonValue[]) => JsonValue[] {
  const keyOf = elementKey(attribute);
  if (!keyOf) return (elements) => elements;
  return (elements) => {
    const kept = new Map<string | symbol, JsonValue>();
    for (const element of elements) {
      const key = keyOf(element) ?? Symbol();
      const first = kept.get(key);
      kept.set(key, first === undefined ? element : merge(first, element));
    }
    return kept.size === elements.length ? elements : [...kept.values()];
  };
}

function merge(first: JsonValue, second: JsonValue): JsonValue {
  if (!isJsonObject(first) || !isJsonObject(second)) return first;
  const merged = { ...second, ...first };
  if (second['primary'] === true) merged['primary'] = true;
  return merged;
}

function elementKey(attribute: Attribute): ((element: JsonValue) => string | undefined) | undefined {
  if (!attribute.complex) return (element) => simpleKey(attribute, element);
  const value = attribute.sub('value');
  if (!value || value.complex || value.multiValued) return undefined;
  const type = attribute.sub('type');
  return (element) => {
    if (!isJsonObject(element) || element['value'] === undefined) return undefined;
    const typeKey = type && element['type'] !== undefined ? simpleKey(type, element['type']) : '';
    // U+0000 is in no text that was read.
    return `${typeKey}\0${simpleKey(value, element['value'])}`;
  };
}

function simpleKey(attribute: Attribute, value: JsonValue): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return attribute.caseExact || attribute.type !== 'string' ? value : comparisonKey(value);
}

/**
 * At most one element may be primary (RFC 7643 §2.4). With the tolerance `severalPrimaries` the first keeps the mark.
 *
 * @throws ScimError invalidValue without that tolerance
 */
export function keepOnePrimary(
  attribute: Attribute,
  elements: JsonValue[],
  { leniency }: ReadContext,
): JsonValue[] {
  if (countPrimaries(elements) < 2) return elements;
  if (!leniency.tolerates('severalPrimaries')) throw severalPrimaries(attribute);
  leniency.applied('severalPrimaries');
  let found = false;
  return elements.map((element) => {
    if (!isPrimary(element)) return element;
    if (!found) {
      found = true;
      return element;
    }
    const { primary: _, ...rest } = element;
    return rest;
  });
}

/** @throws ScimError invalidValue when more than one element is primary */
export function requireOnePrimary(attribute: Attribute, elements: readonly JsonValue[]): void {
  if (countPrimaries(elements) > 1) throw severalPrimaries(attribute);
}

function severalPrimaries(attribute: Attribute): ScimError {
  return ScimError.invalidValue(`${attribute.path} may have at most one element with primary true.`);
}

function countPrimaries(elements: readonly JsonValue[]): number {
  let count = 0;
  for (const element of elements) if (isPrimary(element)) count++;
  return count;
}

function isPrimary(element: JsonValue): element is JsonObject {
  return isJsonObject(element) && element['primary'] === true;
}
