import { ScimError } from '../error/scim-error.js';
import { readAttributeValue, readElement } from '../resource/read-attribute-value.js';
import type { ReadContext } from '../resource/read-context.js';
import { refuseRepeatedNames } from '../resource/repeated-names.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonValue } from '../schema/json.js';
import { partOf, withPart } from './complex-value.js';
import { isUneditable } from './element-identity.js';
import { permitted } from './mutability.js';
import type { WriteVerb } from './patch-operation.js';
import { appendToList, replaceList } from './write-list.js';

/**
 * The value of an attribute after `add` or `replace` of `sent`: the very `present` when nothing changes, undefined
 * when it ends up unassigned. Nothing to assign (null, an empty list) leaves it alone under `add` and clears
 * it under `replace` (RP-05).
 *
 * @throws ScimError mutability, invalidValue, invalidSyntax
 */
export function writeValue(
  attribute: Attribute,
  verb: WriteVerb,
  present: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  return permitted(attribute, present, nextValue(attribute, verb, present, sent, context));
}

function nextValue(
  attribute: Attribute,
  verb: WriteVerb,
  present: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  if (attribute.multiValued) {
    if (verb === 'replace') return replaceList(attribute, present, sent, context);
    const merge = (known: JsonValue, added: JsonValue): JsonValue =>
      mergeElement(attribute, known, added, context);
    return appendToList(attribute, present, sent, merge, context);
  }
  if (attribute.complex) {
    const whole = verb === 'replace' && context.leniency.demands('wholeComplexReplace');
    return mergeComplex(attribute, verb, whole ? serverParts(attribute, present) : present, sent, context);
  }
  const value = readAttributeValue(attribute, sent, context);
  return value === undefined && verb === 'add' ? present : value;
}

/** What a client cannot send and so does not take away by leaving it out. */
function serverParts(attribute: Attribute, present: JsonValue | undefined): JsonValue | undefined {
  let kept: JsonValue | undefined;
  for (const { name, mutability } of attribute.subAttributes.values()) {
    const part = partOf(present, name);
    if (part === undefined || mutability === 'readWrite' || mutability === 'writeOnly') continue;
    kept = withPart(kept, name, part);
  }
  return kept;
}

/**
 * A complex value, or one element of a list, after the listed sub-attributes were written and the others kept
 * (RFC 7644 §3.5.2.1, §3.5.2.3). Undefined when nothing is left in it.
 *
 * @throws ScimError mutability, invalidValue, invalidSyntax
 */
export function mergeComplex(
  attribute: Attribute,
  verb: WriteVerb,
  present: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  const parts = isJsonObject(sent) ? sent : readElement(attribute, sent, context);
  if (!isJsonObject(parts)) return verb === 'add' ? present : undefined;
  let next = present;
  let spelledExactly = true;
  let namesReference = false;
  for (const [name, part] of Object.entries(parts)) {
    const sub = attribute.sub(name);
    if (sub?.name !== name && spelledExactly) {
      refuseRepeatedNames(parts, attribute.path);
      spelledExactly = false;
    }
    if (!sub) ignoreUnknown(attribute.path, `${attribute.path}.${name}`, context);
    else if (!isIgnored(attribute, sub, context)) {
      namesReference ||= sub.name === '$ref';
      next = writePart(sub, verb, next, part, context);
    }
  }
  return namesReference ? next : withoutStaleReference(attribute, present, next);
}

/**
 * A complex value or element after one of its sub-attributes was written, the way to it created.
 *
 * @throws ScimError mutability, invalidValue, invalidSyntax
 */
export function writeSubAttribute(
  sub: Attribute,
  verb: WriteVerb,
  present: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  const next = writePart(sub, verb, present, sent, context);
  return sub.name === '$ref' || !sub.parent ? next : withoutStaleReference(sub.parent, present, next);
}

/** What makes the two the same stays as it is spelled; the other parts are taken over. */
function mergeElement(
  attribute: Attribute,
  known: JsonValue,
  added: JsonValue,
  context: ReadContext,
): JsonValue {
  if (!isJsonObject(added) || isUneditable(attribute)) return known;
  let merged: JsonValue | undefined = known;
  for (const sub of attribute.subAttributes.values()) {
    const part = partOf(added, sub.name);
    if (part === undefined || sub.name === 'value' || sub.name === 'type') continue;
    merged = writePart(sub, 'add', merged, part, context);
  }
  return merged ?? known;
}

function writePart(
  sub: Attribute,
  verb: WriteVerb,
  holder: JsonValue | undefined,
  sent: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  const before = partOf(holder, sub.name);
  const after = writeValue(sub, verb, before, sent, context);
  return after === before ? holder : withPart(holder, sub.name, after);
}

/** Clients send whole objects back; what in them is the server's own is left out, or must be equal (strict). */
function isIgnored(attribute: Attribute, sub: Attribute, { leniency }: ReadContext): boolean {
  if (sub.mutability !== 'readOnly' || attribute.mutability === 'readOnly') return false;
  if (!leniency.tolerates('readOnlyInPathless')) return false;
  leniency.applied('readOnlyInPathless');
  return true;
}

/** `$ref` belongs to the `value` that it was sent with and means someone else once that changes (D-12). */
function withoutStaleReference(
  attribute: Attribute,
  present: JsonValue | undefined,
  next: JsonValue | undefined,
): JsonValue | undefined {
  if (next === present || !attribute.sub('$ref') || partOf(next, '$ref') === undefined) return next;
  const before = partOf(present, 'value');
  return before === undefined || before === partOf(next, 'value') ? next : withPart(next, '$ref', undefined);
}

/**
 * D-19: members that no schema defines are dropped, or refused. The refusal quotes no names, they may hold anything.
 *
 * @throws ScimError invalidSyntax without the tolerance `unknownAttributes`
 */
export function ignoreUnknown(where: string, path: string, { leniency }: ReadContext): void {
  if (!leniency.tolerates('unknownAttributes')) {
    throw ScimError.invalidSyntax(`${where} holds an attribute that its schema does not define.`);
  }
  leniency.applied('unknownAttributes', path);
}
