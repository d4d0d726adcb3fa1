import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { typed } from '../../../../../test/contracts/resource-store.contract.js';
import { groupResourceType, userResourceType } from '../../protocol/schema/core/resource-types.js';
import { customResourceType } from '../../protocol/schema/custom-resource-type.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { ScimAttribute } from '../../protocol/schema/scim-attribute.decorator.js';
import { ScimSchema } from '../../protocol/schema/scim-schema.decorator.js';
import { TypeOrmResourceStore } from './typeorm-resource.store.js';
import { inTenant } from '../../../../../test/support/origin.js';
import { StatementRecorder } from '../../../../../test/support/statement-recorder.js';

@ScimSchema({ id: 'urn:example:scim:2.0:Machine', name: 'Machine' })
class Machine {
  @ScimAttribute({ required: true, uniqueness: 'server' })
  serial!: string;
  @ScimAttribute({ indexed: true })
  room?: string;
}

@ScimSchema({ id: `urn:example:scim:2.0:${'long'.repeat(70)}`, name: 'Long' })
class LongExtension {
  @ScimAttribute({ indexed: true })
  room?: string;
}

const REGISTRY = new ResourceTypeRegistry([
  userResourceType(),
  groupResourceType(),
  customResourceType({ schema: Machine }),
  customResourceType({ schema: Machine, name: 'Robot' }),
]);
const MACHINES = REGISTRY.required('Machine');

const SEED = [
  `insert into scim_resource (tenant_id, id, resource_type, external_id, version, created_at, modified_at, document)
    select 't' || n % 3, 'id-' || lpad(n::text, 7, '0'), case n % 2 when 0 then 'Machine' else 'Robot' end, 'ext-' || n, 1,
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z',
      jsonb_build_object('serial', 's' || n, 'room', 'r' || n) from generate_series(1, 12000) n`,
  `insert into scim_attribute_value (tenant_id, resource_type, resource_id, path, position, value_key, unique_key)
    select tenant_id, resource_type, id, 'serial', 0, document->>'serial', document->>'serial' from scim_resource`,
  'analyze',
];

describe('Resources of types of the host', () => {
  const recorder = new StatementRecorder();
  let database: OpenDatabase;
  let store: TypeOrmResourceStore;
  beforeAll(async () => {
    database = await openDatabase('postgres', { logger: recorder });
    store = TypeOrmResourceStore.open(database.dataSource, { registry: REGISTRY });
    for (const statement of SEED) await database.dataSource.query(statement);
  });
  afterAll(() => database.close());

  /** Indexes that the statements of the work use, as JSON plans say it. */
  const indexes = async (work: () => Promise<unknown>): Promise<string[]> => {
    recorder.statements = [];
    await work();
    // A table of a few counts is read whole.
    const looksUp = (text: string): boolean =>
      text.includes('scim_') && !text.includes('scim_resource_count');
    const sent = recorder.statements.filter(({ text }) => looksUp(text));
    const plans = await Promise.all(
      sent.map(async ({ text, values }) => {
        const rows: object[] = await database.dataSource.query(`explain (format json) ${text}`, values);
        return JSON.stringify(rows);
      }),
    );
    expect(plans.join('')).not.toContain('Seq Scan');
    return plans.flatMap((plan) => [...plan.matchAll(/"Index Name":"(\w+)"/g)].map(([, name = '']) => name));
  };
  const found = (filter: string) => () =>
    store.query(MACHINES, 't0', { filter: typed(MACHINES, filter), offset: 0, limit: 50 });

  it.each([
    ['id eq "id-0000600"', 'ix_scim_resource_type'],
    ['externalId eq "ext-600"', 'ix_scim_resource_external'],
    ['serial eq "S600"', 'ix_scim_attribute_value'],
    ['room eq "r600"', 'ix_scim_attribute_value'],
  ])('are looked up by an index for %s', async (filter, index) => {
    expect(await indexes(found(filter))).toContain(index);
  });

  it('are listed out of an index, each type by itself', async () => {
    const page = () => store.query(MACHINES, 't0', { offset: 0, limit: 10, keyset: { direction: 'after' } });
    expect(await indexes(page)).toContain('ix_scim_resource_type');
    const { total, resources } = await page();
    expect([total, resources[0]?.id]).toEqual([2000, 'id-0000006']);
  });

  it('are read and written by statements that name tenant and type', async () => {
    recorder.statements = [];
    const content = { document: { schemas: [], serial: 'new' }, concealed: {} };
    const changed = { document: { schemas: [], serial: 'other' }, concealed: {} };
    const { head } = await store.create(MACHINES, inTenant('t0'), content);
    await store.createMany(MACHINES, inTenant('t0'), [
      { document: { schemas: [], serial: 'a' }, concealed: {} },
      { document: { schemas: [], serial: 'b' }, concealed: {} },
    ]);
    await store.find(MACHINES, 't0', head.id);
    await store.modify(MACHINES, inTenant('t0'), head.id, () => changed);
    await store.query(MACHINES, 't0', { offset: 5, limit: 5 });
    await store.delete(MACHINES, inTenant('t0'), head.id, () => undefined);
    const sent = recorder.statements.filter(({ text }) => text.includes('scim_'));
    expect(sent.length).toBeGreaterThan(8);
    for (const { text, values } of sent) {
      expect(text).toMatch(/tenant_id/);
      if (!text.includes('scim_outbox')) expect(text).toMatch(/resource_type/);
      expect(values.includes('t0') || String(values[0]).includes('"tenant_id":"t0"')).toBe(true);
    }
  });

  it('of one type are not there for another, whatever is asked of them', async () => {
    const robots = REGISTRY.required('Robot');
    const id = 'id-0000006';
    expect(await store.find(robots, 't0', id)).toBeUndefined();
    expect(
      await store.modify(robots, inTenant('t0'), id, () => ({ document: {}, concealed: {} })),
    ).toBeUndefined();
    expect(await store.delete(robots, inTenant('t0'), id, () => undefined)).toBe(false);
    expect((await store.find(MACHINES, 't0', id))?.version).toBe(1);
  });

  it('cannot index an attribute whose path is longer than a key', () => {
    const type = customResourceType({ schema: Machine, extensions: [LongExtension] });
    const registry = new ResourceTypeRegistry([userResourceType(), groupResourceType(), type]);
    expect(() => TypeOrmResourceStore.open(database.dataSource, { registry })).toThrow(/at most 255/);
  });
});
