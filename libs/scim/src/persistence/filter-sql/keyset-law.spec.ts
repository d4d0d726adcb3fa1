import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentArbitrary } from '../../protocol/filter/testing/document-arbitrary.js';
import { PERSON } from '../../protocol/filter/testing/person-type.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import { groupResourceType } from '../../protocol/schema/core/resource-types.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { Keyset, ResourceQuery } from '../../provisioning/resource-store.js';
import { typed } from '../../../../../test/contracts/resource-store.contract.js';
import {
  describeEachDatabase,
  openDatabase,
  type OpenDatabase,
} from '../../../../../test/support/databases.js';
import { fresh } from '../../../../../test/support/resources.js';
import { TypeOrmResourceStore } from '../stores/typeorm-resource.store.js';
import { inTenant } from '../../../../../test/support/origin.js';

const REGISTRY = new ResourceTypeRegistry([PERSON.definition, groupResourceType()]);
const TYPE = REGISTRY.required('User');

describeEachDatabase('Keyset pages', (name) => {
  let database: OpenDatabase;
  let store: TypeOrmResourceStore;
  beforeAll(async () => {
    database = await openDatabase(name);
    store = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY });
  });
  afterAll(() => database.close());

  const documents = fc.uniqueArray(documentArbitrary(TYPE), {
    minLength: 5,
    maxLength: 10,
    selector: (document) => comparisonKey(document.userName as string),
  });

  /** Ids of each page on a walk from one end of the order to the other. */
  async function walk(tenant: string, query: Omit<ResourceQuery, 'offset'>): Promise<string[][]> {
    const pages: string[][] = [];
    const forward = query.keyset?.direction === 'after';
    let keyset: Keyset | undefined = query.keyset;
    while (keyset) {
      const page = await store.query(TYPE, tenant, { ...query, keyset, offset: 0 });
      pages.push(page.resources.map(({ id }) => id));
      expect(page.total).toBeGreaterThanOrEqual(page.resources.length);
      expect(pages.length).toBeLessThan(50);
      // Through the text of a cursor.
      const next = forward ? page.next : page.previous;
      keyset = next && (JSON.parse(JSON.stringify(next)) as Keyset);
    }
    return pages;
  }

  it('are in the order of index pages, in both directions, for every attribute [D-25, C-2.2-01, C-2-04]', async () => {
    const law = fc.asyncProperty(
      documents,
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (given, descending, limit) => {
        const tenant = fresh('tenant');
        for (const document of given) await store.create(TYPE, inTenant(tenant), { document, concealed: {} });
        for (const attribute of [undefined, ...sortable()]) {
          const sort = attribute && { attribute, descending };
          const whole = await store.query(TYPE, tenant, { sort, offset: 0, limit: 100 });
          const expected = whole.resources.map(({ id }) => id);
          const forth = await walk(tenant, { sort, limit, keyset: { direction: 'after' } });
          const back = await walk(tenant, { sort, limit, keyset: { direction: 'before' } });
          const path = attribute?.path;
          expect({ path, ids: forth.flat() }).toEqual({ path, ids: expected });
          expect({ path, ids: back.reverse().flat() }).toEqual({ path, ids: expected });
          // Every page but the last is full, and none is empty.
          expect(forth.map((page) => page.length)).toEqual(sizes(given.length, limit));
        }
      },
    );
    await fc.assert(law, { numRuns: 6 });
  });

  it('hold what the filter leaves, and tell the total on each [C-2-03, C-2-06]', async () => {
    const tenant = fresh('tenant');
    for (let i = 0; i < 9; i++) {
      const document = { schemas: [], userName: fresh(), ...(i % 3 === 0 ? {} : { title: `t${i % 2}` }) };
      await store.create(TYPE, inTenant(tenant), { document, concealed: {} });
    }
    const filter = typed(TYPE, 'title pr');
    const sort = { attribute: TYPE.attribute('title')!, descending: true };
    const first = await store.query(TYPE, tenant, {
      filter,
      sort,
      offset: 0,
      limit: 4,
      keyset: { direction: 'after' },
    });
    expect([first.total, first.resources.length, first.previous]).toEqual([6, 4, undefined]);
    const last = await store.query(TYPE, tenant, { filter, sort, offset: 0, limit: 4, keyset: first.next });
    expect([last.total, last.resources.length, last.next]).toEqual([6, 2, undefined]);
    const again = await store.query(TYPE, tenant, {
      filter,
      sort,
      offset: 0,
      limit: 4,
      keyset: last.previous,
    });
    expect(again.resources).toEqual(first.resources);
    expect(again.previous).toBeUndefined();
  });

  it('lead on when everything around the position is gone [D-26]', async () => {
    const tenant = fresh('tenant');
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) {
      const document = { schemas: [], userName: `u${i}` };
      ids.push((await store.create(TYPE, inTenant(tenant), { document, concealed: {} })).head.id);
    }
    const page = (keyset: Keyset) => store.query(TYPE, tenant, { offset: 0, limit: 2, keyset });
    const first = await page({ direction: 'after' });
    const second = await page(first.next!);
    for (const id of ids.slice(0, 2)) await store.delete(TYPE, inTenant(tenant), id, () => undefined);
    const emptied = await page(second.previous!);
    expect([emptied.resources, emptied.previous]).toEqual([[], undefined]);
    expect((await page(emptied.next!)).resources.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    for (const id of ids.slice(4)) await store.delete(TYPE, inTenant(tenant), id, () => undefined);
    const beyond = await page(second.next!);
    expect([beyond.resources, beyond.next]).toEqual([[], undefined]);
    expect((await page(beyond.previous!)).resources.map(({ id }) => id)).toEqual(ids.slice(2, 4));
  });
});

function sizes(total: number, limit: number): number[] {
  const full = Array.from({ length: Math.floor(total / limit) }, () => limit);
  return total % limit === 0 ? full : [...full, total % limit];
}

function sortable(): Attribute[] {
  const simple = [...TYPE.topLevel()].flatMap((attribute) =>
    attribute.complex ? [...attribute.subAttributes.values()] : [attribute],
  );
  return simple.filter(
    ({ computed, detached, returned, schema, type, parent, path }) =>
      !computed &&
      !detached &&
      returned !== 'never' &&
      parent?.returned !== 'never' &&
      type !== 'binary' &&
      (schema !== undefined || ['id', 'externalId', 'meta.created', 'meta.lastModified'].includes(path)),
  );
}
