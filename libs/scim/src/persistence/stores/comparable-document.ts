import { comparableText } from '../../protocol/filter/comparison-rule.js';
import { elementsOf, valueAt } from '../../protocol/filter/document-values.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { parseDateTime } from '../../protocol/text/date-time.js';

/**
 * A document as filters compare it, for databases that can compute neither comparison keys nor instants: texts whose case
 * does not count are their comparison keys, moments are milliseconds since 1970, lists are always lists, and what no
 * filter can name is left out. Keys are those of the document.
 */
export function comparableDocument(type: ResourceType, document: JsonObject): JsonObject {
  const comparable: JsonObject = {};
  for (const attribute of type.topLevel()) {
    if (attribute.computed || attribute.detached || attribute.returned === 'never') continue;
    const value = comparableValue(attribute, valueAt(document, attribute.keys));
    if (value !== undefined) put(comparable, attribute.keys, value);
  }
  return comparable;
}

function comparableValue(attribute: Attribute, value: JsonValue | undefined): JsonValue | undefined {
  const elements = elementsOf(value);
  if (attribute.multiValued) {
    return elements.flatMap((element) => comparableElement(attribute, element) ?? []);
  }
  return elements[0] === undefined ? undefined : comparableElement(attribute, elements[0]);
}

function comparableElement(attribute: Attribute, value: JsonValue): JsonValue | undefined {
  if (attribute.complex) return isJsonObject(value) ? comparableObject(attribute, value) : undefined;
  if (typeof value === 'object') return undefined;
  if (typeof value !== 'string') return value;
  if (attribute.type !== 'dateTime') return comparableText(attribute, value);
  // A text that is no moment is there all the same, for `pr`.
  return parseDateTime(value) ?? value;
}

function comparableObject(attribute: Attribute, value: JsonObject): JsonObject {
  const comparable: JsonObject = {};
  for (const sub of attribute.subAttributes.values()) {
    const part = comparableValue(sub, valueAt(value, [sub.name]));
    if (part !== undefined) comparable[sub.name] = part;
  }
  return comparable;
}

/** Along one or two keys: those of extensions begin with the URN. */
function put(document: JsonObject, keys: readonly string[], value: JsonValue): void {
  const last = keys.at(-1)!;
  let object = document;
  for (const key of keys.slice(0, -1)) {
    const inner = object[key];
    object = isJsonObject(inner) ? inner : (object[key] = {});
  }
  object[last] = value;
}
