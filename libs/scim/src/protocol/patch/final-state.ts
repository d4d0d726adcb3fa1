import { ScimError } from '../error/scim-error.js';
import { withoutHollowElements } from '../resource/list-rules.js';
import type { ReadContext } from '../resource/read-context.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonValue } from '../schema/json.js';
import type { CompiledExtension, ResourceType } from '../schema/resource-type.js';
import type { PatchDraft } from './patch-draft.js';
import { elementsIn } from './write-list.js';

/** What `remove` operations have taken away, for telling whose fault a missing value is. */
export interface Removals {
  readonly attributes: ReadonlySet<Attribute>;
  readonly extensions: ReadonlySet<CompiledExtension>;
}

/**
 * Drops what is left hollow by the operations: Entra clears an address by writing "" to its parts and leaves the
 * `type` behind. Elements that no operation has touched stay.
 */
export function dropHollowElements(draft: PatchDraft, context: ReadContext): void {
  for (const attribute of [...draft.writtenAttributes]) {
    const elements = draft.get(attribute);
    if (!attribute.complex || !Array.isArray(elements)) continue;
    const before = new Set(elementsIn(draft.original(attribute)));
    const keeps = withoutHollowElements(attribute);
    const kept = elements.filter((element) => before.has(element) || keeps(element, context));
    if (kept.length < elements.length) draft.put(attribute, kept.length > 0 ? kept : undefined);
  }
}

/**
 * Judges what is required on the result of all operations (D-33): `mutability` where an operation has removed it
 * (RM-04, RM-12, RM-15, RM-17), `invalidValue` where one has written nothing (RP-05). Only what the request has
 * written is judged: a rule that was added to the schema later must not keep a leaver active.
 *
 * @throws ScimError mutability, invalidValue
 */
export function checkFinalState(type: ResourceType, draft: PatchDraft, removals: Removals): void {
  const written = new Set(draft.writtenAttributes);
  for (const attribute of written) {
    const value = draft.get(attribute);
    if (value !== undefined) checkParts(attribute, value, draft.original(attribute), removals);
    else if (attribute.required && attribute.extensionUrn === undefined) throw missing(attribute, removals);
  }
  for (const extension of type.extensions.values()) {
    const attributes = [...extension.attributes.values()];
    if (attributes.some((attribute) => written.has(attribute))) {
      checkExtension(type, extension, draft, written, removals);
    }
  }
}

/** What an extension requires is required of resources that have the extension (RFC 7643 §6). */
function checkExtension(
  type: ResourceType,
  extension: CompiledExtension,
  draft: PatchDraft,
  written: ReadonlySet<Attribute>,
  removals: Removals,
): void {
  const attributes = [...extension.attributes.values()];
  if (attributes.every((attribute) => draft.get(attribute) === undefined)) {
    if (!extension.required) return;
    const detail = `${type.name} requires the extension ${extension.urn}.`;
    const removed = removals.extensions.has(extension) || attributes.some((a) => removals.attributes.has(a));
    throw removed ? ScimError.mutability(detail) : ScimError.invalidValue(detail);
  }
  const isNew = attributes.every((attribute) => draft.original(attribute) === undefined);
  for (const attribute of attributes) {
    const judged =
      attribute.required && attribute.mutability !== 'readOnly' && (isNew || written.has(attribute));
    if (judged && draft.get(attribute) === undefined) throw missing(attribute, removals);
  }
}

function checkParts(
  attribute: Attribute,
  value: JsonValue,
  original: JsonValue | undefined,
  removals: Removals,
): void {
  const required = [...attribute.subAttributes.values()].filter(
    (sub) => sub.required && sub.mutability !== 'readOnly',
  );
  if (required.length === 0) return;
  const before = new Set(Array.isArray(original) ? original : [original]);
  for (const element of Array.isArray(value) ? value : [value]) {
    if (before.has(element) || !isJsonObject(element)) continue;
    for (const sub of required) if (!Object.hasOwn(element, sub.name)) throw missing(sub, removals);
  }
}

function missing(attribute: Attribute, { attributes }: Removals): ScimError {
  return attributes.has(attribute)
    ? ScimError.mutability(`${attribute.path} is required and cannot be removed.`)
    : ScimError.invalidValue(`${attribute.path} is required.`);
}
