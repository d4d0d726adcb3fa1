import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/schema-urns.js';
import { entityTag } from './entity-tag.js';
import { Projection } from './projection.js';
import { schemasOf } from './resource-schemas.js';

/** What the server knows of a resource besides its content. */
export interface RepresentationHead {
  readonly id: string;
  readonly version: number;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly lastModified: string;
}

/** What is computed for each answer; undefined where it was not needed (`needsOf`) or there is none. */
export interface RepresentationExtras {
  /** Elements of User.groups. */
  readonly groups?: readonly JsonObject[];
  /** Elements of Group.members. */
  readonly members?: readonly JsonObject[];
  /** displayName of the enterprise extension's manager. */
  readonly managerDisplayName?: string;
}

export interface RepresentOptions {
  /** Write `meta.version`. */
  readonly etag: boolean;
}

/** What has to be fetched before a projection can be answered (P-3.9-10). */
export interface RepresentationNeeds {
  readonly groups: boolean;
  readonly members: boolean;
  readonly managerDisplayName: boolean;
}

const defaultNeeds = new WeakMap<ResourceType, RepresentationNeeds>();

/** Which extras the projection wants for resources of that type. */
export function needsOf(type: ResourceType, projection: Projection): RepresentationNeeds {
  if (projection !== Projection.default) return findNeeds(type, projection);
  let needs = defaultNeeds.get(type);
  if (!needs) defaultNeeds.set(type, (needs = findNeeds(type, projection)));
  return needs;
}

function findNeeds(type: ResourceType, projection: Projection): RepresentationNeeds {
  const wants = (attribute: Attribute | undefined): boolean =>
    attribute !== undefined && projection.includes(attribute);
  const groups = type.attribute('groups');
  const members = type.attribute('members');
  return {
    groups: groups?.computed === true && wants(groups),
    members: members?.detached === true && wants(members),
    managerDisplayName: wants(managerDisplayName(type)),
  };
}

/**
 * The representation of a resource that a client gets: `schemas`, `id`, `externalId`, the stored attributes, computed
 * and detached ones, `meta`. What is unassigned is left out, except `members`: a group without members says `[]`
 * (D-14). Attributes that the schema does not know any more are left out. The document is not changed.
 *
 * @param projection for the answer to a write, made with `withRequested`
 * @param location absolute address of the resource
 */
export function represent(
  type: ResourceType,
  head: RepresentationHead,
  document: JsonObject,
  extras: RepresentationExtras,
  projection: Projection,
  location: string,
  options: RepresentOptions,
): JsonObject {
  const result: JsonObject = { schemas: schemasOf(type, document), id: head.id };
  copy('externalId', document, type.attributes, projection, result);
  for (const name of Object.keys(document)) {
    const extension = type.extensions.get(name.toLowerCase());
    if (!extension) {
      if (name !== 'externalId' && name !== 'schemas')
        copy(name, document, type.attributes, projection, result);
      continue;
    }
    const data = document[name];
    const part: JsonObject = {};
    if (isJsonObject(data))
      for (const inner of Object.keys(data)) copy(inner, data, extension.attributes, projection, part);
    if (Object.keys(part).length > 0) result[name] = part;
  }
  addManagerDisplayName(type, result, document, extras, projection);
  addComputed(type, result, extras, projection);
  const meta = type.attributes.get('meta')!;
  if (projection.includes(meta)) {
    const value = projected(meta, metaOf(type, head, location, options), projection);
    if (value !== undefined) result['meta'] = value;
  }
  return result;
}

/** `meta` of a resource (RFC 7643 §3.1). */
export function metaOf(
  type: ResourceType,
  head: RepresentationHead,
  location: string,
  options: RepresentOptions,
): JsonObject {
  const { created, lastModified, version } = head;
  const meta = { resourceType: type.name, created, lastModified, location };
  return options.etag ? { ...meta, version: entityTag(version) } : meta;
}

/** The sub-attribute manager.displayName of the enterprise extension, when the type has it and computes it. */
export function managerDisplayName(type: ResourceType): Attribute | undefined {
  const name = type.extension(ENTERPRISE_USER_SCHEMA)?.attributes.get('manager')?.sub('displayName');
  return name?.computed ? name : undefined;
}

function copy(
  name: string,
  holder: JsonObject,
  attributes: ReadonlyMap<string, Attribute>,
  projection: Projection,
  result: JsonObject,
): void {
  const attribute = attributes.get(name.toLowerCase());
  const value = holder[name];
  if (!attribute || attribute.computed || attribute.detached || value === undefined) return;
  if (!projection.includes(attribute)) return;
  const part = projected(attribute, value, projection);
  if (part !== undefined) result[attribute.name] = part;
}

/** The value with the sub-attributes that the projection includes; undefined when nothing is left. */
function projected(attribute: Attribute, value: JsonValue, projection: Projection): JsonValue | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const elements = value.map((element) => projected(attribute, element, projection));
    const left = elements.filter((element) => element !== undefined);
    return left.length > 0 ? left : undefined;
  }
  if (!isJsonObject(value)) return value;
  const part: JsonObject = {};
  for (const sub of attribute.subAttributes.values()) {
    const inner = value[sub.name];
    if (inner !== undefined && inner !== null && projection.includes(sub)) part[sub.name] = inner;
  }
  return Object.keys(part).length > 0 ? part : undefined;
}

function addComputed(
  type: ResourceType,
  result: JsonObject,
  extras: RepresentationExtras,
  projection: Projection,
): void {
  const groups = type.attributes.get('groups');
  if (extras.groups && groups?.computed && projection.includes(groups)) {
    const value = projected(groups, [...extras.groups], projection);
    if (value !== undefined) result['groups'] = value;
  }
  const members = type.attributes.get('members');
  if (members?.detached && projection.includes(members)) {
    result['members'] = projected(members, [...(extras.members ?? [])], projection) ?? [];
  }
}

function addManagerDisplayName(
  type: ResourceType,
  result: JsonObject,
  document: JsonObject,
  { managerDisplayName: displayName }: RepresentationExtras,
  projection: Projection,
): void {
  const attribute = displayName === undefined ? undefined : managerDisplayName(type);
  if (displayName === undefined || !attribute?.parent || !projection.includes(attribute)) return;
  const [urn, manager] = attribute.keys as [string, string];
  const stored = document[urn];
  if (!isJsonObject(stored) || !isJsonObject(stored[manager])) return;
  const extension = result[urn];
  const shown = isJsonObject(extension) ? extension : {};
  const parts = shown[manager];
  result[urn] = { ...shown, [manager]: { ...(isJsonObject(parts) ? parts : {}), displayName } };
}
