import { Column, DataSource, Entity, type DataSourceOptions } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import {
  describeEachDatabase,
  emptyDatabase,
  entitiesDatabase,
} from '../../../../../test/support/databases.js';
import {
  REGISTRY,
  typed,
  userDocument,
  USERS,
} from '../../../../../test/contracts/resource-store.contract.js';
import { SCIM_MIGRATIONS } from '../migrations/index.js';
import { TypeOrmResourceStore } from '../stores/typeorm-resource.store.js';
import { ScimColumn } from './scim-column.decorator.js';
import { scimEntities, type ScimEntity } from './scim-entities.js';
import { ScimUser } from './scim-user.entity.js';
import { inTenant } from '../../../../../test/support/origin.js';

@Entity('scim_user')
class AppUser extends ScimUser {
  @ScimColumn('name.familyName')
  @Column({ type: 'varchar', name: 'family_name', nullable: true })
  familyName?: string | null;

  @ScimColumn('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department')
  @Column({ type: 'varchar', name: 'department', nullable: true })
  department?: string | null;

  @Column({ type: 'varchar', name: 'theme', nullable: true })
  theme?: string | null;
}

@Entity('scim_user')
class UnknownPath extends ScimUser {
  @ScimColumn('name.shoeSize')
  @Column({ type: 'varchar', name: 'shoe_size', nullable: true })
  shoeSize?: string | null;
}

@Entity('scim_user')
class ListPath extends ScimUser {
  @ScimColumn('emails.value')
  @Column({ type: 'varchar', name: 'mail', nullable: true })
  mail?: string | null;
}

@Entity('scim_user')
class Demanding extends ScimUser {
  @Column({ type: 'varchar', name: 'country' })
  country!: string;
}

const opened: DataSource[] = [];
afterEach(async () => {
  for (const dataSource of opened.splice(0)) await dataSource.destroy();
});

async function open(options: Partial<DataSourceOptions>, entities: ScimEntity[]): Promise<DataSource> {
  const settings = { ...options, entities, migrations: SCIM_MIGRATIONS, migrationsRun: true };
  const dataSource = await new DataSource(settings as DataSourceOptions).initialize();
  opened.push(dataSource);
  return dataSource;
}

describeEachDatabase("A host's user entity", (database) => {
  it('gets attributes in its columns, which filters and sorting then use', async () => {
    const empty = await emptyDatabase(database);
    const dataSource = await open(empty.options, scimEntities({ user: AppUser }, entitiesDatabase(database)));
    for (const column of ['family_name', 'department', 'theme']) {
      await dataSource.query(`alter table scim_user add column ${column} varchar(255)`);
    }
    const store = TypeOrmResourceStore.open(dataSource, { registry: REGISTRY, entities: { user: AppUser } });
    const document = userDocument({ name: { familyName: 'Løve' } });
    const { head } = await store.create(USERS, inTenant('t'), { document, concealed: {} });
    const users = dataSource.getRepository(AppUser);
    await users.update({ id: head.id }, { theme: 'dark' });
    await store.modify(USERS, inTenant('t'), head.id, (current) => ({
      document: { ...current.document, title: 'x' },
      concealed: {},
    }));
    expect(await users.findOneByOrFail({ id: head.id })).toMatchObject({
      familyName: 'Løve',
      department: null,
      theme: 'dark',
      document: { name: { familyName: 'Løve' } },
    });
    await users.update({ id: head.id }, { familyName: 'Byron' });
    // Only the column can answer this now; but MySQL cannot compute comparison keys, so there the document answers.
    const filter = typed(USERS, `name.familyName eq "${database === 'mysql' ? 'LØVE' : 'BYRON'}"`);
    expect((await store.query(USERS, 't', { filter, offset: 0, limit: 1 })).total).toBe(1);
  });
});

describe('TypeOrmResourceStore.open', () => {
  const opening = async (user: new () => ScimUser, entities = scimEntities({ user })): Promise<unknown> => {
    const dataSource = new DataSource({ type: 'sqljs', entities });
    opened.push(await dataSource.initialize());
    return TypeOrmResourceStore.open(dataSource, { registry: REGISTRY, entities: { user } });
  };

  it('names class, property and path of a column for an unknown attribute', async () => {
    await expect(opening(UnknownPath)).rejects.toThrow(/UnknownPath\.shoeSize.*name\.shoeSize/);
  });

  it('refuses a column for an attribute inside a list', async () => {
    await expect(opening(ListPath)).rejects.toThrow(/ListPath\.mail.*single simple value/);
  });

  it('refuses a column of the host that would make every create fail', async () => {
    await expect(opening(Demanding)).rejects.toThrow(/Demanding\.country.*no default/);
  });

  it('refuses our class beside the one that extends it', async () => {
    await expect(opening(AppUser, [...scimEntities({ user: AppUser }), ScimUser])).rejects.toThrow(
      /list only one/,
    );
  });

  it('refuses a DataSource without the entities', async () => {
    await expect(opening(AppUser, scimEntities())).rejects.toThrow(/lacks the entity AppUser/);
  });
});
