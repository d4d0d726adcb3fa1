import type { JsonObject } from '../schema/json.js';
import type { ResourceType } from '../schema/resource-type.js';
import { comparisonKey } from '../text/comparison-key.js';
import { isRefused, type BulkOperation, type RefusedOperation } from './bulk-operation.js';
import { textsOf } from './bulk-references.js';

/**
 * Why two operations must keep their order.
 * - `position`: they stand in that order; only POSTs may pass each other
 * - `name`: two POSTs want the same unique name, and the first shall have it
 * - `names`: one may free a unique name that the other takes
 * - `resource`: they change the same resource, or one deletes what the other names
 * - `versions`: one asks for a version that a deletion may change
 */
export type AccessKind = 'position' | 'name' | 'names' | 'resource' | 'versions';

/** One thing that an operation uses. Two operations commute on it when neither is exclusive. */
interface Access {
  readonly key: string;
  readonly exclusive: boolean;
}

/** What each operation of a request uses, and the order that follows from it. */
export class OperationAccesses {
  constructor(
    private readonly operations: readonly (BulkOperation | RefusedOperation)[],
    private readonly strict: boolean,
  ) {}

  /** The unique name that a POST asks for; undefined when it asks for none. */
  nameOf(place: number): string | undefined {
    const operation = this.operations[place]!;
    if (isRefused(operation) || operation.method !== 'POST' || !operation.data) return undefined;
    return uniqueName(operation.type, operation.data);
  }

  /** Edges from each of these operations to later ones that have to stay behind it. */
  successors(places: readonly number[], kinds: readonly AccessKind[]): Map<number, Set<number>> {
    const edges = new Map(places.map((place) => [place, new Set<number>()]));
    const state = new Map<string, { last?: number; shared: number[] }>();
    const deleted = kinds.includes('resource') ? this.deletedAmong(places) : new Set<string>();
    for (const place of places) {
      for (const { key, exclusive } of kinds.flatMap((kind) => this.accesses(place, kind, deleted))) {
        const known = state.get(key) ?? { shared: [] };
        state.set(key, known);
        if (known.last !== undefined) edges.get(known.last)!.add(place);
        if (exclusive) {
          for (const earlier of known.shared) edges.get(earlier)!.add(place);
          known.last = place;
          known.shared = [];
        } else {
          known.shared.push(place);
        }
      }
    }
    for (const [place, later] of edges) later.delete(place);
    return edges;
  }

  private accesses(place: number, kind: AccessKind, deleted: ReadonlySet<string>): Access[] {
    const operation = this.operations[place]!;
    if (kind === 'position') {
      const passes = isRefused(operation) || operation.method === 'POST';
      return [{ key: 'position', exclusive: this.strict || !passes }];
    }
    if (isRefused(operation)) return [];
    switch (kind) {
      case 'name': {
        const name = this.nameOf(place);
        return name === undefined ? [] : [{ key: `name ${name}`, exclusive: true }];
      }
      case 'names': {
        const key = `names ${operation.type.name}`;
        if (operation.method === 'POST') return [{ key, exclusive: false }];
        return movesName(operation) ? [{ key, exclusive: true }] : [];
      }
      case 'versions':
        if (operation.method === 'DELETE') return [{ key: 'versions', exclusive: true }];
        return operation.version === undefined ? [] : [{ key: 'versions', exclusive: false }];
      case 'resource':
        return resourceAccesses(operation, deleted);
    }
  }

  private deletedAmong(places: readonly number[]): Set<string> {
    const deleted = new Set<string>();
    for (const place of places) {
      const operation = this.operations[place]!;
      if (!isRefused(operation) && operation.method === 'DELETE') deleted.add(operation.target!);
    }
    return deleted;
  }
}

function resourceAccesses(operation: BulkOperation, deleted: ReadonlySet<string>): Access[] {
  const { method, target, type } = operation;
  const accesses: Access[] = target === undefined ? [] : [{ key: `${type.name} ${target}`, exclusive: true }];
  if (deleted.size === 0) return accesses;
  for (const text of textsOf(operation)) {
    if (!deleted.has(text)) continue;
    accesses.push({ key: `existence ${text}`, exclusive: method === 'DELETE' && text === target });
  }
  return accesses;
}

const uniqueNames = new WeakMap<ResourceType, readonly string[]>();

/** Attributes in which two resources of the type may not be the same, in lower case; group names by profile. */
function uniqueAttributes(type: ResourceType): readonly string[] {
  let names = uniqueNames.get(type);
  if (!names) {
    names = [...type.attributes.values()]
      .filter(({ mutability }) => mutability !== 'readOnly')
      .filter(({ uniqueness, name }) => uniqueness !== 'none' || name === 'displayName')
      .map(({ name }) => name.toLowerCase());
    uniqueNames.set(type, names);
  }
  return names;
}

function uniqueName(type: ResourceType, data: JsonObject): string | undefined {
  const names = uniqueAttributes(type);
  // Users have a displayName too, which is free to repeat: userName comes first in the schema.
  const [first] = names;
  const entry = Object.entries(data).find(([name]) => name.toLowerCase() === first);
  return typeof entry?.[1] === 'string' ? `${type.name} ${comparisonKey(entry[1])}` : undefined;
}

/** Whether the operation may take or free a unique name. What it says is not looked at closely. */
function movesName({ method, type, data }: BulkOperation): boolean {
  if (method !== 'PATCH') return true;
  const text = JSON.stringify(data).toLowerCase();
  return uniqueAttributes(type).some((name) => text.includes(name));
}
