import { ScimError } from '../protocol/error/scim-error.js';
import { valueAt } from '../protocol/filter/document-values.js';
import { sameDocument } from '../protocol/resource/same-value.js';
import type { Attribute } from '../protocol/schema/attribute.js';
import type { JsonObject } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';

interface Content {
  readonly document: JsonObject;
  readonly concealed: JsonObject;
}

/**
 * Holds a caller to the attributes that it may change (P-3.11-06). What counts is the outcome: a value sent back
 * unchanged is no change.
 *
 * @throws ScimError forbidden naming the attribute
 */
export function refuseForeignChanges(
  type: ResourceType,
  changeable: ReadonlySet<Attribute> | undefined,
  before: Content,
  after: Content,
): void {
  if (!changeable) return;
  const check = (attribute: Attribute): void => {
    if (changeable.has(attribute)) return;
    if (isUnchanged(attribute, before, after)) return;
    const parts = attribute.complex && !attribute.multiValued ? [...attribute.subAttributes.values()] : [];
    if (!parts.some((part) => changeable.has(part))) {
      throw ScimError.forbidden(`You may not change ${attribute.path}.`);
    }
    parts.forEach(check);
  };
  for (const attribute of type.topLevel()) {
    // It follows from what else the resource holds.
    if (attribute.path !== 'schemas') check(attribute);
  }
}

/** A complex value may lie in both: what is never returned is kept apart. */
function isUnchanged({ keys }: Attribute, before: Content, after: Content): boolean {
  return (
    sameDocument(valueAt(before.document, keys), valueAt(after.document, keys)) &&
    sameDocument(valueAt(before.concealed, keys), valueAt(after.concealed, keys))
  );
}
