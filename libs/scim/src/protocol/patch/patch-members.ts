import { ScimError } from '../error/scim-error.js';
import type { Filter } from '../filter/ast.js';
import type { PatchPath } from '../filter/parse-path.js';
import type { ReadContext } from '../resource/read-context.js';
import { readMember, readMembers } from '../resource/read-members.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonValue } from '../schema/json.js';
import type { MemberReference } from './membership.js';
import type { MembershipFold } from './membership-fold.js';
import type { PatchOperation } from './patch-operation.js';
import { type ElementsPath, requireOneMatch, requireSubAttribute } from './write-elements.js';
import { requireArray, requireRemoveByValue } from './write-list.js';

type MembersPath = Exclude<PatchPath, { kind: 'extension' }>;

/**
 * Folds one operation on a detached list (Group.members), whose elements are not at hand: they live in a table of
 * their own, may be many, and are never read for a PATCH. Elements come and go but are never edited (RP-20).
 *
 * @throws ScimError mutability, invalidValue, invalidSyntax
 */
export function foldMembers(
  path: MembersPath,
  { op, value }: PatchOperation,
  fold: MembershipFold,
  context: ReadContext,
): void {
  if (path.kind === 'valuePath') return foldSelected(path, { op, value }, fold, context);
  const { attribute } = path;
  if (attribute.parent) throw notEditable(attribute);
  if (op === 'remove') return foldRemoval(attribute, value, fold, context);
  if (value === undefined) throw valueMissing(attribute);
  const members = readList(attribute, value, context);
  if (op === 'add') fold.add(members);
  else fold.replace(members);
}

/** Without a value all go (RM-09). With one, those it names: none named means none removed (RM-10). */
function foldRemoval(
  attribute: Attribute,
  value: JsonValue | undefined,
  fold: MembershipFold,
  context: ReadContext,
): void {
  if (value === undefined || value === null) return fold.replace([]);
  requireRemoveByValue(attribute, context);
  const named = (Array.isArray(value) ? value : [value]).map((element) =>
    typeof element === 'string' ? { value: element } : element,
  );
  fold.remove(readMembers(attribute, named, context).map(({ id }) => id));
}

function foldSelected(
  path: ElementsPath,
  { op, value }: PatchOperation,
  fold: MembershipFold,
  context: ReadContext,
): void {
  const ids = idsOf(path.source);
  // The members are not at hand: a filter that is no choice of one id may select several.
  requireOneMatch(path.attribute, ids?.length ?? Number.POSITIVE_INFINITY, context);
  if (op !== 'remove') requireSubAttribute(path, context);
  if (path.sub) return checkPart(path.sub, ids, op, value);
  if (op === 'remove' || (op === 'replace' && isNothing(value, context))) {
    if (ids) fold.remove(ids);
    else fold.removeWhere(path.filter);
  } else if (value === undefined) {
    fold.add(membersOfPathAlone(path.attribute, op, ids, context));
  } else if (!isNothing(value, context)) {
    fold.add([describedMember(path.attribute, ids, value, context)]);
  }
}

/** The id in the filter sent again as `value` is no change; everything else would edit an element. */
function checkPart(
  sub: Attribute,
  ids: readonly string[] | undefined,
  op: PatchOperation['op'],
  value: JsonValue | undefined,
): void {
  const same = op !== 'remove' && sub.name === 'value' && ids?.length === 1 && ids[0] === value;
  if (!same) throw notEditable(sub);
}

/** Entra: `add members[value eq "x"]` without a value adds x. */
function membersOfPathAlone(
  attribute: Attribute,
  op: PatchOperation['op'],
  ids: readonly string[] | undefined,
  { leniency }: ReadContext,
): MemberReference[] {
  if (op !== 'add' || !ids || !leniency.tolerates('addByPathAlone')) throw valueMissing(attribute);
  leniency.applied('addByPathAlone');
  return ids.map((id) => ({ id }));
}

/** A value that fits the id in the filter: no change to a member, and the making of one who is not there. */
function describedMember(
  attribute: Attribute,
  ids: readonly string[] | undefined,
  value: JsonValue,
  context: ReadContext,
): MemberReference {
  const id = ids?.length === 1 ? ids[0] : undefined;
  const sent = Array.isArray(value) && value.length === 1 ? value[0]! : value;
  if (id === undefined || !isJsonObject(sent) || !context.leniency.tolerates('createByValuePath')) {
    throw notEditable(attribute);
  }
  const named = Object.keys(sent).some((name) => name.toLowerCase() === 'value');
  const member = readMember(attribute, named ? sent : { ...sent, value: id }, context);
  if (member.id !== id) throw notEditable(attribute);
  context.leniency.applied('createByValuePath');
  return member;
}

/** The ids that a filter chooses: `value eq` terms, joined by `or`. Undefined for any other filter. */
function idsOf(source: Filter): readonly string[] | undefined {
  if (source.kind === 'compare') {
    const { path, operator, value } = source;
    return path.toLowerCase() === 'value' && operator === 'eq' && typeof value === 'string'
      ? [value]
      : undefined;
  }
  if (source.kind !== 'or') return undefined;
  const ids = source.operands.map(idsOf);
  return ids.every((some) => some !== undefined) ? ids.flat() : undefined;
}

function isNothing(value: JsonValue | undefined, { leniency }: ReadContext): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  return value === '' && leniency.tolerates('emptyStrings');
}

/** A single object counts as a list of one (A-14, RP-09). */
function readList(attribute: Attribute, value: JsonValue, context: ReadContext): MemberReference[] {
  requireArray(attribute, value, context);
  return readMembers(attribute, isJsonObject(value) ? [value] : value, context);
}

function notEditable(attribute: Attribute): ScimError {
  return ScimError.mutability(`${attribute.path} cannot be edited; add and remove elements instead.`);
}

function valueMissing(attribute: Attribute): ScimError {
  return ScimError.invalidValue(`The operation on ${attribute.path} needs a value.`);
}
