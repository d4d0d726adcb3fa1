import { Inject, Injectable } from '@nestjs/common';
import { ScimError } from '../protocol/error/scim-error.js';
import { checkFilter } from '../protocol/filter/check-filter.js';
import type { Attribute } from '../protocol/schema/attribute.js';
import { resolveAttribute } from '../protocol/schema/attribute-notation.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import type { AnswerBody, ResourceAnswer } from './answer.js';
import { listMessage } from './list-message.js';
import { CursorPages } from './paging/cursor-pages.js';
import { firstIndex, pageSize } from './paging/page-size.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from './provisioning-settings.js';
import { ResourceRepresenter } from './resource-representer.js';
import { type ResourceSort, ResourceStore } from './resource-store.js';
import type { ListParameters, ProjectionParameters } from './request-parameters.js';

/** Reads single resources and lists of any type (RFC 7644 §3.4). */
@Injectable()
export class ResourceReader {
  constructor(
    private readonly store: ResourceStore,
    private readonly representer: ResourceRepresenter,
    private readonly cursors: CursorPages,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
  ) {}

  /** @throws ScimError notFound: unknown, deleted or another tenant's */
  async read(
    served: ResourceType,
    caller: ProvisioningContext,
    id: string,
    parameters: ProjectionParameters,
  ): Promise<ResourceAnswer> {
    const type = caller.rules.type(served);
    const projection = this.representer.projection(type, parameters);
    const withGroups = this.representer.showsGroups(type, projection);
    const stored = await this.store.find(type, caller.tenantId, id, withGroups);
    if (!stored) throw ScimError.notFound();
    const body = this.representer.one(type, caller, stored, projection);
    return {
      head: stored,
      location: this.representer.location(type, caller, stored.id),
      body: body instanceof Promise ? await body : body,
    };
  }

  /**
   * A page of the tenant's resources as a ListResponse. Bad numbers are bent as RFC 7644 §3.4.2.4 says; an unknown
   * attribute in the filter is an error and never an empty or a full list.
   *
   * @throws ScimError invalidFilter, invalidValue, tooMany, invalidCursor, expiredCursor, invalidCount
   */
  async list(
    served: ResourceType,
    caller: ProvisioningContext,
    parameters: ListParameters,
  ): Promise<AnswerBody> {
    const type = caller.rules.type(served);
    const projection = this.representer.projection(type, parameters);
    if (caller.trace) caller.trace.filter = parameters.filter;
    refuseFilter(caller, parameters);
    const filter = parameters.filter && checkFilter(parameters.filter, type, caller.leniency);
    const sort = this.sort(type, caller, parameters);
    if (this.cursors.asked(parameters)) {
      const { page, ...cursors } = await this.cursors.page(type, caller, parameters, { filter, sort });
      if (caller.trace) caller.trace.total = page.total;
      const resources = await this.representer.many(type, caller, page.resources, projection);
      return listMessage({ totalResults: page.total, ...cursors }, resources);
    }
    const startIndex = firstIndex(parameters.startIndex);
    const limit = pageSize(parameters.count, this.settings);
    const page = await this.store.query(type, caller.tenantId, {
      filter,
      sort,
      offset: startIndex - 1,
      limit,
      withGroups: this.representer.showsGroups(type, projection),
    });
    if (caller.trace) caller.trace.total = page.total;
    const resources = await this.representer.many(type, caller, page.resources, projection);
    return listMessage({ totalResults: page.total, startIndex }, resources);
  }

  private sort(
    type: ResourceType,
    { rules }: ProvisioningContext,
    { sortBy, sortOrder }: ListParameters,
  ): ResourceSort | undefined {
    if (sortBy === undefined || !rules.features.sort) return undefined;
    return { attribute: sortableAttribute(type, sortBy), descending: sortOrder === 'descending' };
  }
}

/** Ignoring the filter would answer with everybody (P-3.4.2.2-14). @throws ScimError invalidFilter where it is off */
export function refuseFilter({ rules }: ProvisioningContext, { filter }: ListParameters): void {
  if (filter && !rules.features.filter) {
    throw ScimError.invalidFilter('Filtering is not available on this server.');
  }
}

/**
 * The simple attribute that `sortBy` means; a multi-valued complex one stands for its `value` (P-3.4.2.3-04).
 *
 * @throws ScimError invalidValue
 */
export function sortableAttribute(type: ResourceType, sortBy: string): Attribute {
  const reference = resolveAttribute(type, sortBy);
  const named = reference?.kind === 'attribute' ? reference.attribute : undefined;
  const attribute = named?.complex ? (named.multiValued ? named.sub('value') : undefined) : named;
  if (
    !attribute ||
    attribute.returned === 'never' ||
    attribute.type === 'binary' ||
    attribute.detached ||
    attribute.computed
  ) {
    throw ScimError.invalidValue(
      'sortBy must name a sortable attribute, or a sub-attribute of a complex one.',
    );
  }
  return attribute;
}
