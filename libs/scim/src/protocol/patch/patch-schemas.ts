import { ScimError } from '../error/scim-error.js';
import { evaluateElement } from '../filter/evaluate-filter.js';
import type { PatchPath } from '../filter/parse-path.js';
import { readAttributeValue } from '../resource/read-attribute-value.js';
import type { ReadContext } from '../resource/read-context.js';
import type { Attribute } from '../schema/attribute.js';
import type { JsonValue } from '../schema/json.js';
import type { CompiledExtension, ResourceType } from '../schema/resource-type.js';
import type { PatchOperation } from './patch-operation.js';
import { requireRemoveByValue } from './write-list.js';

/** An operation on `schemas`, seen as what it asks for: the list follows the data, it is not data itself (D-06). */
export type SchemasPath = Exclude<PatchPath, { kind: 'extension' }>;

/**
 * Which extensions an operation on `schemas` drops. Adding a URN does nothing by itself: it is listed once there is
 * data. Removing one drops its data (RM-19), and so does leaving it out of a replacement (RP-23).
 *
 * @param holds whether the resource has data of the extension at this point
 * @throws ScimError mutability when the base schema would go; invalidValue for a URN that the type does not have
 */
export function extensionsDropped(
  type: ResourceType,
  path: SchemasPath,
  { op, value }: PatchOperation,
  holds: (extension: CompiledExtension) => boolean,
  context: ReadContext,
): readonly CompiledExtension[] {
  const present = [...type.extensions.values()].filter(holds);
  if (path.kind === 'valuePath') {
    const selected = [type.schema.id, ...present.map(({ urn }) => urn)].filter((urn) =>
      evaluateElement(path.filter, urn),
    );
    if (op !== 'remove') throw fixed();
    return without(type, present, selected);
  }
  if (op === 'remove') {
    if (value === undefined || value === null) throw fixed();
    requireRemoveByValue(path.attribute, context);
    return without(type, present, readUrns(path.attribute, value, context));
  }
  if (value === undefined) throw ScimError.invalidValue('The operation on schemas needs a value.');
  const named = new Set(readUrns(path.attribute, value, context).map((urn) => urn.toLowerCase()));
  refuseUnknown(type, named, context);
  if (op === 'add') return [];
  if (!named.has(type.schema.id.toLowerCase())) throw fixed();
  return present.filter(({ urn }) => !named.has(urn.toLowerCase()));
}

function without(
  type: ResourceType,
  present: readonly CompiledExtension[],
  urns: readonly string[],
): CompiledExtension[] {
  const named = new Set(urns.map((urn) => urn.toLowerCase()));
  if (named.has(type.schema.id.toLowerCase())) throw fixed();
  return present.filter(({ urn }) => named.has(urn.toLowerCase()));
}

function readUrns(attribute: Attribute, value: JsonValue, context: ReadContext): string[] {
  const read = readAttributeValue(attribute, Array.isArray(value) ? value : [value], context);
  return Array.isArray(read) ? read.filter((urn) => typeof urn === 'string') : [];
}

function refuseUnknown(type: ResourceType, urns: ReadonlySet<string>, { leniency }: ReadContext): void {
  for (const urn of urns) {
    if (urn === type.schema.id.toLowerCase() || type.extensions.has(urn)) continue;
    if (!leniency.tolerates('unknownSchemas')) {
      throw ScimError.invalidValue(`schemas may only hold URNs that ${type.name} has.`);
    }
    leniency.applied('unknownSchemas');
  }
}

function fixed(): ScimError {
  return ScimError.mutability('schemas always holds the base schema of the resource type.');
}
