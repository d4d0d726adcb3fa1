import { ScimError } from '../protocol/error/scim-error.js';
import type { PatchOperation } from '../protocol/patch/patch-operation.js';
import type { ReadResource } from '../protocol/resource/read-resource.js';
import { resolveAttribute } from '../protocol/schema/attribute-notation.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/schema/json.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import { opaqueString } from '../protocol/text/opaque-string.js';
import type { ScimPasswordKeeper } from './password-keeper.js';

const PASSWORD = 'password';

/** The resource with what the keeper made of its password; nothing behind this sees the clear text. */
export async function keepPassword(read: ReadResource, keeper: ScimPasswordKeeper): Promise<ReadResource> {
  const { password } = read.concealed;
  if (typeof password !== 'string') return read;
  return { ...read, concealed: { ...read.concealed, password: await kept(password, keeper) } };
}

/**
 * That a password about to be stored went through the keeper, whatever form the request had.
 * @throws ScimError invalidValue
 */
export function refuseClearText(
  before: JsonObject,
  after: JsonObject,
  operations: readonly PatchOperation[],
  kept: readonly PatchOperation[],
): void {
  const { password } = after;
  if (typeof password !== 'string' || password === before[PASSWORD]) return;
  // Where the keeper changed nothing, the value that was applied is the one that was sent.
  const untouched = operations.every(
    ({ value }, i) => value === kept[i]?.value || sameJson(value, kept[i]?.value),
  );
  if (untouched) throw ScimError.invalidValue('password must be sent by its own path or name.');
}

/** The same for the operations of a PATCH, by path and inside path-less values. */
export function keepPatchedPasswords(
  type: ResourceType,
  operations: readonly PatchOperation[],
  keeper: ScimPasswordKeeper,
): Promise<PatchOperation[]> {
  return Promise.all(
    operations.map(async (operation) => {
      const { path, value } = operation;
      if (path !== undefined && !isCoreSchema(type, path)) {
        return isPassword(type, path) ? { ...operation, value: await keptValue(value, keeper) } : operation;
      }
      return isJsonObject(value)
        ? { ...operation, value: await keptMembers(type, value, keeper) }
        : operation;
    }),
  );
}

async function keptMembers(
  type: ResourceType,
  value: JsonObject,
  keeper: ScimPasswordKeeper,
): Promise<JsonObject> {
  const entries = Object.entries(value).map(async ([name, member]): Promise<[string, JsonValue]> => {
    if (isPassword(type, name)) return [name, (await keptValue(member, keeper)) ?? null];
    const nested = isCoreSchema(type, name) && isJsonObject(member);
    return [name, nested ? await keptMembers(type, member, keeper) : member];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The base schema's URN stands for the resource itself, as path and as key (D-20). */
function isCoreSchema(type: ResourceType, name: string): boolean {
  return name.toLowerCase() === type.schema.id.toLowerCase();
}

/** A list of one, as some clients send it, included; anything else is for the validation to refuse. */
async function keptValue(
  value: JsonValue | undefined,
  keeper: ScimPasswordKeeper,
): Promise<JsonValue | undefined> {
  if (Array.isArray(value)) {
    return Promise.all(value.map(async (element) => (await keptValue(element, keeper)) ?? null));
  }
  return typeof value === 'string' && value !== '' ? kept(value, keeper) : value;
}

function isPassword(type: ResourceType, notation: string): boolean {
  const reference = resolveAttribute(type, notation);
  return reference?.kind === 'attribute' && reference.attribute.path === PASSWORD;
}

async function kept(password: string, keeper: ScimPasswordKeeper): Promise<string> {
  const prepared = opaqueString(password);
  if (prepared === undefined)
    throw ScimError.invalidValue('password is empty or holds characters that are not allowed.');
  return keeper.keep(prepared);
}

function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
