import type { Attribute } from '../schema/attribute.js';
import type { ResourceType } from '../schema/resource-type.js';
import { entityTag } from './entity-tag.js';
import { managerDisplayName, type RepresentationHead, type RepresentOptions } from './represent.js';

/**
 * Extras of a spliced representation: JSON of the elements with commas between them. What is undefined is left out;
 * an empty `groups` is too, `members` says `[]`.
 */
export interface SpliceExtras {
  readonly groups?: string;
  readonly members?: string;
}

const spliceableTypes = new WeakMap<ResourceType, boolean>();

/**
 * Whether the stored JSON text of such a resource can be answered without parsing: nothing in it is returned on
 * request only, no computed value has to be put into it, and it holds nothing that the type hides. For a projection
 * that `keepsDocument`.
 */
export function canSplice(type: ResourceType, json: string): boolean {
  let spliceable = spliceableTypes.get(type);
  if (spliceable === undefined) spliceableTypes.set(type, (spliceable = isSpliceable(type)));
  // A quote within a JSON string is escaped, so this text is a whole key or value. Finding one too many costs a parse.
  if (!spliceable || (json.includes('"manager"') && managerDisplayName(type) !== undefined)) return false;
  return type.hidden.every((urn) => !json.includes(`"${urn}"`));
}

/**
 * The representation of a stored resource with all that is stored, as JSON text: `id` goes behind `schemas`, computed values and
 * `meta` to the end. Only for types and texts that `canSplice` accepts.
 *
 * @param json object as stored, at least `{"schemas":[…]}`
 */
export function spliceJson(
  type: ResourceType,
  json: string,
  head: RepresentationHead,
  extras: SpliceExtras,
  location: string,
  options: RepresentOptions,
): string {
  const { before, after } = splice(type, json, head, location, options);
  const groups = extras.groups ? `,"groups":[${extras.groups}]` : '';
  const members = extras.members === undefined ? '' : `,"members":[${extras.members}]`;
  return `${before}${groups}${members}${after}`;
}

/**
 * The same in two pieces around the elements of `members`, for lists that are streamed: send `before`, the elements
 * with commas between them, `after`.
 */
export function spliceAroundMembers(
  type: ResourceType,
  json: string,
  head: RepresentationHead,
  location: string,
  options: RepresentOptions,
): { readonly before: string; readonly after: string } {
  const { before, after } = splice(type, json, head, location, options);
  return { before: `${before},"members":[`, after: `]${after}` };
}

function splice(
  type: ResourceType,
  json: string,
  head: RepresentationHead,
  location: string,
  options: RepresentOptions,
): { before: string; after: string } {
  const start = json.indexOf('{');
  const end = json.lastIndexOf('}');
  const id = `"id":${JSON.stringify(head.id)}`;
  const after = `,"meta":${metaText(type, head, location, options)}}`;
  // A URN holds no bracket. A database may have moved schemas; then id leads, the order carries no meaning.
  if (json.startsWith('"schemas":[', start + 1)) {
    const afterSchemas = json.indexOf(']', start) + 1;
    return { before: `${json.slice(start, afterSchemas)},${id}${json.slice(afterSchemas, end)}`, after };
  }
  return { before: `{${id},${json.slice(start + 1, end)}`, after };
}

/** JSON of what `metaOf` gives. */
function metaText(
  type: ResourceType,
  { created, lastModified, version }: RepresentationHead,
  location: string,
  { etag }: RepresentOptions,
): string {
  const times = `"created":${JSON.stringify(created)},"lastModified":${JSON.stringify(lastModified)}`;
  const tag = etag ? `,"version":${JSON.stringify(entityTag(version))}` : '';
  return `{"resourceType":${JSON.stringify(type.name)},${times},"location":${JSON.stringify(location)}${tag}}`;
}

function isSpliceable(type: ResourceType): boolean {
  const stored = [...type.topLevel()].filter((attribute) => !attribute.detached && !attribute.computed);
  return stored.every(
    (attribute) => isReturned(attribute) && [...attribute.subAttributes.values()].every(isReturned),
  );
}

/** Never-returned attributes are not in the stored text. */
function isReturned(attribute: Attribute): boolean {
  return attribute.returned !== 'request';
}
