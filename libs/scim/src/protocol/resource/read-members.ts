import { ScimError } from '../error/scim-error.js';
import type { MemberReference } from '../patch/membership.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonValue } from '../schema/json.js';
import { DEFAULT_READ_LIMITS, type ReadContext } from './read-context.js';
import { readElement } from './read-attribute-value.js';

/**
 * Reads the value of a detached list (Group.members) as references, each id once. `value` wins over `$ref`; with
 * `$ref` alone the id is its last path segment (D-12). `null` and `[]` are the empty list. Whether the ids exist is
 * for the store to say.
 *
 * @throws ScimError invalidValue for an element without id; invalidSyntax; 413 above the limit of members
 */
export function readMembers(attribute: Attribute, value: JsonValue, context: ReadContext): MemberReference[] {
  const list = listOf(attribute, value, context);
  const limit = context.limits.arrayLength ?? DEFAULT_READ_LIMITS.arrayLength;
  if (list.length > limit) {
    throw ScimError.payloadTooLarge(`${attribute.path} may have at most ${limit} elements in one request.`);
  }
  const members = new Map<string, MemberReference>();
  for (const element of list) {
    const member = readMember(attribute, element, context);
    // The first one stands; a later one may only add the type.
    if (members.get(member.id)?.type === undefined) members.set(member.id, member);
  }
  return [...members.values()];
}

/**
 * Reads one element of a detached list.
 *
 * @throws ScimError invalidValue for an element that has neither `value` nor `$ref`; invalidSyntax
 */
export function readMember(attribute: Attribute, element: JsonValue, context: ReadContext): MemberReference {
  const read = readElement(attribute, element, context);
  const value = isJsonObject(read) ? read['value'] : undefined;
  const reference = isJsonObject(read) ? read['$ref'] : undefined;
  const id = typeof value === 'string' && value !== '' ? value : idOfReference(reference);
  if (id === undefined)
    throw ScimError.invalidValue(`Each element of ${attribute.path} needs a value: the member's id.`);
  const type = isJsonObject(read) ? canonicalType(attribute, read['type']) : undefined;
  return type === undefined ? { id } : { id, type };
}

/**
 * Refuses a group as its own member (D-13). Longer circles are allowed; who expands memberships has to end in them.
 *
 * @throws ScimError invalidValue
 */
export function refuseSelfMembership(groupId: string, members: readonly MemberReference[]): void {
  if (members.some((member) => member.id === groupId)) {
    throw ScimError.invalidValue('A group cannot be a member of itself.');
  }
}

function listOf(attribute: Attribute, value: JsonValue, { leniency }: ReadContext): JsonValue[] {
  if (Array.isArray(value)) return value;
  if (value === null) return [];
  if (value === '' && leniency.tolerates('emptyStrings')) {
    leniency.applied('emptyStrings');
    return [];
  }
  if (!leniency.tolerates('singleForList')) {
    throw ScimError.invalidValue(`${attribute.path} is multi-valued; send a JSON array.`);
  }
  leniency.applied('singleForList');
  return [value];
}

/** `Users/123`, `https://host/scim/v2/Users/123/` and `../Users/123?x` all name 123. */
function idOfReference(reference: JsonValue | undefined): string | undefined {
  if (typeof reference !== 'string') return undefined;
  const path = reference.split(/[?#]/, 1)[0] ?? '';
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const segment = path.slice(path.lastIndexOf('/', end - 1) + 1, end);
  try {
    return decodeURIComponent(segment) || undefined;
  } catch {
    return undefined;
  }
}

/** The type in the schema's spelling. One that the schema does not know is ignored: the id decides (D-12). */
function canonicalType(attribute: Attribute, type: JsonValue | undefined): string | undefined {
  if (typeof type !== 'string') return undefined;
  const lower = type.toLowerCase();
  return attribute.sub('type')?.definition.canonicalValues?.find((known) => known.toLowerCase() === lower);
}
