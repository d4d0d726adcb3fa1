import type { Attribute } from '../schema/attribute.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { CompiledExtension, ResourceType } from '../schema/resource-type.js';
import { parseDateTime } from '../text/date-time.js';

export interface AnswerCheck {
  /** The client chose attributes: then none but the minimum has to be there. @default false */
  readonly projected?: boolean;
}

/**
 * What is wrong with a resource that is about to be sent, held against its own schema: names in the schema's spelling,
 * types, what must be there, what may never be, `schemas` in step with the data, at most one primary element
 * (RFC 7643 §2, §3, §7). Each fault names an attribute and never a value. Empty when all is well.
 */
export function answerFaults(
  type: ResourceType,
  answer: JsonObject,
  { projected = false }: AnswerCheck = {},
): string[] {
  const faults: string[] = [];
  checkSchemas(type, answer, faults);
  if (typeof answer['id'] !== 'string' || answer['id'] === '') faults.push('id is missing');
  for (const [name, value] of Object.entries(answer)) {
    const extension = type.extension(name);
    if (extension) checkExtension(extension, name, value, projected, faults);
    else checkNamed(type.attributes, name, value, name, projected, faults);
  }
  if (!projected) {
    checkRequired(type.attributes.values(), answer, '', faults);
    checkMeta(type, answer, faults);
  }
  return faults;
}

function checkSchemas(type: ResourceType, answer: JsonObject, faults: string[]): void {
  const { schemas } = answer;
  const listed = new Set(Array.isArray(schemas) ? schemas : []);
  if (!listed.has(type.schema.id)) faults.push('schemas lacks the base schema');
  if (Array.isArray(schemas) && listed.size < schemas.length) faults.push('schemas holds a URN twice');
  for (const urn of listed) {
    const known = typeof urn === 'string' && (urn === type.schema.id || type.extension(urn)?.urn === urn);
    if (!known) faults.push('schemas holds a URN that the resource type does not have');
  }
  for (const { urn } of type.extensions.values()) {
    if (answer[urn] !== undefined && !listed.has(urn)) faults.push(`schemas lacks ${urn}`);
  }
}

function checkMeta(type: ResourceType, { id, meta }: JsonObject, faults: string[]): void {
  if (!isJsonObject(meta)) {
    faults.push('meta is missing');
    return;
  }
  if (meta['resourceType'] !== type.name) faults.push('meta.resourceType is another one');
  const { location } = meta;
  const sound =
    typeof id === 'string' && typeof location === 'string' && location.endsWith(`${type.endpoint}/${id}`);
  if (!sound) faults.push('meta.location is another one');
  for (const name of ['created', 'lastModified'])
    if (meta[name] === undefined) faults.push(`meta.${name} is missing`);
}

function checkExtension(
  extension: CompiledExtension,
  name: string,
  value: JsonValue,
  projected: boolean,
  faults: string[],
): void {
  if (name !== extension.urn) faults.push(`${extension.urn} is spelled differently`);
  if (!isJsonObject(value) || Object.keys(value).length === 0) {
    faults.push(`${extension.urn} is no object with members`);
    return;
  }
  for (const [inner, part] of Object.entries(value)) {
    checkNamed(extension.attributes, inner, part, `${extension.urn}:${inner}`, projected, faults);
  }
  if (!projected) checkRequired(extension.attributes.values(), value, `${extension.urn}:`, faults);
}

function checkNamed(
  attributes: ReadonlyMap<string, Attribute>,
  name: string,
  value: JsonValue,
  path: string,
  projected: boolean,
  faults: string[],
): void {
  const attribute = attributes.get(name.toLowerCase());
  if (!attribute) faults.push(`${path} is in no schema`);
  else if (attribute.name !== name) faults.push(`${attribute.path} is spelled differently`);
  else if (attribute.returned === 'never') faults.push(`${attribute.path} is never returned`);
  else if (attribute.multiValued) checkList(attribute, value, projected, faults);
  else checkSingle(attribute, value, projected, faults);
}

function checkList(attribute: Attribute, value: JsonValue, projected: boolean, faults: string[]): void {
  if (!Array.isArray(value)) {
    faults.push(`${attribute.path} is no array`);
    return;
  }
  // A group without members says so (D-14); any other list without elements is unassigned.
  if (value.length === 0 && !attribute.detached) faults.push(`${attribute.path} is empty`);
  for (const element of value) checkSingle(attribute, element, projected, faults);
  const primaries = value.filter((element) => isJsonObject(element) && element['primary'] === true);
  if (primaries.length > 1) faults.push(`${attribute.path} has several primary elements`);
}

function checkSingle(attribute: Attribute, value: JsonValue, projected: boolean, faults: string[]): void {
  if (!fits(attribute, value)) {
    faults.push(`${attribute.path} is not of type ${attribute.type}`);
    return;
  }
  const { enforceCanonicalValues, canonicalValues } = attribute.definition;
  if (enforceCanonicalValues && canonicalValues && !canonicalValues.includes(value as string)) {
    faults.push(`${attribute.path} has a value that is not canonical`);
  }
  if (!isJsonObject(value)) return;
  for (const [name, part] of Object.entries(value)) {
    checkNamed(attribute.subAttributes, name, part, `${attribute.path}.${name}`, projected, faults);
  }
  if (!projected) checkRequired(attribute.subAttributes.values(), value, `${attribute.path}.`, faults);
}

function fits({ type }: Attribute, value: JsonValue): boolean {
  switch (type) {
    case 'string':
    case 'reference':
    case 'binary':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'decimal':
      return typeof value === 'number';
    case 'dateTime':
      return typeof value === 'string' && parseDateTime(value) !== undefined;
    case 'complex':
      return isJsonObject(value) && Object.keys(value).length > 0;
  }
}

function checkRequired(
  attributes: Iterable<Attribute>,
  holder: JsonObject,
  prefix: string,
  faults: string[],
): void {
  for (const { name, required, returned, computed } of attributes) {
    const due = required && !computed && (returned === 'always' || returned === 'default');
    if (due && holder[name] === undefined) faults.push(`${prefix}${name} is missing`);
  }
}
