import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { ReadContext } from './read-context.js';
import { keepOnePrimary, mergeEqualElements, withoutHollowElements } from './list-rules.js';
import { isEmptyText, simpleReader, type ValueReader } from './read-simple-value.js';
import { refuseRepeatedNames } from './repeated-names.js';

export { DEFAULT_READ_LIMITS, type ReadContext, type ReadLimits } from './read-context.js';

interface Readers {
  readonly whole: ValueReader;
  readonly element: ValueReader;
}

/** Compiled once for each attribute; attributes live as long as the application. */
const compiled = new WeakMap<Attribute, Readers>();

/**
 * Reads the value that a client sent for a whole attribute (a list when it is multi-valued): checks it against the
 * schema, applies the connection's tolerances and returns it with names in the schema's spelling. `null`, `[]`, an
 * object without assigned members and (tolerated) `""` are all undefined: unassigned (RFC 7643 §2.5). Read-only
 * sub-attributes are left out, unless the attribute itself is read-only. Missing required sub-attributes are not
 * looked for, since a PATCH value may be a part: see `checkResource`.
 *
 * @throws ScimError invalidValue, invalidSyntax, naming the attribute
 */
export function readAttributeValue(
  attribute: Attribute,
  value: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  return readersOf(attribute).whole(value, context);
}

/**
 * Reads one element of a multi-valued attribute; for a single-valued one the same as `readAttributeValue`. An
 * element without any assigned member is undefined. Hollow elements are kept here: only whole lists drop them.
 *
 * @throws ScimError invalidValue, invalidSyntax, naming the attribute
 */
export function readElement(
  attribute: Attribute,
  value: JsonValue,
  context: ReadContext,
): JsonValue | undefined {
  return readersOf(attribute).element(value, context);
}

/** The compiled reader behind `readAttributeValue`, for callers that compile themselves. */
export function attributeReader(attribute: Attribute): ValueReader {
  return readersOf(attribute).whole;
}

function readersOf(attribute: Attribute): Readers {
  let readers = compiled.get(attribute);
  if (!readers) {
    readers = compileReaders(attribute);
    compiled.set(attribute, readers);
  }
  return readers;
}

function compileReaders(attribute: Attribute): Readers {
  const single = attribute.complex ? complexReader(attribute) : simpleReader(attribute);
  if (attribute.multiValued) return { element: single, whole: listReader(attribute, single) };
  const whole = singleReader(attribute, single);
  return { element: whole, whole };
}

function singleReader(attribute: Attribute, read: ValueReader): ValueReader {
  const byReference = attribute.complex && attribute.sub('value') !== undefined;
  return (value, context) => {
    if (byReference && !isPlainReference(value)) {
      const reference = tolerateReferenceForms(value, context);
      if (reference !== value) return reference === undefined ? undefined : read(reference, context);
    }
    if (!Array.isArray(value)) return read(value, context);
    if (value.length === 0) return undefined;
    if (value.length === 1 && context.leniency.tolerates('listForSingle')) {
      context.leniency.applied('listForSingle');
      return read(value[0]!, context);
    }
    throw ScimError.invalidValue(`${attribute.path} holds one value; send it without the array.`);
  };
}

function isPlainReference(value: JsonValue): boolean {
  return isJsonObject(value) && value['value'] !== '';
}

/** Entra: a manager as bare id, in an array, or with an empty id to clear it (D-15). */
function tolerateReferenceForms(value: JsonValue, context: ReadContext): JsonValue | undefined {
  const { leniency } = context;
  if (value === null || !leniency.tolerates('managerForms')) return value;
  const inner = Array.isArray(value) && value.length === 1 ? value[0]! : value;
  const id = isJsonObject(inner) ? inner['value'] : inner;
  if (inner === value && typeof id !== 'string') return value;
  leniency.applied('managerForms');
  if (id === '' || id === null) return undefined;
  return typeof inner === 'string' ? { value: inner } : inner;
}

function listReader(attribute: Attribute, read: ValueReader): ValueReader {
  const { path } = attribute;
  const keepElement = withoutHollowElements(attribute);
  const mergeEqual = mergeEqualElements(attribute);
  return (value, context) => {
    if (value === null || isEmptyText(value, context)) return undefined;
    const list = Array.isArray(value) ? value : wrap(attribute, value, context);
    const { values } = context.limits;
    if (list.length > values) throw ScimError.invalidValue(`${path} may have at most ${values} values.`);
    const elements: JsonValue[] = [];
    for (const sent of list) {
      const element = read(sent, context);
      if (element !== undefined && keepElement(element, context)) elements.push(element);
    }
    if (elements.length === 0) return undefined;
    if (elements.length === 1) return elements;
    return keepOnePrimary(attribute, mergeEqual(elements), context);
  };
}

function wrap(attribute: Attribute, value: JsonValue, { leniency }: ReadContext): JsonValue[] {
  if (!leniency.tolerates('singleForList')) {
    throw ScimError.invalidValue(`${attribute.path} is multi-valued; send a JSON array.`);
  }
  leniency.applied('singleForList');
  return [value];
}

interface Member {
  readonly name: string;
  readonly read: ValueReader | undefined;
}

function complexReader(attribute: Attribute): ValueReader {
  const { path } = attribute;
  const members = new Map<string, Member>();
  for (const sub of attribute.subAttributes.values()) {
    const ignored = sub.mutability === 'readOnly' && attribute.mutability !== 'readOnly';
    members.set(sub.name.toLowerCase(), { name: sub.name, read: ignored ? undefined : readersOf(sub).whole });
  }
  for (const member of [...members.values()]) members.set(member.name, member);
  return (value, context) => {
    if (!isJsonObject(value)) {
      if (value === null || isEmptyText(value, context)) return undefined;
      throw ScimError.invalidValue(`${path} must be a JSON object.`);
    }
    const read: JsonObject = {};
    let assigned = false;
    let spelledExactly = true;
    for (const name of Object.keys(value)) {
      const member = members.get(name) ?? members.get(name.toLowerCase());
      if (member?.name !== name && spelledExactly) {
        refuseRepeatedNames(value, path);
        spelledExactly = false;
      }
      if (!member) {
        ignoreUnknown(path, name, context);
        continue;
      }
      const part = member.read?.(value[name]!, context);
      if (part === undefined) continue;
      read[member.name] = part;
      assigned = true;
    }
    return assigned ? read : undefined;
  };
}

/** D-19: unknown names are dropped or refused; the refusal does not quote the name, it may hold anything. */
function ignoreUnknown(path: string, name: string, { leniency }: ReadContext): void {
  if (!leniency.tolerates('unknownAttributes')) {
    throw ScimError.invalidSyntax(`${path} holds a sub-attribute that its schema does not define.`);
  }
  leniency.applied('unknownAttributes', `${path}.${name}`);
}
