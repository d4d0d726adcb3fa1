import { compareSortValues, type SortValue, sortValue } from '../../protocol/filter/sort-value.js';
import type { TypedFilter } from '../../protocol/filter/typed-filter.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { Keyset, ResourceSort, ResourceStore, StoredResource } from '../resource-store.js';

/** The part of a root query that goes to one resource type. */
export interface TypeQuery {
  readonly type: ResourceType;
  readonly filter: TypedFilter | undefined;
  /** Undefined for a type without the attribute: none of its resources has a value. */
  readonly sort: ResourceSort | undefined;
}

/** A resource of a mixed list. */
export interface TypedResource {
  readonly type: ResourceType;
  readonly stored: StoredResource;
}

/** A resource with what it is sorted by. */
export interface SortedResource extends TypedResource {
  readonly value: SortValue | undefined;
}

/** The next resource of one type. */
interface Head extends SortedResource {
  readonly rest: AsyncIterator<StoredResource>;
  readonly query: TypeQuery;
}

/**
 * Resources of several types in one order: by sort value, missing ones last or first when descending, equal ones by
 * id. Reads each type page by page, so that no more than a page of each is held.
 */
export async function* mergeSorted(
  store: ResourceStore,
  queries: readonly TypeQuery[],
  tenantId: string,
  batch: number,
  descending: boolean,
): AsyncIterable<TypedResource> {
  const heads: Head[] = [];
  const advance = async (query: TypeQuery, rest: AsyncIterator<StoredResource>): Promise<void> => {
    const next = await rest.next();
    if (next.done) return;
    heads.push({ ...sortedResource(query, next.value), rest, query });
  };
  for (const query of queries)
    await advance(query, inOrder(store, query, tenantId, batch)[Symbol.asyncIterator]());
  while (heads.length > 0) {
    const first = heads.reduce((best, head) => (comesBefore(head, best, descending) ? head : best));
    heads.splice(heads.indexOf(first), 1);
    yield first;
    await advance(first.query, first.rest);
  }
}

async function* inOrder(
  store: ResourceStore,
  { type, filter, sort }: TypeQuery,
  tenantId: string,
  limit: number,
): AsyncIterable<StoredResource> {
  let keyset: Keyset | undefined = { direction: 'after' };
  while (keyset) {
    const page = await store.query(type, tenantId, { filter, sort, offset: 0, limit, keyset });
    yield* page.resources;
    keyset = page.next;
  }
}

export function sortedResource(query: TypeQuery, stored: StoredResource): SortedResource {
  return { type: query.type, stored, value: valueOf(query, stored) };
}

function valueOf(
  { type, sort }: TypeQuery,
  { id, created, lastModified, json }: StoredResource,
): SortValue | undefined {
  if (!sort) return undefined;
  const document = JSON.parse(json) as JsonObject;
  const meta = { resourceType: type.name, created, lastModified };
  return sortValue(sort.attribute, { ...document, id, meta });
}

/** The order of a sorted list over several types. */
export function comesBefore(a: SortedResource, b: SortedResource, descending: boolean): boolean {
  const order = compareAcrossTypes(a.value, b.value) * (descending ? -1 : 1);
  return order === 0 ? a.stored.id < b.stored.id : order < 0;
}

/** Two types may mean different things by one name: values of different kinds are kept apart. */
function compareAcrossTypes(a: SortValue | undefined, b: SortValue | undefined): number {
  if (a === undefined || b === undefined || typeof a === typeof b) return compareSortValues(a, b);
  return typeof a < typeof b ? -1 : 1;
}
