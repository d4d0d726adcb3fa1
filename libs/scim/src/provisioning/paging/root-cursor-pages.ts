import { Injectable } from '@nestjs/common';
import type { ProvisioningContext } from '../provisioning-context.js';
import type { ListParameters } from '../request-parameters.js';
import { type Keyset, type ResourcePage, ResourceStore } from '../resource-store.js';
import { bindingOf, CursorPages } from './cursor-pages.js';
import {
  comesBefore,
  type SortedResource,
  sortedResource,
  type TypedResource,
  type TypeQuery,
} from './merge-sorted.js';

/** A page of resources of several types. */
export interface MixedCursorPage {
  readonly total: number;
  readonly resources: readonly TypedResource[];
  /** Undefined on the last page. */
  readonly nextCursor?: string;
}

/** One type's part of a page: what was read of it, and how many of that the page takes. */
interface Part {
  readonly keyset: Keyset;
  readonly page: ResourcePage;
  /** Whether rows of the type beyond those that were read may follow. */
  readonly more: boolean;
  taken: number;
}

/**
 * Cursor paging over several resource types (RFC 9865 §3 with RFC 7644 §3.4.3): a cursor holds a place in each type, so
 * that a page far down costs what the first costs, and no type loses or repeats a resource while others change.
 * It leads forward only (RFC 9865 §2: previousCursor is optional).
 */
@Injectable()
export class RootCursorPages {
  constructor(
    private readonly store: ResourceStore,
    private readonly cursors: CursorPages,
  ) {}

  /** @throws ScimError invalidCursor, expiredCursor, invalidCount */
  async page(
    queries: readonly TypeQuery[],
    { tenantId }: ProvisioningContext,
    parameters: ListParameters,
  ): Promise<MixedCursorPage> {
    const order = queries.map(({ sort }) => (sort ? [sort.attribute.path, sort.descending] : null));
    const lists = queries.map(({ type }) => type.endpoint);
    const binding = bindingOf(tenantId, lists, parameters, order);
    const { keysets, count } = this.cursors.open(parameters, binding, queries.length);
    const sorted = queries.some(({ sort }) => sort !== undefined);
    const parts = sorted
      ? await this.readEach(queries, keysets, tenantId, count)
      : await this.readInTurn(queries, keysets, tenantId, count);
    const resources = sorted
      ? takeSorted(queries, parts, count, parameters.sortOrder === 'descending')
      : takeInTurn(queries, parts);
    const follows = count > 0 && parts.some(({ page, more, taken }) => more || taken < page.resources.length);
    return {
      total: parts.reduce((sum, { page }) => sum + page.total, 0),
      resources,
      ...(follows ? { nextCursor: this.cursors.seal(parts.map(placeAfter), count, binding) } : {}),
    };
  }

  /** As much of each type as the page could take of it. */
  private async readEach(
    queries: readonly TypeQuery[],
    keysets: readonly Keyset[],
    tenantId: string,
    limit: number,
  ): Promise<Part[]> {
    const parts: Part[] = [];
    for (const [i, { type, filter, sort }] of queries.entries()) {
      const keyset = keysets[i]!;
      const page = await this.store.query(type, tenantId, { filter, sort, offset: 0, limit, keyset });
      parts.push({ keyset, page, more: page.next !== undefined, taken: 0 });
    }
    return parts;
  }

  /** One type after the other until the page is full; of the others the total. */
  private async readInTurn(
    queries: readonly TypeQuery[],
    keysets: readonly Keyset[],
    tenantId: string,
    count: number,
  ): Promise<Part[]> {
    const current = Math.max(
      0,
      keysets.findLastIndex(({ position }) => position !== undefined),
    );
    const parts: Part[] = [];
    let left = count;
    for (const [i, { type, filter }] of queries.entries()) {
      const keyset = keysets[i]!;
      const limit = i < current ? 0 : left;
      const page = await this.store.query(type, tenantId, { filter, offset: 0, limit, keyset });
      const untouched = i > current && limit === 0 && page.total > 0;
      parts.push({ keyset, page, more: untouched || page.next !== undefined, taken: 0 });
      left -= page.resources.length;
    }
    return parts;
  }
}

function takeInTurn(queries: readonly TypeQuery[], parts: readonly Part[]): TypedResource[] {
  return parts.flatMap((part, i) => {
    part.taken = part.page.resources.length;
    return part.page.resources.map((stored) => ({ type: queries[i]!.type, stored }));
  });
}

function takeSorted(
  queries: readonly TypeQuery[],
  parts: readonly Part[],
  count: number,
  descending: boolean,
): TypedResource[] {
  const heads = parts.map(({ page }, i) =>
    page.resources.map((stored) => sortedResource(queries[i]!, stored)),
  );
  const resources: TypedResource[] = [];
  while (resources.length < count) {
    let first: { part: Part; resource: SortedResource } | undefined;
    for (const [i, part] of parts.entries()) {
      const resource = heads[i]![part.taken];
      if (resource && (!first || comesBefore(resource, first.resource, descending)))
        first = { part, resource };
    }
    if (!first) break;
    first.part.taken++;
    resources.push(first.resource);
  }
  return resources;
}

/** Where the next page goes on in a type. */
function placeAfter({ keyset, page, taken }: Part): Keyset {
  const position = page.positions?.[taken - 1];
  return position ? { direction: 'after', position } : keyset;
}
