import fc from 'fast-check';
import { TypeOrmResourceStore } from '../stores/typeorm-resource.store.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluateFilter } from '../../protocol/filter/evaluate-filter.js';
import { compareSortValues, sortValue } from '../../protocol/filter/sort-value.js';
import { documentArbitrary } from '../../protocol/filter/testing/document-arbitrary.js';
import { PERSON } from '../../protocol/filter/testing/person-type.js';
import { typedFilterArbitrary } from '../../protocol/filter/testing/typed-filter-arbitrary.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import { groupResourceType, userResourceType } from '../../protocol/schema/core/resource-types.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import type { ResourceTypeDefinition } from '../../protocol/schema/definition.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { ResourceStore } from '../../provisioning/resource-store.js';
import { typed } from '../../../../../test/contracts/resource-store.contract.js';
import {
  describeEachDatabase,
  openDatabase,
  type OpenDatabase,
} from '../../../../../test/support/databases.js';
import { fresh } from '../../../../../test/support/resources.js';
import { inTenant } from '../../../../../test/support/origin.js';

const DEFINITIONS: [string, ResourceTypeDefinition][] = [
  ['a small type with every kind of attribute', PERSON.definition],
  ['the core User type', userResourceType({ omitGroups: true, omitPassword: true })],
  [
    "a type of the host's own",
    {
      ...PERSON.definition,
      name: 'Person',
      endpoint: '/Persons',
      schema: { ...PERSON.schema, id: 'urn:example:scim:2.0:Person' },
    },
  ],
];

describeEachDatabase('SQL of filters and sorting', (name) => {
  let database: OpenDatabase;
  beforeAll(async () => {
    database = await openDatabase(name);
  });
  afterAll(() => database.close());

  const openStore = (definition: ResourceTypeDefinition): { type: ResourceType; store: ResourceStore } => {
    const user = definition.name === 'User' ? [] : [userResourceType({ enterprise: false })];
    const registry = new ResourceTypeRegistry([...user, groupResourceType(), definition]);
    const store = TypeOrmResourceStore.open(database.dataSource, { registry });
    return { type: registry.required(definition.name), store };
  };

  it.each(DEFINITIONS)(
    'selects what the evaluator selects, of %s [P-3.4.2.2-16, D-49, F4, F7]',
    async (_, definition) => {
      const { type, store } = openStore(definition);
      const filters = fc.array(typedFilterArbitrary(type).filter(isAnswerable), {
        minLength: 30,
        maxLength: 30,
      });
      const law = fc.asyncProperty(documents(type), filters, async (given, texts) => {
        const tenant = fresh('tenant');
        const stored = await storeAll(store, type, tenant, given);
        for (const text of texts) {
          const filter = typed(type, text);
          const expected = stored
            .filter(({ document }) => evaluateFilter(filter, document))
            .map(({ id }) => id);
          const page = await store.query(type, tenant, { filter, offset: 0, limit: 100 });
          const { total } = await store.query(type, tenant, { filter, offset: 0, limit: 0 });
          const found = page.resources.map(({ id }) => id);
          // The text is there to be read when the law breaks.
          expect({ text, found, total }).toEqual({ text, found: expected, total: expected.length });
        }
      });
      await fc.assert(law, { numRuns: 15 });
    },
  );

  it.each(DEFINITIONS)(
    'sorts as the reference order does, %s [P-3.4.2.3-05, P-3.4.2.3-06]',
    async (_, definition) => {
      const { type, store } = openStore(definition);
      const sortable = [...type.topLevel()].flatMap(simpleParts).filter(isSortable);
      const law = fc.asyncProperty(documents(type), fc.boolean(), async (given, descending) => {
        const tenant = fresh('tenant');
        const stored = await storeAll(store, type, tenant, given);
        for (const attribute of sortable) {
          const key = ({ document }: Stored) => sortValue(attribute, document);
          const sign = descending ? -1 : 1;
          // Array.prototype.sort is stable, and the resources are in the order of their ids.
          const expected = [...stored].sort((a, b) => sign * compareSortValues(key(a), key(b)));
          const page = await store.query(type, tenant, {
            sort: { attribute, descending },
            offset: 0,
            limit: 100,
          });
          const found = page.resources.map(({ id }) => id);
          const { path } = attribute;
          expect({ path, found }).toEqual({ path, found: expected.map(({ id }) => id) });
        }
      });
      await fc.assert(law, { numRuns: 8 });
    },
  );
});

interface Stored {
  readonly id: string;
  readonly document: JsonObject;
}

/** Several documents, no two with the same userName. */
function documents(type: ResourceType): fc.Arbitrary<JsonObject[]> {
  return fc.uniqueArray(documentArbitrary(type), {
    minLength: 5,
    maxLength: 10,
    selector: (document) => comparisonKey(document.userName as string),
  });
}

async function storeAll(
  store: ResourceStore,
  type: ResourceType,
  tenant: string,
  given: readonly JsonObject[],
): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (const document of given) {
    const { head } = await store.create(type, inTenant(tenant), { document, concealed: {} });
    stored.push({ id: head.id, document });
  }
  return stored;
}

/** The manager's name is made for the answer and never stored. */
function isAnswerable(filter: string): boolean {
  return !/manager(\.|\[.*)displayName/.test(filter) && !filter.includes('manager pr');
}

function simpleParts(attribute: Attribute): Attribute[] {
  return attribute.complex ? [...attribute.subAttributes.values()] : [attribute];
}

function isSortable(attribute: Attribute): boolean {
  const answered = !attribute.computed && !attribute.detached && attribute.returned !== 'never';
  return (
    answered &&
    attribute.schema !== undefined &&
    attribute.type !== 'binary' &&
    attribute.parent?.returned !== 'never'
  );
}
