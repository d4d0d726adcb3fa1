import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { requireOnePrimary } from './list-rules.js';
import { DEFAULT_READ_LIMITS, type ReadLimits } from './read-context.js';

export interface CheckOptions {
  /** Never-returned attributes; without it, required ones among them are not looked for. @default undefined */
  readonly concealed?: JsonObject;
  /** @default DEFAULT_READ_LIMITS */
  readonly limits?: ReadLimits;
}

/**
 * Checks what must hold for a resource after any change: required attributes and extensions are there, lists have
 * at most one primary element and are within their limit (RFC 7643 §2.2, §2.4, §6).
 *
 * @throws ScimError invalidValue, naming the attribute
 */
export function checkResource(type: ResourceType, document: JsonObject, options: CheckOptions = {}): void {
  const { concealed, limits = DEFAULT_READ_LIMITS } = options;
  checkAttributes(toCheck(type.attributes), document, concealed, limits);
  for (const { urn, required, attributes } of type.extensions.values()) {
    const data = document[urn];
    const hidden = concealed?.[urn];
    if (!isJsonObject(data) && !isJsonObject(hidden)) {
      if (required) throw ScimError.invalidValue(`${type.name} requires the extension ${urn}.`);
      continue;
    }
    checkAttributes(toCheck(attributes), objectOr(data), concealed && objectOr(hidden), limits);
  }
}

/** By the attributes of a base schema or extension; these live as long as the application. */
const checked = new WeakMap<ReadonlyMap<string, Attribute>, readonly Attribute[]>();

/** The attributes for which there is a rule. Read-only ones come from the server, detached ones live elsewhere. */
function toCheck(attributes: ReadonlyMap<string, Attribute>): readonly Attribute[] {
  let list = checked.get(attributes);
  if (!list) {
    list = [...attributes.values()].filter((attribute) => {
      if (attribute.mutability === 'readOnly' || attribute.detached || attribute.path === 'schemas')
        return false;
      return attribute.required || attribute.multiValued || requiredParts(attribute).length > 0;
    });
    checked.set(attributes, list);
  }
  return list;
}

function requiredParts(attribute: Attribute): Attribute[] {
  return [...attribute.subAttributes.values()].filter((sub) => sub.required && sub.mutability !== 'readOnly');
}

function objectOr(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function checkAttributes(
  attributes: readonly Attribute[],
  document: JsonObject,
  concealed: JsonObject | undefined,
  limits: ReadLimits,
): void {
  for (const attribute of attributes) {
    const holder = attribute.returned === 'never' ? concealed : document;
    if (!holder) continue;
    const value = holder[attribute.name];
    if (value !== undefined && !isBlank(value)) checkValue(attribute, value, limits);
    else if (attribute.required) throw ScimError.invalidValue(`${attribute.path} is required.`);
  }
}

function checkValue(attribute: Attribute, value: JsonValue, limits: ReadLimits): void {
  if (Array.isArray(value)) {
    if (value.length > limits.values) {
      throw ScimError.invalidValue(`${attribute.path} may have at most ${limits.values} values.`);
    }
    if (attribute.complex) requireOnePrimary(attribute, value);
  }
  for (const sub of attribute.subAttributes.values()) {
    if (!sub.required || sub.mutability === 'readOnly') continue;
    for (const element of Array.isArray(value) ? value : [value]) {
      const part = isJsonObject(element) ? element[sub.name] : undefined;
      if (part === undefined || isBlank(part)) throw ScimError.invalidValue(`${sub.path} is required.`);
    }
  }
}

/** Null, an empty list or object, and text of nothing but white space hold no value (RFC 7643 §2.5). */
function isBlank(value: JsonValue): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
