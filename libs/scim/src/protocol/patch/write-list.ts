import { ScimError } from '../error/scim-error.js';
import { mergeEqualElements, requireOnePrimary } from '../resource/list-rules.js';
import { readElement } from '../resource/read-attribute-value.js';
import type { ReadContext } from '../resource/read-context.js';
import type { Attribute } from '../schema/attribute.js';
import type { JsonValue } from '../schema/json.js';
import { partOf, withPart } from './complex-value.js';
import { identityOf, typeOf, valueOf } from './element-identity.js';
import { isPrimary, settlePrimary } from './primary.js';

/** Elements of a list attribute; the empty list when it is unassigned. */
export function elementsIn(present: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(present) ? present : [];
}

/** The list as a value: undefined when it is empty, and the very `present` when it holds the same elements. */
export function asList(
  present: JsonValue | undefined,
  elements: readonly JsonValue[],
): JsonValue[] | undefined {
  const before = elementsIn(present);
  if (elements.length === before.length && elements.every((element, index) => element === before[index])) {
    return Array.isArray(present) && present.length > 0 ? present : undefined;
  }
  return elements.length > 0 ? [...elements] : undefined;
}

/**
 * A list after `replace` without a filter (RP-08 to RP-10). A single value counts as a list of one (RP-09).
 *
 * @throws ScimError invalidValue, invalidSyntax
 */
export function replaceList(
  attribute: Attribute,
  present: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue[] | undefined {
  const elements = mergeEqualElements(attribute)(readList(attribute, sent, context));
  return asList(present, withServerParts(attribute, elementsIn(present), elements));
}

/**
 * A list after `add` without a filter: what is there already is merged, the rest appended.
 *
 * @param merge an element of the list together with one that is the same
 * @throws ScimError invalidValue, mutability, invalidSyntax
 */
export function appendToList(
  attribute: Attribute,
  present: JsonValue | undefined,
  sent: JsonValue,
  merge: (known: JsonValue, added: JsonValue) => JsonValue,
  context: ReadContext,
): JsonValue[] | undefined {
  const elements = [...elementsIn(present)];
  const places = new Map<string, number>();
  for (const [index, element] of elements.entries()) {
    const identity = identityOf(attribute, element);
    if (!places.has(identity)) places.set(identity, index);
  }
  const primary = new Set<number>();
  for (const element of readList(attribute, sent, context)) {
    const identity = identityOf(attribute, element);
    const place = places.get(identity) ?? elements.length;
    places.set(identity, place);
    const known = elements[place];
    elements[place] = known === undefined ? element : merge(known, element);
    if (isPrimary(element)) primary.add(place);
  }
  checkLength(attribute, elements, context);
  return asList(present, settlePrimary(attribute, elements, primary));
}

/** @throws ScimError invalidValue when the list is longer than one attribute may be */
export function checkLength(
  attribute: Attribute,
  elements: readonly JsonValue[],
  { limits }: ReadContext,
): void {
  if (elements.length > limits.values) {
    throw ScimError.invalidValue(`${attribute.path} may have at most ${limits.values} values.`);
  }
}

/**
 * A list after `remove` with a value: Entra, authentik and others name the elements to remove that way (RM-10). An
 * element is named by its `value` (and its `type`, where both have one), or by everything it holds. No element
 * named means none removed, never all.
 *
 * @throws ScimError invalidSyntax without the tolerance `removeByValue`; invalidValue
 */
export function removeByValue(
  attribute: Attribute,
  present: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue[] | undefined {
  requireRemoveByValue(attribute, context);
  const types = new Map<string, Set<string | undefined>>();
  const whole = new Set<string>();
  for (const element of readNamed(attribute, sent, context)) {
    const value = valueOf(attribute, element);
    if (value === undefined) whole.add(identityOf(attribute, element));
    else types.set(value, (types.get(value) ?? new Set()).add(typeOf(attribute, element)));
  }
  const isNamed = (element: JsonValue): boolean => {
    const value = valueOf(attribute, element);
    const named = value === undefined ? undefined : types.get(value);
    if (!named) return value === undefined && whole.has(identityOf(attribute, element));
    const type = typeOf(attribute, element);
    return type === undefined || named.has(undefined) || named.has(type);
  };
  return asList(
    present,
    elementsIn(present).filter((element) => !isNamed(element)),
  );
}

/** @throws ScimError invalidSyntax when `remove` may not have a value */
export function requireRemoveByValue(attribute: Attribute, { leniency }: ReadContext): void {
  if (!leniency.tolerates('removeByValue')) {
    throw ScimError.invalidSyntax(
      `Remove takes no value; select the elements with a filter: ${attribute.path}[...].`,
    );
  }
  leniency.applied('removeByValue');
}

/** Elements as named for removal: a bare value stands for the element that has it. */
function readNamed(attribute: Attribute, sent: JsonValue, context: ReadContext): JsonValue[] {
  const byValue = attribute.complex && attribute.sub('value') !== undefined;
  const list = (Array.isArray(sent) ? sent : [sent]).map((element) =>
    byValue && typeof element === 'string' ? { value: element } : element,
  );
  return readElements(attribute, list, context);
}

function readElements(attribute: Attribute, list: readonly JsonValue[], context: ReadContext): JsonValue[] {
  const elements: JsonValue[] = [];
  for (const sent of list) {
    const element = readElement(attribute, sent, context);
    if (element !== undefined) elements.push(element);
  }
  return elements;
}

/** @throws ScimError invalidValue where the profile wants an array and this is none */
export function requireArray(attribute: Attribute, sent: JsonValue, { leniency }: ReadContext): void {
  if (Array.isArray(sent) || sent === null || !leniency.demands('arrayForMultiValued')) return;
  throw ScimError.invalidValue(`${attribute.path} is multi-valued; send a JSON array.`);
}

function readList(attribute: Attribute, sent: JsonValue, context: ReadContext): JsonValue[] {
  requireArray(attribute, sent, context);
  const list = Array.isArray(sent) ? sent : [sent];
  checkLength(attribute, list, context);
  const elements = readElements(attribute, list, context);
  // Unlike in POST and PUT no tolerance here: which of two is meant to win cannot be told (A-18, RP-10).
  if (attribute.complex) requireOnePrimary(attribute, elements);
  return elements;
}

/** Read-only parts of an element stay with it when the list is replaced: the client could not send them. */
function withServerParts(
  attribute: Attribute,
  present: readonly JsonValue[],
  elements: readonly JsonValue[],
): readonly JsonValue[] {
  const owned = [...attribute.subAttributes.values()].filter((sub) => sub.mutability === 'readOnly');
  if (owned.length === 0 || attribute.mutability === 'readOnly') return elements;
  const known = new Map(present.map((element) => [identityOf(attribute, element), element] as const));
  return elements.map((element) => {
    const before = known.get(identityOf(attribute, element));
    return owned.reduce((next, { name }) => {
      const part = partOf(before, name);
      return part === undefined ? next : (withPart(next, name, part) ?? next);
    }, element);
  });
}
