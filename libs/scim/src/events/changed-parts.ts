import { sameDocument } from '../protocol/resource/same-value.js';
import { isJsonObject, type JsonObject } from '../protocol/schema/json.js';
import type { AttributeChanges } from './changed-attributes.js';

/**
 * What differs between two documents: top-level attributes, and attributes of extensions one by one. Undefined when
 * nothing does. `schemas` follows from the others and is not listed.
 *
 * @param concealed names of never-returned attributes that changed
 * @param told attributes that another event tells of
 */
export function changedAttributes(
  before: JsonObject,
  after: JsonObject,
  concealed: readonly string[] = [],
  told: readonly string[] = [],
): AttributeChanges | undefined {
  const changes = { changed: [...concealed], before: {} as JsonObject, after: {} as JsonObject };
  let any = concealed.length > 0;
  for (const name of namesOf(before, after)) {
    if (told.includes(name) || sameDocument(before[name], after[name])) continue;
    any = true;
    if (name === 'schemas') continue;
    if (isExtension(name)) noteExtension(changes, name, before[name], after[name]);
    else note(changes, name, changes.before, changes.after, [name, before[name], after[name]]);
  }
  return any ? changes : undefined;
}

interface Draft {
  readonly changed: string[];
  readonly before: JsonObject;
  readonly after: JsonObject;
}

function noteExtension(
  changes: Draft,
  urn: string,
  before: JsonObject[string] | undefined,
  after: JsonObject[string] | undefined,
): void {
  const was = isJsonObject(before) ? before : {};
  const is = isJsonObject(after) ? after : {};
  const partBefore: JsonObject = {};
  const partAfter: JsonObject = {};
  for (const name of namesOf(was, is)) {
    if (sameDocument(was[name], is[name])) continue;
    note(changes, `${urn}:${name}`, partBefore, partAfter, [name, was[name], is[name]]);
  }
  if (Object.keys(partBefore).length > 0) changes.before[urn] = partBefore;
  if (Object.keys(partAfter).length > 0) changes.after[urn] = partAfter;
}

function note(
  { changed }: Draft,
  path: string,
  before: JsonObject,
  after: JsonObject,
  [name, was, is]: [string, JsonObject[string] | undefined, JsonObject[string] | undefined],
): void {
  changed.push(path);
  if (was !== undefined) before[name] = was;
  if (is !== undefined) after[name] = is;
}

function namesOf(before: JsonObject, after: JsonObject): Set<string> {
  return new Set([...Object.keys(before), ...Object.keys(after)]);
}

/** Extensions are the members named by a URN (RFC 7643 §3.3). */
function isExtension(name: string): boolean {
  return name.includes(':');
}
