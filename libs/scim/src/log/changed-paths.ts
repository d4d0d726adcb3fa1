import { sameDocument } from '../protocol/resource/same-value.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/schema/json.js';
import type { LogChange } from './log-entry.js';
import type { ValuePolicy } from './value-policy.js';

/** Changes that are kept of one entry. */
const MOST = 100;

/** Content of a resource, the never-returned attributes apart. */
export interface Content {
  readonly document: JsonObject;
  readonly concealed: JsonObject;
}

/**
 * The attributes in which two contents differ, by path, in the order of the schema's documents. Lists count as one
 * value. Never-returned attributes are named and nothing more, whatever the policy says.
 */
export function changedPaths(
  before: Content | undefined,
  after: Content | undefined,
  policy: ValuePolicy,
): LogChange[] {
  const changes: LogChange[] = [];
  for (const { path, was, is } of differences(before?.document, after?.document)) {
    const [old, now] = [policy.shown(was), policy.shown(is)];
    changes.push(old === undefined && now === undefined ? { path } : { path, before: old, after: now });
  }
  for (const { path } of differences(before?.concealed, after?.concealed)) changes.push({ path });
  return changes.slice(0, MOST);
}

interface Difference {
  readonly path: string;
  readonly was: JsonValue | undefined;
  readonly is: JsonValue | undefined;
}

function differences(was: JsonValue | undefined, is: JsonValue | undefined): readonly Difference[] {
  const found: Difference[] = [];
  collect(was, is, '', 0, found);
  return found;
}

/** @param depth 0 for documents, 1 for their members */
function collect(
  was: JsonValue | undefined,
  is: JsonValue | undefined,
  path: string,
  depth: number,
  found: Difference[],
): void {
  if (sameDocument(was, is)) return;
  const [before, after] = [was ?? {}, is ?? {}];
  if (!isJsonObject(before) || !isJsonObject(after)) {
    found.push({ path, was, is });
    return;
  }
  for (const name of namesOf(before, after)) {
    if (depth === 0 && name === 'schemas') continue;
    collect(before[name], after[name], joined(path, name, depth), depth + 1, found);
  }
}

function namesOf(before: JsonObject, after: JsonObject): Iterable<string> {
  const names = Object.keys(before);
  if (names.length === 0) return Object.keys(after);
  return new Set([...names, ...Object.keys(after)]);
}

/** Of the members of a document only extensions have a colon in their name. */
function joined(path: string, name: string, depth: number): string {
  if (depth === 0) return name;
  return `${path}${depth === 1 && path.includes(':') ? ':' : '.'}${name}`;
}
