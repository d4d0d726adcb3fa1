import { comparableText } from '../filter/comparison-rule.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonValue } from '../schema/json.js';
import { parseDateTime } from '../text/date-time.js';

/**
 * Text that two elements of a multi-valued attribute share exactly when they are one and the same: by `value`
 * where nothing in an element can be edited, else by type and value, and by everything they hold where there is no
 * value. Letter case counts as the attributes say.
 */
export function identityOf(attribute: Attribute, element: JsonValue): string {
  const value = valueOf(attribute, element);
  if (value === undefined) return `whole ${wholeKey(attribute, element)}`;
  if (isUneditable(attribute)) return `value ${value}`;
  return `value ${value} ${typeOf(attribute, element) ?? ''}`;
}

/** Comparable text of an element's `value`, or of the element itself in a simple list; undefined without value. */
export function valueOf(attribute: Attribute, element: JsonValue): string | undefined {
  if (!attribute.complex) return wholeKey(attribute, element);
  return partKey(attribute, element, 'value');
}

/** Comparable text of an element's `type`; undefined when it has none. */
export function typeOf(attribute: Attribute, element: JsonValue): string | undefined {
  return partKey(attribute, element, 'type');
}

/** Whether elements come and go but are never edited, as in Group.members. */
export function isUneditable(attribute: Attribute): boolean {
  if (!attribute.complex) return false;
  for (const sub of attribute.subAttributes.values()) if (sub.mutability !== 'immutable') return false;
  return true;
}

/** Comparable text of a whole value, member by member in the order of the schema. */
export function wholeKey(attribute: Attribute, value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((element) => wholeKey(attribute, element)).join()}]`;
  if (isJsonObject(value)) {
    const parts: string[] = [];
    for (const sub of attribute.subAttributes.values()) {
      const part = Object.hasOwn(value, sub.name) ? value[sub.name] : undefined;
      if (part !== undefined) parts.push(`${sub.name}:${wholeKey(sub, part)}`);
    }
    return `{${parts.join()}}`;
  }
  if (typeof value !== 'string') return String(value);
  if (attribute.type === 'dateTime') return String(parseDateTime(value) ?? value);
  return JSON.stringify(comparableText(attribute, value));
}

function partKey(attribute: Attribute, element: JsonValue, name: string): string | undefined {
  const sub = attribute.sub(name);
  if (!sub || !isJsonObject(element) || !Object.hasOwn(element, sub.name)) return undefined;
  const part = element[sub.name];
  return part === undefined || part === null ? undefined : wholeKey(sub, part);
}
