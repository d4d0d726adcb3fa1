import { ScimError } from '../error/scim-error.js';
import { sameValue } from '../resource/same-value.js';
import type { Attribute } from '../schema/attribute.js';
import type { JsonValue } from '../schema/json.js';

/**
 * The value that an attribute may really take: `next`, where its mutability allows the step from `present`. A
 * read-only or immutable value that stays the same is no change (D-41, RFC 7644 §3.5.2.1 and §3.5.2.3).
 *
 * @throws ScimError mutability
 */
export function permitted(
  attribute: Attribute,
  present: JsonValue | undefined,
  next: JsonValue | undefined,
): JsonValue | undefined {
  if (next === present) return present;
  switch (attribute.mutability) {
    case 'readOnly':
      if (sameValue(attribute, present, next)) return present;
      throw ScimError.mutability(`${attribute.path} is read-only.`);
    case 'immutable':
      if (present === undefined) return next;
      if (sameValue(attribute, present, next)) return present;
      throw ScimError.mutability(`${attribute.path} is immutable and has a value already.`);
    default:
      return next;
  }
}

/**
 * Whether there is something to remove.
 *
 * @throws ScimError mutability for a read-only attribute, and for an immutable one that has a value
 */
export function removable(attribute: Attribute, present: JsonValue | undefined): boolean {
  if (attribute.mutability === 'readOnly') throw ScimError.mutability(`${attribute.path} is read-only.`);
  if (present === undefined) return false;
  if (attribute.mutability === 'immutable') {
    throw ScimError.mutability(`${attribute.path} is immutable and cannot be removed.`);
  }
  return true;
}
