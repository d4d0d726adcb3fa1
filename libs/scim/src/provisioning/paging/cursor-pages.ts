import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { ScimError } from '../../protocol/error/scim-error.js';
import { printFilter } from '../../protocol/filter/print-filter.js';
import type { TypedFilter } from '../../protocol/filter/typed-filter.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type { ProvisioningContext } from '../provisioning-context.js';
import { PROVISIONING_SETTINGS, type ProvisioningSettings } from '../provisioning-settings.js';
import type { ListParameters } from '../request-parameters.js';
import { type Keyset, type ResourcePage, type ResourceSort, ResourceStore } from '../resource-store.js';
import { cursorKey, openCursor, sealCursor } from './cursor.js';
import { pageSize } from './page-size.js';

/** A page with the cursors that lead to its neighbours (RFC 9865 §2). */
export interface CursorPage {
  readonly page: ResourcePage;
  /** Undefined on the last page. */
  readonly nextCursor?: string;
  /** Undefined on the first page. */
  readonly previousCursor?: string;
}

/** Cursor paging (RFC 9865). Nothing is stored between two pages: the cursor holds the place in the order. */
@Injectable()
export class CursorPages implements OnModuleInit {
  private readonly key: Buffer;

  constructor(
    private readonly store: ResourceStore,
    @Inject(PROVISIONING_SETTINGS) private readonly settings: ProvisioningSettings,
  ) {
    this.key = cursorKey(settings.cursorKey ?? randomBytes(32));
  }

  onModuleInit(): void {
    if (this.settings.cursorKey !== undefined) return;
    new Logger('Scim').warn(
      'The option cursorKey is not set: cursors work in this process only and end with it. ' +
        'Set it to one secret for all instances.',
    );
  }

  /** Whether a query is paged by cursor: it says so, or names no method and cursors are the default. */
  asked({ cursor, startIndex }: ListParameters): boolean {
    if (cursor !== undefined && startIndex !== undefined) {
      throw ScimError.invalidValue('Send either cursor or startIndex, not both.');
    }
    return cursor !== undefined || (startIndex === undefined && this.settings.defaultPagination === 'cursor');
  }

  /** @throws ScimError invalidCursor, expiredCursor, invalidCount */
  async page(
    type: ResourceType,
    { tenantId }: ProvisioningContext,
    parameters: ListParameters,
    { filter, sort }: { filter?: TypedFilter; sort?: ResourceSort },
  ): Promise<CursorPage> {
    const binding = bindingOf(type, tenantId, parameters, sort);
    const { keyset, count } = this.place(parameters, binding);
    const page = await this.store.query(type, tenantId, { filter, sort, offset: 0, limit: count, keyset });
    const expires = Date.now() + this.settings.cursorTimeoutSeconds * 1000;
    const seal = (to: Keyset | undefined): string | undefined =>
      to && sealCursor({ keyset: to, count, expires }, this.key, binding);
    return { page, nextCursor: seal(page.next), previousCursor: seal(page.previous) };
  }

  private place(parameters: ListParameters, binding: string): { keyset: Keyset; count: number } {
    const count = parameters.count === undefined ? undefined : pageSize(parameters.count, this.settings);
    // An empty cursor asks for the first page (RFC 9865 §2).
    if (!parameters.cursor) {
      return { keyset: { direction: 'after' }, count: count ?? pageSize(undefined, this.settings) };
    }
    const cursor = openCursor(parameters.cursor, this.key, binding, Date.now());
    if (count !== undefined && count !== cursor.count) {
      throw ScimError.invalidCount('count must be the same for every page of one query.');
    }
    return cursor;
  }
}

/** All of a query that decides which resources follow each other; projection may change from page to page. */
function bindingOf(
  type: ResourceType,
  tenantId: string,
  { filter }: ListParameters,
  sort: ResourceSort | undefined,
): string {
  const order = sort ? [sort.attribute.path, sort.descending] : null;
  return JSON.stringify([tenantId, type.endpoint, filter ? printFilter(filter) : null, order]);
}
