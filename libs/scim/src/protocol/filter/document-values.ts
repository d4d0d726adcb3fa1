import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';

/** Elements of a value: of a list each one, of anything else itself, of nothing none. */
export function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The value that the document holds under the attribute's own keys; undefined when any of them is missing. */
export function valueAt(document: JsonObject, keys: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const key of keys) value = member(value, key);
  return value;
}

/**
 * Values of an attribute in a document, one for each element that leads to it. An element that lacks the
 * sub-attribute gives `null`.
 */
export function valuesInDocument(document: JsonObject, attribute: Attribute): readonly JsonValue[] {
  if (!attribute.parent?.multiValued) return elementsOf(valueAt(document, attribute.keys));
  const elements = elementsOf(valueAt(document, attribute.parent.keys));
  return elements.flatMap((element) => valuesInElement(element, attribute));
}

/** The same inside one element: of a sub-attribute, or the element itself where the list is simple. */
export function valuesInElement(element: JsonValue, attribute: Attribute): readonly JsonValue[] {
  if (!isJsonObject(element)) return attribute.parent?.multiValued ? [null] : [element];
  const values = elementsOf(member(element, attribute.name));
  return values.length > 0 ? values : [null];
}

/**
 * Whether there is something (P-3.4.2.2-18): null, the empty string, an empty list and an object without any filled
 * member are nothing.
 */
export function isPresent(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some((part) => isPresent(part as JsonValue));
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
