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
import { type Cursor, cursorKey, openCursor, sealCursor } from './cursor.js';
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
    const order = sort ? [sort.attribute.path, sort.descending] : null;
    const binding = bindingOf(tenantId, type.endpoint, parameters, order);
    const { keysets, count } = this.open(parameters, binding, 1);
    const query = { filter, sort, offset: 0, limit: count, keyset: keysets[0]! };
    const page = await this.store.query(type, tenantId, query);
    const seal = (to: Keyset | undefined): string | undefined => to && this.seal([to], count, binding);
    return { page, nextCursor: seal(page.next), previousCursor: seal(page.previous) };
  }

  /**
   * The place and the size of the page that is asked for.
   *
   * @param lists how many lists the query reads; a cursor has a place in each
   * @throws ScimError invalidCursor, expiredCursor, invalidCount
   */
  open(parameters: ListParameters, binding: string, lists: number): Omit<Cursor, 'expires'> {
    const count = parameters.count === undefined ? undefined : pageSize(parameters.count, this.settings);
    // An empty cursor asks for the first page (RFC 9865 §2).
    if (!parameters.cursor) {
      const keysets = Array.from({ length: lists }, (): Keyset => ({ direction: 'after' }));
      return { keysets, count: count ?? pageSize(undefined, this.settings) };
    }
    const cursor = openCursor(parameters.cursor, this.key, binding, Date.now());
    if (cursor.keysets.length !== lists) throw ScimError.invalidCursor();
    if (count !== undefined && count !== cursor.count) {
      throw ScimError.invalidCount('count must be the same for every page of one query.');
    }
    return cursor;
  }

  seal(keysets: readonly Keyset[], count: number, binding: string): string {
    const expires = Date.now() + this.settings.cursorTimeoutSeconds * 1000;
    return sealCursor({ keysets, count, expires }, this.key, binding);
  }
}

/**
 * All of a query that decides which resources follow each other; projection may change from page to page.
 *
 * @param lists where the query reads
 * @param order what it is sorted by
 */
export function bindingOf(
  tenantId: string,
  lists: string | readonly string[],
  { filter }: ListParameters,
  order: readonly unknown[] | null,
): string {
  return JSON.stringify([tenantId, lists, filter ? printFilter(filter) : null, order]);
}
