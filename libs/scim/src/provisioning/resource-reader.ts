import { Inject, Injectable } from '@nestjs/common';
import { ScimError } from '../protocol/error/scim-error.js';
import { checkFilter } from '../protocol/filter/check-filter.js';
import type { Attribute } from '../protocol/schema/attribute.js';
import { resolveAttribute } from '../protocol/schema/attribute-notation.js';
import type { ResourceType } from '../protocol/schema/resource-type.js';
import type { AnswerBody, ResourceAnswer } from './answer.js';
import type { ProvisioningContext } from './provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from './provisioning-settings.js';
import { ResourceRepresenter } from './resource-representer.js';
import { type ResourceSort, ResourceStore } from './resource-store.js';
import type { ListParameters, ProjectionParameters } from './request-parameters.js';

/** URN of the list message (RFC 7644 §3.4.2). */
export const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Reads single resources and lists of any type (RFC 7644 §3.4). */
@Injectable()
export class ResourceReader {
  constructor(
    private readonly store: ResourceStore,
    private readonly representer: ResourceRepresenter,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
  ) {}

  /** @throws ScimError notFound: unknown, deleted or another tenant's */
  async read(
    type: ResourceType,
    caller: ProvisioningContext,
    id: string,
    parameters: ProjectionParameters,
  ): Promise<ResourceAnswer> {
    const projection = this.representer.projection(type, parameters);
    const stored = await this.store.find(type, caller.tenantId, id);
    if (!stored) throw ScimError.notFound();
    return {
      head: stored,
      location: this.representer.location(type, caller, stored.id),
      body: await this.representer.one(type, caller, stored, projection),
    };
  }

  /**
   * A page of the tenant's resources as a ListResponse. Bad numbers are bent as RFC 7644 §3.4.2.4 says; an unknown
   * attribute in the filter is an error and never an empty or a full list.
   *
   * @throws ScimError invalidFilter, invalidValue, tooMany
   */
  async list(
    type: ResourceType,
    caller: ProvisioningContext,
    parameters: ListParameters,
  ): Promise<AnswerBody> {
    const projection = this.representer.projection(type, parameters);
    // JSON has integers that no database counts to (1e308); beyond every end they are all alike.
    const startIndex = Math.min(Math.max(1, parameters.startIndex ?? 1), Number.MAX_SAFE_INTEGER);
    const limit = Math.min(
      Math.max(0, parameters.count ?? this.settings.defaultCount),
      this.settings.maxCount,
    );
    const page = await this.store.query(type, caller.tenantId, {
      filter: parameters.filter && checkFilter(parameters.filter, type, caller.leniency),
      sort: this.sort(type, parameters),
      offset: startIndex - 1,
      limit,
    });
    const resources = await this.representer.many(type, caller, page.resources, projection);
    return (
      `{"schemas":["${LIST_SCHEMA}"],"totalResults":${page.total},"startIndex":${startIndex},` +
      `"itemsPerPage":${resources.length},"Resources":[${resources.join(',')}]}`
    );
  }

  private sort(type: ResourceType, { sortBy, sortOrder }: ListParameters): ResourceSort | undefined {
    if (sortBy === undefined || !this.settings.features.sort) return undefined;
    return { attribute: sortableAttribute(type, sortBy), descending: sortOrder === 'descending' };
  }
}

/** The simple attribute that `sortBy` means; a multi-valued complex one stands for its `value` (P-3.4.2.3-04). */
function sortableAttribute(type: ResourceType, sortBy: string): Attribute {
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
