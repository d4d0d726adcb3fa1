import { createHash } from 'node:crypto';
import { comparableText } from '../../protocol/filter/comparison-rule.js';
import { elementsOf, valueAt } from '../../protocol/filter/document-values.js';
import type { TypedValue } from '../../protocol/filter/typed-filter.js';
import { sameDocument } from '../../protocol/resource/same-value.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/schema/json.js';
import { parseDateTime } from '../../protocol/text/date-time.js';

/** Row of scim_attribute_value besides tenant and resource. */
export interface ProjectedValue {
  readonly path: string;
  readonly position: number;
  readonly type: string | null;
  readonly value_key: string;
  /** Equal to `value_key` where the attribute must be unique (RFC 7643 §7), else null. */
  readonly unique_key: string | null;
}

const KEY_LENGTH = 255;

/** Whether two documents have the same indexed values. */
export function sameProjection(attributes: readonly Attribute[], a: JsonObject, b: JsonObject): boolean {
  // Mostly what they are made of is the same already.
  if (attributes.every((attribute) => sameDocument(sourceOf(attribute, a), sourceOf(attribute, b))))
    return true;
  return JSON.stringify(project(attributes, a)) === JSON.stringify(project(attributes, b));
}

/** What the document holds under the attribute; of a sub-attribute of a list, the list. */
function sourceOf({ parent, keys }: Attribute, document: JsonObject): JsonValue | undefined {
  return valueAt(document, parent?.multiValued ? parent.keys : keys);
}

/** The indexed values of a document, in a fixed order. */
export function project(attributes: readonly Attribute[], document: JsonObject): ProjectedValue[] {
  return attributes.flatMap((attribute) => {
    const source = elementsOf(sourceOf(attribute, document));
    const values = attribute.parent?.multiValued
      ? source.map((element) => inElement(attribute, element))
      : source.map((value) => ({ value, type: null }));
    const seen = new Set<string>();
    return values.flatMap(({ value, type }, position) => {
      const key = value === undefined ? undefined : storedKey(attribute, value);
      if (key === undefined) return [];
      // One resource may name a value twice; it does not stand in its own way.
      const unique = attribute.uniqueness !== 'none' && !seen.has(key);
      seen.add(key);
      return [{ path: attribute.path, position, type, value_key: key, unique_key: unique ? key : null }];
    });
  });
}

/** The key under which a literal of a filter is found. */
export function literalKey(value: TypedValue): string {
  switch (value.type) {
    case 'text':
      return bounded(value.text);
    case 'number':
      return String(value.number);
    case 'boolean':
      return String(value.boolean);
    case 'instant':
      return String(value.instant);
  }
}

function inElement(attribute: Attribute, element: JsonValue): { value?: JsonValue; type: string | null } {
  if (!isJsonObject(element)) return { type: null };
  const type = valueAt(element, ['type']);
  return {
    value: valueAt(element, [attribute.name]),
    type: typeof type === 'string' ? type.slice(0, KEY_LENGTH) : null,
  };
}

function storedKey(attribute: Attribute, value: JsonValue): string | undefined {
  if (attribute.type === 'dateTime') {
    return typeof value === 'string' ? parseDateTime(value)?.toString() : undefined;
  }
  if (typeof value === 'string') return bounded(comparableText(attribute, value));
  return typeof value === 'object' ? undefined : String(value);
}

/** No index holds texts of any length; a cut one is longer than every whole one, so they never meet. */
function bounded(key: string): string {
  if (key.length <= KEY_LENGTH) return key;
  let start = key.slice(0, KEY_LENGTH);
  // Not between the halves of one character.
  if (/[\ud800-\udbff]$/.test(start)) start = start.slice(0, -1) + '_';
  return `${start}#${createHash('sha256').update(key).digest('hex')}`;
}
