import type { Leniency } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import type { MemberReference } from '../patch/membership.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { checkResource } from './check-resource.js';
import type { ReadLimits } from './read-context.js';
import type { ReadResource } from './read-resource.js';
import { arrangeDocument, schemasOf } from './resource-schemas.js';
import { sameValue } from './same-value.js';

/** Stored content of a resource: what may be returned, and what never is. */
export interface Content {
  readonly document: JsonObject;
  readonly concealed: JsonObject;
}

export interface ReplacedContent extends Content {
  /** Members afterwards; undefined for resource types without a detached list. Not named in the body: none. */
  readonly members?: readonly MemberReference[];
}

/**
 * Content of a new resource: default values for what the body did not mention (a null means: leave it empty, RFC 7644
 * §3.3), then the rules of `checkResource`.
 *
 * @throws ScimError invalidValue
 */
export function completeNewResource(type: ResourceType, read: ReadResource, limits?: ReadLimits): Content {
  let { document } = read;
  const missing = withDefault(type).filter((attribute) => !read.assigned.has(attribute.path));
  if (missing.length > 0) {
    document = { ...document };
    for (const attribute of missing) put(document, attribute, attribute.definition.defaultValue!);
    document['schemas'] = schemasOf(type, document);
  }
  checkResource(type, document, { concealed: read.concealed, limits });
  return { document, concealed: read.concealed };
}

const defaults = new WeakMap<ResourceType, readonly Attribute[]>();

function withDefault(type: ResourceType): readonly Attribute[] {
  let list = defaults.get(type);
  if (!list) {
    list = [...type.topLevel()].filter((attribute) => attribute.definition.defaultValue !== undefined);
    defaults.set(type, list);
  }
  return list;
}

/**
 * Content of a resource after PUT (RFC 7644 §3.5.1, D-31). What the body does not mention is cleared, except:
 * read-only and immutable values, values that are never returned (the client cannot send them back), attributes
 * with a default value (an omitted `active` never reactivates anybody), and with the tolerance
 * `keepExternalIdOnPut` the externalId.
 *
 * @throws ScimError mutability for another value of an immutable attribute; invalidValue
 */
export function replaceResource(
  type: ResourceType,
  current: Content,
  read: ReadResource,
  leniency: Leniency,
  limits?: ReadLimits,
): ReplacedContent {
  const document: JsonObject = {};
  const concealed: JsonObject = {};
  let detached = false;
  for (const attribute of type.topLevel()) {
    if (attribute.path === 'schemas' || attribute.computed) continue;
    if (attribute.detached) {
      detached = true;
      continue;
    }
    const hidden = attribute.returned === 'never';
    const present = valueOf(hidden ? current.concealed : current.document, attribute);
    const sent = valueOf(hidden ? read.concealed : read.document, attribute);
    const value = replacement(attribute, present, sent, read.assigned.has(attribute.path), leniency);
    if (value !== undefined) put(hidden ? concealed : document, attribute, value);
  }
  checkResource(type, document, { concealed, limits });
  const content = { document: arrangeDocument(type, document), concealed };
  return detached ? { ...content, members: read.members ?? [] } : content;
}

function replacement(
  attribute: Attribute,
  present: JsonValue | undefined,
  sent: JsonValue | undefined,
  named: boolean,
  leniency: Leniency,
): JsonValue | undefined {
  if (attribute.mutability === 'readOnly') return present;
  if (attribute.mutability === 'immutable') return immutable(attribute, present, sent, named);
  if (!named) {
    if (attribute.returned === 'never' || attribute.mutability === 'writeOnly') return present;
    if (attribute.definition.defaultValue !== undefined) return present;
    if (
      attribute.path === 'externalId' &&
      present !== undefined &&
      leniency.tolerates('keepExternalIdOnPut')
    ) {
      leniency.applied('keepExternalIdOnPut');
      return present;
    }
  }
  return attribute.complex ? withProtectedParts(attribute, present, sent) : sent;
}

function immutable(
  attribute: Attribute,
  present: JsonValue | undefined,
  sent: JsonValue | undefined,
  named: boolean,
): JsonValue | undefined {
  if (present === undefined) return sent;
  if (!named || sameValue(attribute, present, sent)) return present;
  throw ScimError.mutability(`${attribute.path} is immutable and has another value.`);
}

/**
 * Read-only and immutable sub-attributes outlive the replacement of what holds them. Elements of a list are matched
 * by `value`: new ones come, missing ones go (P-3.5.1-11).
 */
function withProtectedParts(
  attribute: Attribute,
  present: JsonValue | undefined,
  sent: JsonValue | undefined,
): JsonValue | undefined {
  const guarded = [...attribute.subAttributes.values()].filter(
    (sub) => !sub.computed && (sub.mutability === 'readOnly' || sub.mutability === 'immutable'),
  );
  if (guarded.length === 0 || present === undefined) return sent;
  if (!attribute.multiValued) return carry(guarded, present, sent);
  const identity = attribute.sub('value');
  if (!identity || !Array.isArray(sent) || !Array.isArray(present)) return sent;
  return sent.map((element) => {
    const same = present.find((old) => sameElement(identity, old, element));
    return same === undefined ? element : (carry(guarded, same, element) ?? element);
  });
}

function sameElement(identity: Attribute, a: JsonValue, b: JsonValue): boolean {
  if (!isJsonObject(a) || !isJsonObject(b) || a[identity.name] === undefined) return false;
  return sameValue(identity, a[identity.name], b[identity.name]);
}

function carry(guarded: Attribute[], present: JsonValue, sent: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(present)) return sent;
  const result: JsonObject = isJsonObject(sent) ? { ...sent } : {};
  for (const sub of guarded) {
    const old = present[sub.name];
    const value =
      sub.mutability === 'readOnly' ? old : immutable(sub, old, result[sub.name], sub.name in result);
    if (value !== undefined) result[sub.name] = value;
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

function valueOf(holder: JsonObject, { keys }: Attribute): JsonValue | undefined {
  const [first, second] = keys as [string, string | undefined];
  const value = Object.hasOwn(holder, first) ? holder[first] : undefined;
  if (second === undefined) return value;
  return isJsonObject(value) ? value[second] : undefined;
}

function put(holder: JsonObject, { keys }: Attribute, value: JsonValue): void {
  const [first, second] = keys as [string, string | undefined];
  if (second === undefined) {
    holder[first] = value;
    return;
  }
  const extension = holder[first];
  holder[first] = { ...(isJsonObject(extension) ? extension : {}), [second]: value };
}
