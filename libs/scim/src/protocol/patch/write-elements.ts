import { ScimError } from '../error/scim-error.js';
import { evaluateElement } from '../filter/evaluate-filter.js';
import { equalityTerms, type EqualityTerm, type PatchPath } from '../filter/parse-path.js';
import { readElement } from '../resource/read-attribute-value.js';
import type { ReadContext } from '../resource/read-context.js';
import type { Attribute } from '../schema/attribute.js';
import type { JsonValue } from '../schema/json.js';
import { partOf, withPart } from './complex-value.js';
import { removable } from './mutability.js';
import type { WriteVerb } from './patch-operation.js';
import { settlePrimary } from './primary.js';
import { asList, checkLength, elementsIn } from './write-list.js';
import { mergeComplex, writeSubAttribute } from './write-value.js';

/** The path of a value filter: `emails[type eq "work"]`, perhaps with a sub-attribute. */
export type ElementsPath = Extract<PatchPath, { kind: 'valuePath' }>;

/**
 * A list after `add` or `replace` on the elements that a filter selects (A-20 to A-22, RP-12 to RP-17). `sent` is
 * undefined when the operation has no value.
 *
 * @throws ScimError noTarget when the filter selects nothing and no element may be made for it
 * @throws ScimError mutability, invalidValue, invalidSyntax
 */
export function writeElements(
  path: ElementsPath,
  verb: WriteVerb,
  present: JsonValue | undefined,
  sent: JsonValue | undefined,
  context: ReadContext,
): JsonValue[] | undefined {
  const { attribute, filter, sub } = path;
  requireSubAttribute(path, context);
  const elements = elementsIn(present);
  const value = sent ?? valueOfPathAlone(path, verb, sent, context);
  const matches = new Set(
    elements.flatMap((element, index) => (evaluateElement(filter, element) ? [index] : [])),
  );
  requireOneMatch(path.attribute, matches.size, context);
  if (matches.size === 0) return asList(present, withNewElement(path, elements, value, context));
  if (!sub && isNothing(value, context)) {
    return asList(present, verb === 'add' ? elements : elements.filter((_, index) => !matches.has(index)));
  }
  const rewritten = elements.map((element, index) =>
    matches.has(index) ? writeElement(path, verb, element, value, context) : element,
  );
  return asList(present, settled(attribute, rewritten, matches));
}

/**
 * A list after `add` or `replace` on a sub-attribute of every element: `emails.type` (A-23, RP-18).
 *
 * @throws ScimError noTarget when the list is empty; mutability, invalidValue
 */
export function writeEveryElement(
  attribute: Attribute,
  sub: Attribute,
  verb: WriteVerb,
  present: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue[] | undefined {
  const elements = elementsIn(present);
  if (elements.length === 0) {
    if (isNothing(sent, context)) return undefined;
    throw ScimError.noTarget(`${attribute.path} has no elements in which ${sub.name} could be set.`);
  }
  const rewritten = elements.map((element) => writeSubAttribute(sub, verb, element, sent, context));
  return asList(present, settled(attribute, rewritten, new Set(elements.keys())));
}

/**
 * A list after `remove` of the elements that a filter selects, or of one sub-attribute in each of them
 * (RM-11 to RM-15). Nothing selected is no change (RM-13).
 *
 * @throws ScimError mutability
 */
export function removeElements(
  path: ElementsPath,
  present: JsonValue | undefined,
  context: ReadContext,
): JsonValue[] | undefined {
  const { attribute, filter, sub } = path;
  const selected = new Set(elementsIn(present).filter((element) => evaluateElement(filter, element)));
  requireOneMatch(attribute, selected.size, context);
  if (sub) return removeParts(sub, present, (element) => selected.has(element));
  return asList(
    present,
    elementsIn(present).filter((element) => !selected.has(element)),
  );
}

/** @throws ScimError invalidPath where the profile wants a sub-attribute behind the brackets and there is none */
export function requireSubAttribute({ attribute, sub }: ElementsPath, { leniency }: ReadContext): void {
  if (sub || !leniency.demands('subAttributeAfterFilter')) return;
  throw ScimError.invalidPath(`A filter on ${attribute.path} must be followed by a sub-attribute.`);
}

/** @throws ScimError invalidFilter where the profile wants one element and the filter selects several */
export function requireOneMatch(attribute: Attribute, matches: number, { leniency }: ReadContext): void {
  if (matches < 2 || !leniency.demands('oneMatch')) return;
  throw ScimError.invalidFilter(`The filter must select one element of ${attribute.path}, not several.`);
}

/**
 * A list after one sub-attribute was removed from the selected elements; an element with nothing left goes (RM-14).
 *
 * @throws ScimError mutability
 */
export function removeParts(
  sub: Attribute,
  present: JsonValue | undefined,
  selects: (element: JsonValue) => boolean,
): JsonValue[] | undefined {
  const elements: JsonValue[] = [];
  for (const element of elementsIn(present)) {
    const rest =
      selects(element) && removable(sub, partOf(element, sub.name))
        ? withPart(element, sub.name, undefined)
        : element;
    if (rest !== undefined) elements.push(rest);
    else if (sub.required) throw ScimError.mutability(`${sub.path} is required and cannot be removed.`);
  }
  return asList(present, elements);
}

/** Entra: `add members[value eq "x"]` without a value means the element that the filter describes. */
function valueOfPathAlone(
  { attribute, source, sub }: ElementsPath,
  verb: WriteVerb,
  sent: null | undefined,
  { leniency }: ReadContext,
): JsonValue {
  if (sent === null) return null;
  if (verb !== 'add' || sub || !leniency.tolerates('addByPathAlone') || !equalityTerms(source)) {
    throw ScimError.invalidValue(`The operation on ${(sub ?? attribute).path} needs a value.`);
  }
  leniency.applied('addByPathAlone');
  return {};
}

function isNothing(value: JsonValue, { leniency }: ReadContext): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  if (value !== '' || !leniency.tolerates('emptyStrings')) return false;
  leniency.applied('emptyStrings');
  return true;
}

function writeElement(
  { attribute, sub }: ElementsPath,
  verb: WriteVerb,
  element: JsonValue,
  sent: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  if (sub) return writeSubAttribute(sub, verb, element, sent, context);
  const value = Array.isArray(sent) && sent.length === 1 ? sent[0]! : sent;
  return attribute.complex
    ? mergeComplex(attribute, verb, element, value, context)
    : readElement(attribute, value, context);
}

/** Elements left empty go; where the operation has made one primary, the others lose the mark. */
function settled(
  attribute: Attribute,
  rewritten: readonly (JsonValue | undefined)[],
  written: ReadonlySet<number>,
): readonly JsonValue[] {
  const elements: JsonValue[] = [];
  const chosen = new Set<number>();
  for (const [index, element] of rewritten.entries()) {
    if (element === undefined) continue;
    if (written.has(index)) chosen.add(elements.length);
    elements.push(element);
  }
  return settlePrimary(attribute, elements, chosen);
}

/**
 * Entra writes `emails[type eq "work"].value` before there is such an element and counts on it being made of the
 * terms of the filter (A-22, RP-14, RP-16).
 */
function withNewElement(
  path: ElementsPath,
  elements: readonly JsonValue[],
  sent: JsonValue,
  context: ReadContext,
): readonly JsonValue[] {
  const { attribute, source } = path;
  const terms = equalityTerms(source);
  if (!terms || !context.leniency.tolerates('createByValuePath')) {
    throw ScimError.noTarget(`No element of ${attribute.path} matches the filter of the path.`);
  }
  if (isNothing(sent, context)) return elements;
  const element = newElement(path, terms, sent, context);
  if (element === undefined) return elements;
  context.leniency.applied('createByValuePath');
  const longer = [...elements, element];
  checkLength(attribute, longer, context);
  return settlePrimary(attribute, longer, new Set([elements.length]));
}

function newElement(
  path: ElementsPath,
  terms: readonly EqualityTerm[],
  sent: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  const { attribute } = path;
  if (!attribute.complex) return readElement(attribute, sent, context);
  let element: JsonValue | undefined;
  for (const term of terms) {
    const sub = attribute.sub(term.path.slice(term.path.lastIndexOf('.') + 1));
    if (!sub) throw ScimError.noTarget(`No element of ${attribute.path} matches the filter of the path.`);
    element = writeSubAttribute(sub, 'add', element, term.value, context);
  }
  return writeElement(path, 'replace', element ?? {}, sent, context);
}
