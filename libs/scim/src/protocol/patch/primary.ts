import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';

/**
 * At most one element may be primary (RFC 7643 §2.4). The elements at `chosen` are those that an operation has
 * written: where one of them is primary, all others lose the mark (RFC 7644 §3.5.2).
 *
 * @throws ScimError invalidValue when the operation has made several elements primary
 */
export function settlePrimary(
  attribute: Attribute,
  elements: readonly JsonValue[],
  chosen: ReadonlySet<number>,
): readonly JsonValue[] {
  const primaries = elements.flatMap((element, index) => (isPrimary(element) ? [index] : []));
  if (primaries.length < 2) return elements;
  const winners = primaries.filter((index) => chosen.has(index));
  if (winners.length > 1) {
    throw ScimError.invalidValue(`${attribute.path} may have at most one element with primary true.`);
  }
  if (winners.length === 0) return elements;
  return elements.map((element, index) =>
    index !== winners[0] && isPrimary(element) ? { ...element, primary: false } : element,
  );
}

/** Whether the element carries `primary: true`. */
export function isPrimary(element: JsonValue): element is JsonObject {
  return isJsonObject(element) && element['primary'] === true;
}
