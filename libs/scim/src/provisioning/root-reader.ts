import { Inject, Injectable } from '@nestjs/common';
import { ScimError } from '../protocol/error/scim-error.js';
import { checkRootFilter } from '../protocol/filter/root-filter.js';
import type { Projection } from '../protocol/resource/projection.js';
import { resolveAttribute } from '../protocol/schema/attribute-notation.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import type { AnswerBody } from './answer.js';
import { listMessage } from './list-message.js';
import { CursorPages } from './paging/cursor-pages.js';
import { RootCursorPages } from './paging/root-cursor-pages.js';
import { firstIndex, pageSize } from './paging/page-size.js';
import { mergeSorted, type TypedResource, type TypeQuery } from './paging/merge-sorted.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from './provisioning-settings.js';
import { refuseFilter, sortableAttribute } from './resource-reader.js';
import { ResourceRepresenter } from './resource-representer.js';
import { ResourceStore, type StoredResource } from './resource-store.js';
import type { ListParameters } from './request-parameters.js';

interface MixedPage {
  readonly total: number;
  readonly resources: readonly TypedResource[];
}

/** Queries over all resource types at once (RFC 7644 §3.4.2.1). */
@Injectable()
export class RootReader {
  constructor(
    private readonly store: ResourceStore,
    private readonly representer: ResourceRepresenter,
    private readonly cursors: CursorPages,
    private readonly cursorPages: RootCursorPages,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
  ) {}

  /**
   * A page of the resources of these types, in their order or sorted through all of them. By index a query may not
   * match more than `rootQueryLimit`, since it reads what lies before the page; by cursor it may.
   *
   * @param readable those that the caller may read
   * @throws ScimError invalidFilter, invalidValue, tooMany, invalidCursor, expiredCursor, invalidCount
   */
  async list(
    readable: readonly ResourceType[],
    caller: ProvisioningContext,
    parameters: ListParameters,
  ): Promise<AnswerBody> {
    if (caller.trace) caller.trace.filter = parameters.filter;
    refuseFilter(caller, parameters);
    const types = caller.rules.types.filter((known) => readable.some(({ name }) => name === known.name));
    const projections = new Map(types.map((type) => [type, this.representer.projection(type, parameters)]));
    const queries = this.queries(types, caller, parameters);
    if (this.cursors.asked(parameters)) {
      const page = await this.cursorPages.page(queries, caller, parameters);
      const texts = await this.represent(page.resources, caller, projections);
      return listMessage({ totalResults: page.total, nextCursor: page.nextCursor }, texts);
    }
    const startIndex = firstIndex(parameters.startIndex);
    const limit = pageSize(parameters.count, this.settings);
    const sorted = queries.some(({ sort }) => sort !== undefined);
    const { total, resources } = sorted
      ? await this.sortedPage(queries, caller, startIndex - 1, limit, parameters.sortOrder === 'descending')
      : await this.plainPage(queries, caller, startIndex - 1, limit);
    if (caller.trace) caller.trace.total = total;
    return listMessage(
      { totalResults: total, startIndex },
      await this.represent(resources, caller, projections),
    );
  }

  /** Without the types that cannot match. */
  private queries(
    types: readonly ResourceType[],
    { leniency, rules }: ProvisioningContext,
    { filter, sortBy, sortOrder }: ListParameters,
  ): TypeQuery[] {
    const named = rules.features.sort ? sortBy : undefined;
    // Refused as on one type when no type can be sorted by it.
    const owners = named === undefined ? [] : types.filter((type) => resolveAttribute(type, named));
    if (named !== undefined && owners.length === 0 && types[0]) sortableAttribute(types[0], named);
    const queries: TypeQuery[] = [];
    for (const type of types) {
      const checked = filter && checkRootFilter(filter, type, rules.types, leniency);
      if (checked?.kind === 'constant' && !checked.value) continue;
      queries.push({
        type,
        filter: checked?.kind === 'constant' ? undefined : checked,
        sort:
          named !== undefined && owners.includes(type)
            ? { attribute: sortableAttribute(type, named), descending: sortOrder === 'descending' }
            : undefined,
      });
    }
    return queries;
  }

  /** One type after the other, each in the order of its ids. */
  private async plainPage(
    queries: readonly TypeQuery[],
    { tenantId }: ProvisioningContext,
    offset: number,
    limit: number,
  ): Promise<MixedPage> {
    const resources: TypedResource[] = [];
    let total = 0;
    for (const { type, filter } of queries) {
      const page = await this.store.query(type, tenantId, {
        filter,
        offset: Math.max(0, offset - total),
        limit: limit - resources.length,
      });
      total += page.total;
      this.refuseTooMany(total);
      resources.push(...page.resources.map((stored) => ({ type, stored })));
    }
    return { total, resources };
  }

  private async sortedPage(
    queries: readonly TypeQuery[],
    { tenantId }: ProvisioningContext,
    offset: number,
    limit: number,
    descending: boolean,
  ): Promise<MixedPage> {
    let total = 0;
    for (const { type, filter } of queries) {
      total += (await this.store.query(type, tenantId, { filter, offset: 0, limit: 0 })).total;
      this.refuseTooMany(total);
    }
    const resources: TypedResource[] = [];
    if (limit === 0 || offset >= total) return { total, resources };
    let position = 0;
    for await (const resource of mergeSorted(
      this.store,
      queries,
      tenantId,
      this.settings.maxCount,
      descending,
    )) {
      if (position++ >= offset) resources.push(resource);
      if (resources.length === limit) break;
    }
    return { total, resources };
  }

  private refuseTooMany(total: number): void {
    if (total <= this.settings.rootQueryLimit) return;
    throw ScimError.tooMany(
      `More than ${this.settings.rootQueryLimit} resources match; narrow the filter, or ask the endpoint of one type.`,
    );
  }

  /** Type by type, so that what they need is fetched at once; then back in the order of the page. */
  private async represent(
    page: readonly TypedResource[],
    caller: ProvisioningContext,
    projections: ReadonlyMap<ResourceType, Projection>,
  ): Promise<string[]> {
    const texts = new Map<StoredResource, string>();
    for (const [type, projection] of projections) {
      const own = page.filter((resource) => resource.type === type).map(({ stored }) => stored);
      const represented = await this.representer.many(type, caller, own, projection);
      own.forEach((stored, i) => texts.set(stored, represented[i]!));
    }
    return page.map(({ stored }) => texts.get(stored)!);
  }
}
