import fc from 'fast-check';
import type { Attribute } from '../../schema/attribute.js';
import type { JsonObject, JsonValue } from '../../schema/json.js';
import type { ResourceType } from '../../schema/resource-type.js';
import { simpleValueArbitrary } from './value-arbitrary.js';

/**
 * Attributes that a stored document holds: no `id`, `schemas`, `meta`, nothing computed, kept elsewhere or never
 * returned. The default of both arbitraries; callers add the rest to the document themselves.
 */
export function isStored(attribute: Attribute): boolean {
  if (attribute.detached || attribute.computed || attribute.returned === 'never') return false;
  return attribute.schema !== undefined || attribute.name === 'externalId';
}

/**
 * Normalised documents of a resource type: canonical names, nothing empty, at most one primary, extension data under
 * its URN, required attributes there and all others often missing. Unique attributes are not made unique.
 */
export function documentArbitrary(
  resourceType: ResourceType,
  include: (attribute: Attribute) => boolean = isStored,
): fc.Arbitrary<JsonObject> {
  const base = objectOf([...resourceType.attributes.values()].filter(include));
  const extensions = [...resourceType.extensions.values()].map((extension) =>
    fc
      .option(objectOf([...extension.attributes.values()].filter(include)), { nil: undefined })
      .map((value) => (value && Object.keys(value).length > 0 ? { [extension.urn]: value } : {})),
  );
  return fc.tuple(base, ...extensions).map((parts) => Object.assign({}, ...parts) as JsonObject);
}

function objectOf(attributes: readonly Attribute[]): fc.Arbitrary<JsonObject> {
  const members = attributes.map((attribute) =>
    memberArbitrary(attribute).map((value): JsonObject =>
      value === undefined ? {} : { [attribute.name]: value },
    ),
  );
  return fc.tuple(...members).map((parts) => Object.assign({}, ...parts) as JsonObject);
}

function memberArbitrary(attribute: Attribute): fc.Arbitrary<JsonValue | undefined> {
  const value = attribute.multiValued ? listOf(attribute) : elementArbitrary(attribute);
  return (attribute.required ? value : fc.option(value, { nil: undefined })).map((made) =>
    isNothing(made) ? undefined : made,
  );
}

function elementArbitrary(attribute: Attribute): fc.Arbitrary<JsonValue> {
  if (!attribute.complex) return simpleValueArbitrary(attribute);
  return objectOf([...attribute.subAttributes.values()].filter((sub) => sub.returned !== 'never'));
}

function listOf(attribute: Attribute): fc.Arbitrary<JsonValue> {
  return fc
    .array(elementArbitrary(attribute), { minLength: 1, maxLength: 3 })
    .map((elements) => onePrimary(elements.filter((element) => !isNothing(element))));
}

/** At most one element is primary (RFC 7643 §2.4). */
function onePrimary(elements: JsonValue[]): JsonValue[] {
  let found = false;
  return elements.map((element) => {
    if (typeof element !== 'object' || element === null || Array.isArray(element) || !element.primary)
      return element;
    const kept = found ? { ...element, primary: false } : element;
    found = true;
    return kept;
  });
}

function isNothing(value: JsonValue | undefined): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}
