import { ScimAttribute, ScimSchema } from 'nestjs-scim';
import { ScimColumn, ScimUser } from 'nestjs-scim/typeorm';
import { Column, Entity } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { createUser, ENTERPRISE, fresh, user } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const SHOP = 'urn:example:scim:extension:shop:2.0:User';

@ScimSchema({ id: SHOP, name: 'ShopUser', description: 'What the shop knows of a user.' })
class ShopSchema {
  @ScimAttribute()
  costCentre?: string;
  @ScimAttribute({ type: 'integer' })
  seats?: number;
  @ScimAttribute({ type: 'decimal' })
  price?: number;
  @ScimAttribute({ type: 'boolean' })
  vip?: boolean;
  @ScimAttribute({ caseExact: true })
  code?: string;
}

@Entity('scim_user')
class ShopUser extends ScimUser {
  @ScimColumn('title')
  @Column({ type: 'varchar', name: 'title', nullable: true })
  jobTitle?: string | null;

  @ScimColumn(`${ENTERPRISE}:department`)
  @Column({ type: 'varchar', name: 'department', nullable: true })
  department?: string | null;

  @ScimColumn('name.familyName')
  @Column({ type: 'varchar', name: 'family_name', nullable: true })
  familyName?: string | null;

  @ScimColumn(`${SHOP}:costCentre`)
  @Column({ type: 'varchar', name: 'cost_centre', nullable: true })
  costCentre?: string | null;

  @ScimColumn(`${SHOP}:seats`)
  @Column({ type: 'integer', name: 'seats', nullable: true })
  seats?: number | null;

  @ScimColumn(`${SHOP}:price`)
  @Column({ type: 'decimal', name: 'price', nullable: true })
  price?: string | number | null;

  @ScimColumn(`${SHOP}:vip`)
  @Column({ type: 'boolean', name: 'vip', nullable: true })
  vip?: boolean | null;

  @ScimColumn(`${SHOP}:code`)
  @Column({ type: 'varchar', name: 'code', nullable: true })
  code?: string | null;

  /** The host's own. */
  @Column({ type: 'integer', name: 'credit', default: 5 })
  credit!: number;

  @Column({ type: 'varchar', name: 'nick', nullable: true })
  nick?: string | null;
}

const COLUMNS = {
  title: 'varchar',
  department: 'varchar',
  family_name: 'varchar',
  cost_centre: 'varchar',
  seats: 'integer',
  price: 'decimal',
  vip: 'boolean',
  code: 'varchar',
  credit: 'integer not null default 5',
  nick: 'varchar',
};

/** A varchar has a length there, and a decimal no decimals. */
const ON_MYSQL: Readonly<Record<string, string>> = { varchar: 'varchar(255)', decimal: 'double' };

describeEachDatabase('an entity of the host in the place of ScimUser', (database) => {
  let scim: ScimApp;
  let client: ScimClient;

  beforeAll(async () => {
    const shape = { entities: { user: ShopUser }, users: { extensions: [ShopSchema] } };
    scim = await bootScimOn(database, { scim: shape });
    for (const [name, standard] of Object.entries(COLUMNS)) {
      const type = database === 'mysql' ? (ON_MYSQL[standard] ?? standard) : standard;
      await scim.dataSource.query(`alter table scim_user add column ${name} ${type}`);
    }
    client = await scim.client();
  });
  afterAll(() => scim.close());

  const row = (id: string): Promise<ShopUser> =>
    scim.dataSource.getRepository(ShopUser).findOneByOrFail({ tenantId: 'acme', id });
  const shop = { costCentre: 'North', seats: 3, vip: true, code: 'Ab' };
  const full = (more: object = {}): Record<string, unknown> =>
    user({
      title: 'Dr',
      name: { familyName: 'Jensen' },
      [ENTERPRISE]: { department: 'R&D' },
      [SHOP]: shop,
      ...more,
    });

  it('has the values of the attributes in its columns, after every kind of write', async () => {
    const { id } = await createUser(client, full());
    const written = { jobTitle: 'Dr', familyName: 'Jensen', department: 'R&D', ...shop };
    expect(await row(id)).toMatchObject(written);
    await client.patch(`/Users/${id}`, [
      { op: 'replace', path: 'title', value: 'Prof' },
      { op: 'replace', path: `${SHOP}:seats`, value: 4 },
      { op: 'remove', path: `${SHOP}:vip` },
      { op: 'remove', path: ENTERPRISE },
    ]);
    expect(await row(id)).toMatchObject({
      ...written,
      jobTitle: 'Prof',
      seats: 4,
      vip: null,
      department: null,
    });
    await client.put(`/Users/${id}`, user({ [SHOP]: { vip: false } }));
    expect(await row(id)).toMatchObject({
      jobTitle: null,
      familyName: null,
      department: null,
      costCentre: null,
      seats: null,
      vip: false,
      code: null,
    });
  });

  it('answers like any other user', async () => {
    const created = await client.post('/Users', full());
    expect(created.body).toMatchObject({ title: 'Dr', [SHOP]: shop, [ENTERPRISE]: { department: 'R&D' } });
    expect((await client.get(`/Users/${created.body.id}`)).body).toEqual(created.body);
    expect(created.text).not.toMatch(/credit|nick|jobTitle|cost_centre/);
  });

  it('is filtered and sorted by its columns, with the rules of each attribute [S-7-01]', async () => {
    const tag = fresh('Tag');
    const ids: string[] = [];
    for (const [seats, code, title] of [
      [10, 'b', 'Beta'],
      [9, 'B', 'alpha'],
      [undefined, 'a', undefined],
    ] as const) {
      const { id } = await createUser(
        client,
        full({ title, [SHOP]: { ...shop, costCentre: tag, price: 1.5, seats, code } }),
      );
      ids.push(id as string);
    }
    const [ten, nine, none] = ids as [string, string, string];
    const find = async (condition: string): Promise<Set<string>> =>
      new Set(await client.ids('/Users', `${SHOP}:costCentre eq "${tag}" and ${condition}`));
    expect(await find(`${SHOP}:seats gt 9`)).toEqual(new Set([ten]));
    expect(await find(`${SHOP}:price gt 1.25 and ${SHOP}:price le 1.5`)).toEqual(new Set(ids));
    expect(await find(`${SHOP}:seats pr`)).toEqual(new Set([ten, nine]));
    expect(await find(`not (${SHOP}:seats pr)`)).toEqual(new Set([none]));
    expect(await find(`${SHOP}:seats ne 9`)).toEqual(new Set([ten, none]));
    expect(await find(`${SHOP}:code eq "b"`)).toEqual(new Set([ten]));
    expect(await find('title eq "BETA"')).toEqual(new Set([ten]));
    expect(await find('title co "LPH"')).toEqual(new Set([nine]));
    expect(await find(`${SHOP}:vip eq true`)).toEqual(new Set(ids));
    expect(await find(`${ENTERPRISE}:department sw "r&"`)).toEqual(new Set(ids));
    expect(await find('name.familyName gt "JEN"')).toEqual(new Set(ids));
    expect(new Set(await client.ids('/Users', `${SHOP}:costCentre eq "${tag.toUpperCase()}"`))).toEqual(
      new Set(ids),
    );
    const sorted = async (sortBy: string, sortOrder = 'ascending'): Promise<string[]> => {
      const query = { filter: `${SHOP}:costCentre eq "${tag}"`, sortBy, sortOrder };
      const { body } = await client.get('/Users', { query });
      return (body.Resources as { id: string }[]).map(({ id }) => id);
    };
    expect(await sorted(`${SHOP}:seats`)).toEqual([nine, ten, none]);
    expect(await sorted(`${SHOP}:seats`, 'descending')).toEqual([none, ten, nine]);
    expect(await sorted('title')).toEqual([nine, ten, none]);
  });

  it('keeps columns of its own out of reach of every client', async () => {
    const attack = {
      credit: 999,
      nick: 'hack',
      jobTitle: 'hack',
      cost_centre: 'hack',
      document: { credit: 1 },
      version: 99,
      tenantId: 'globex',
      tenant_id: 'globex',
      [SHOP]: { credit: 999, nick: 'hack' },
    };
    const { id } = await createUser(client, attack);
    await client.put(`/Users/${id}`, user(attack));
    await client.patch(`/Users/${id}`, [
      { op: 'replace', value: attack },
      { op: 'replace', path: 'credit', value: 999 },
      { op: 'add', path: `${SHOP}:nick`, value: 'hack' },
    ]);
    expect(await row(id)).toMatchObject({ credit: 5, nick: null, jobTitle: null, tenantId: 'acme' });
    for (const filter of ['credit eq 5', 'nick pr', 'jobTitle pr', 'cost_centre pr']) {
      expectError(await client.get('/Users', { query: { filter } }), 400, 'invalidFilter');
    }
    expectError(await client.get('/Users', { query: { sortBy: 'credit' } }), 400, 'invalidValue');
  });

  it('keeps what the host wrote into its own columns', async () => {
    const { id } = await createUser(client);
    await scim.dataSource.getRepository(ShopUser).update({ tenantId: 'acme', id }, { credit: 7, nick: 'Bo' });
    await client.put(`/Users/${id}`, full());
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Prof' }]);
    expect(await row(id)).toMatchObject({ credit: 7, nick: 'Bo', jobTitle: 'Prof' });
  });
});

describe('a mapping that cannot work', () => {
  @Entity('scim_user')
  class Misspelt extends ScimUser {
    @ScimColumn('titel')
    @Column({ type: 'varchar', nullable: true })
    label?: string | null;
  }
  @Entity('scim_user')
  class WrongUrn extends ScimUser {
    @ScimColumn('urn:example:nothing:costCentre')
    @Column({ type: 'varchar', nullable: true })
    label?: string | null;
  }
  @Entity('scim_user')
  class Complex extends ScimUser {
    @ScimColumn('name')
    @Column({ type: 'varchar', nullable: true })
    label?: string | null;
  }
  @Entity('scim_user')
  class Several extends ScimUser {
    @ScimColumn('emails.value')
    @Column({ type: 'varchar', nullable: true })
    label?: string | null;
  }
  @Entity('scim_user')
  class Computed extends ScimUser {
    @ScimColumn(`${ENTERPRISE}:manager.displayName`)
    @Column({ type: 'varchar', nullable: true })
    label?: string | null;
  }
  @Entity('scim_user')
  class Mandatory extends ScimUser {
    @ScimColumn('title')
    @Column({ type: 'varchar' })
    label!: string;
  }
  @Entity('scim_user')
  class Unfilled extends ScimUser {
    @Column({ type: 'varchar' })
    label!: string;
  }
  @Entity('scim_user')
  class WithoutColumn extends ScimUser {
    @ScimColumn('title')
    label?: string | null;
  }
  @Entity('scim_user')
  class WrongType extends ScimUser {
    @ScimColumn('title')
    @Column({ type: 'integer', nullable: true })
    label?: number | null;
  }
  @Entity('scim_user')
  class TextForBoolean extends ScimUser {
    @ScimColumn(`${SHOP}:vip`)
    @Column({ type: 'varchar', nullable: true })
    label?: string | null;
  }
  @Entity('scim_user')
  class OurOwn extends ScimUser {
    @ScimColumn('userName')
    @Column({ type: 'varchar', nullable: true })
    label?: string | null;
  }
  @Entity('scim_user')
  class Fraction extends ScimUser {
    @ScimColumn(`${SHOP}:price`)
    @Column({ type: 'integer', nullable: true })
    label?: number | null;
  }
  @Entity('scim_user')
  class Twice extends ScimUser {
    @ScimColumn('title')
    @Column({ type: 'varchar', name: 'one', nullable: true })
    first?: string | null;
    @ScimColumn('title')
    @Column({ type: 'varchar', name: 'two', nullable: true })
    label?: string | null;
  }

  it.each([
    Misspelt,
    WrongUrn,
    Complex,
    Several,
    Computed,
    Mandatory,
    Unfilled,
    WithoutColumn,
    WrongType,
    TextForBoolean,
    Fraction,
    OurOwn,
    Twice,
  ])('%o stops the application at start, naming class and property', async (entity) => {
    const start = bootScim({ scim: { entities: { user: entity }, users: { extensions: [ShopSchema] } } });
    const error = await start.then(
      async (scim) => {
        await scim.close();
        return undefined;
      },
      (cause: Error) => cause,
    );
    expect(error?.message).toContain(`${entity.name}.label`);
  });
});
