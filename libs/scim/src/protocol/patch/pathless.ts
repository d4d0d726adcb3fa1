import { ScimError } from '../error/scim-error.js';
import { parsePath, type PatchPath } from '../filter/parse-path.js';
import type { ReadContext } from '../resource/read-context.js';
import { refuseRepeatedNames } from '../resource/repeated-names.js';
import { resolveAttribute } from '../schema/attribute-notation.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { CompiledExtension, ResourceType } from '../schema/resource-type.js';
import { ignoreUnknown } from './write-value.js';

/** One member of a path-less value: what its name stands for, and the value for it. */
export interface PathlessPart {
  readonly path: PatchPath;
  readonly value: JsonValue;
}

/**
 * Takes a path-less value apart: each member is an operation of its own on what its name stands for (A-01 to A-06,
 * RP-01, RP-02). Members below the base schema's own URN count as attributes of the resource (D-20).
 *
 * @throws ScimError invalidValue when it is no object; invalidSyntax for unknown names (strict)
 */
export function* expandPathless(
  type: ResourceType,
  value: JsonValue | undefined,
  context: ReadContext,
): Iterable<PathlessPart> {
  if (!isJsonObject(value)) {
    throw ScimError.invalidValue('An operation without path needs an object of attributes as value.');
  }
  refuseRepeatedNames(value, 'The value of the operation');
  for (const [name, part] of Object.entries(value)) {
    if (name.toLowerCase() === type.schema.id.toLowerCase()) yield* expandBase(type, part, context);
    else yield* expandMember(type, name, part, context);
  }
}

/**
 * Takes the value for a whole extension apart, likewise.
 *
 * @throws ScimError invalidValue when it is no object; invalidSyntax for unknown names (strict)
 */
export function* expandExtension(
  type: ResourceType,
  extension: CompiledExtension,
  value: JsonValue,
  context: ReadContext,
): Iterable<PathlessPart> {
  if (!isJsonObject(value)) throw ScimError.invalidValue(`${extension.urn} must be a JSON object.`);
  refuseRepeatedNames(value, extension.urn);
  for (const [name, part] of Object.entries(value)) {
    const attribute = extension.attributes.get(name.toLowerCase());
    const path = attribute ? attributePath(attribute) : pathOf(type, `${extension.urn}:${name}`, context);
    if (path) yield { path, value: part };
    else ignoreUnknown(extension.urn, `${extension.urn}:${name}`, context);
  }
}

function* expandBase(type: ResourceType, value: JsonValue, context: ReadContext): Iterable<PathlessPart> {
  if (value === null) return;
  if (!isJsonObject(value)) throw ScimError.invalidValue(`${type.schema.id} must be a JSON object.`);
  for (const [name, part] of Object.entries(value as JsonObject)) {
    yield* expandMember(type, name, part, context);
  }
}

function* expandMember(
  type: ResourceType,
  name: string,
  value: JsonValue,
  context: ReadContext,
): Iterable<PathlessPart> {
  const path = resolveName(type, name, context);
  if (!path) return ignoreUnknown('The value of the operation', name, context);
  if (!isServerOwned(path, context)) yield { path, value };
}

function resolveName(type: ResourceType, name: string, context: ReadContext): PatchPath | undefined {
  const attribute = type.attribute(name);
  if (attribute) return attributePath(attribute);
  const extension = type.extension(name);
  if (extension) return { kind: 'extension', extension };
  if (name.slice(0, 4).toLowerCase() === 'urn:') {
    const reference = resolveAttribute(type, name);
    if (reference?.kind === 'attribute' && !reference.attribute.parent) return reference;
  }
  return pathOf(type, name, context);
}

/** Entra names sub-attributes and value paths as keys: `name.givenName`, `emails[type eq "work"].value`. */
function pathOf(type: ResourceType, name: string, { leniency }: ReadContext): PatchPath | undefined {
  if (!leniency.tolerates('pathsAsKeys')) return undefined;
  try {
    const path = parsePath(name, type, leniency);
    if (path) leniency.applied('pathsAsKeys');
    return path;
  } catch (error) {
    // A name that is no path is just an unknown one; a broken filter is a mistake that must show.
    if (error instanceof ScimError && !name.includes('[')) return undefined;
    throw error;
  }
}

function attributePath(attribute: Attribute): PatchPath {
  return { kind: 'attribute', attribute };
}

/** authentik sends the whole resource, Okta the group's `id`: what the server owns is left alone. */
function isServerOwned(path: PatchPath, { leniency }: ReadContext): boolean {
  if (path.kind === 'extension' || !leniency.tolerates('readOnlyInPathless')) return false;
  const top = path.attribute.parent ?? path.attribute;
  if (top.mutability !== 'readOnly' && top.path !== 'schemas') return false;
  leniency.applied('readOnlyInPathless');
  return true;
}
