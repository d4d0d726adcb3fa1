import { scanAttributePath } from '../filter/attribute-path.js';
import type { Filter, FilterLiteral } from '../filter/ast.js';
import { DEFAULT_FILTER_LIMITS } from '../filter/filter-limits.js';
import { parseBracketed } from '../filter/parse-filter.js';
import { printFilter } from '../filter/print-filter.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../schema/json.js';
import type { BulkOperation } from './bulk-operation.js';

/** Where a reference begins; what follows is the bulkId, to the end of the text (RFC 7644 §3.7.2). */
const PREFIX = 'bulkId:';

/** The bulkId that a text refers to; undefined when the text is anything but a reference as a whole. */
export function bulkIdOf(text: string): string | undefined {
  return text.startsWith(PREFIX) && text.length > PREFIX.length ? text.slice(PREFIX.length) : undefined;
}

/** What a text that names a resource is replaced by; the same text to leave it. */
type Rename = (text: string) => string;

/**
 * Every text of an operation that may name a resource: its target, whole string values, the last segment of each
 * `$ref`, and in a PATCH the literals of path filters.
 */
export function textsOf(operation: BulkOperation): Set<string> {
  const texts = new Set<string>();
  const note: Rename = (text) => {
    texts.add(text);
    return text;
  };
  if (operation.target !== undefined) note(operation.target);
  if (operation.data) renameData(operation, operation.data, note);
  return texts;
}

/** The bulkIds that an operation refers to, each once, in its path and its data. */
export function referencesOf(operation: BulkOperation): Set<string> {
  const ids = new Set<string>();
  for (const text of textsOf(operation)) {
    const id = bulkIdOf(text);
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

/** The operation with every reference replaced. What `resolve` throws comes through. */
export function withoutReferences(
  operation: BulkOperation,
  resolve: (bulkId: string) => string,
): BulkOperation {
  const rename: Rename = (text) => {
    const id = bulkIdOf(text);
    return id === undefined ? text : resolve(id);
  };
  const { target, data } = operation;
  return {
    ...operation,
    ...(target === undefined ? {} : { target: rename(target) }),
    ...(data === undefined ? {} : { data: renameData(operation, data, rename) }),
  };
}

/**
 * The data of a POST without the parts that refer to one of these bulkIds: elements of lists, else whole attributes
 * (a manager without its id would mean something else).
 */
export function withoutParts(data: JsonObject, pending: ReadonlySet<string>): JsonObject {
  const waits = (value: JsonValue): boolean => {
    let found = false;
    renameValue(value, (text) => {
      const id = bulkIdOf(text);
      found ||= id !== undefined && pending.has(id);
      return text;
    });
    return found;
  };
  const entries = Object.entries(data).flatMap(([name, value]): [string, JsonValue][] => {
    if (!waits(value)) return [[name, value]];
    if (Array.isArray(value)) return [[name, value.filter((element) => !waits(element))]];
    // Below a URN are the attributes of an extension.
    return isJsonObject(value) && name.includes(':') ? [[name, withoutParts(value, pending)]] : [];
  });
  return Object.fromEntries(entries);
}

function renameData({ method }: BulkOperation, data: JsonObject, rename: Rename): JsonObject {
  const renamed = renameValue(data, rename) as JsonObject;
  return method === 'PATCH' ? renamePaths(renamed, rename) : renamed;
}

/** A copy only where something is different. `fromEntries` defines members and so is safe for `__proto__`. */
function renameValue(value: JsonValue, rename: Rename, name?: string): JsonValue {
  if (typeof value === 'string')
    return name?.toLowerCase() === '$ref' ? renameEnd(value, rename) : rename(value);
  if (Array.isArray(value)) {
    const copy = value.map((element) => renameValue(element, rename, name));
    return copy.some((element, i) => element !== value[i]) ? copy : value;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  const copy = entries.map(([key, member]): [string, JsonValue] => [key, renameValue(member, rename, key)]);
  return copy.some(([, member], i) => member !== entries[i]![1]) ? Object.fromEntries(copy) : value;
}

/** `../Users/bulkId:u1`: the last segment of an address. */
function renameEnd(address: string, rename: Rename): string {
  const start = address.lastIndexOf('/') + 1;
  const segment = decoded(address.slice(start));
  const renamed = rename(segment);
  return renamed === segment ? address : address.slice(0, start) + encodeURIComponent(renamed);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Filters in the paths of PATCH operations: `members[value eq "bulkId:u1"]`. */
function renamePaths(message: JsonObject, rename: Rename): JsonObject {
  return mapMember(message, 'operations', (operations) =>
    Array.isArray(operations)
      ? operations.map((operation) =>
          isJsonObject(operation)
            ? mapMember(operation, 'path', (path) =>
                typeof path === 'string' ? renamePath(path, rename) : path,
              )
            : operation,
        )
      : operations,
  );
}

function mapMember(object: JsonObject, lowerName: string, map: (value: JsonValue) => JsonValue): JsonObject {
  const entries = Object.entries(object);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name.toLowerCase() === lowerName ? map(value) : value]),
  );
}

function renamePath(path: string, rename: Rename): string {
  if (!path.includes('[')) return path;
  const start = scanAttributePath(path, 0);
  if (start < 0 || path[start] !== '[') return path;
  let bracketed: { filter: Filter; end: number };
  try {
    bracketed = parseBracketed(path, start + 1, DEFAULT_FILTER_LIMITS);
  } catch {
    // The PATCH itself will say what is wrong with it.
    return path;
  }
  const { filter, end } = bracketed;
  const renamed = renameFilter(filter, rename);
  return renamed === filter ? path : `${path.slice(0, start)}[${printFilter(renamed)}]${path.slice(end)}`;
}

/** The very filter where nothing is different. */
function renameFilter(filter: Filter, rename: Rename): Filter {
  switch (filter.kind) {
    case 'or':
    case 'and': {
      const operands = filter.operands.map((operand) => renameFilter(operand, rename));
      return operands.some((operand, i) => operand !== filter.operands[i]) ? { ...filter, operands } : filter;
    }
    case 'not': {
      const operand = renameFilter(filter.operand, rename);
      return operand === filter.operand ? filter : { ...filter, operand };
    }
    case 'compare': {
      const value = renameLiteral(filter.path, filter.value, rename);
      return value === filter.value ? filter : { ...filter, value };
    }
    case 'present':
    case 'valuePath':
      return filter;
  }
}

function renameLiteral(path: string, literal: FilterLiteral, rename: Rename): FilterLiteral {
  if (typeof literal !== 'string') return literal;
  return path.toLowerCase() === '$ref' ? renameEnd(literal, rename) : rename(literal);
}
