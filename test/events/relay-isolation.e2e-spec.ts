import { Injectable } from '@nestjs/common';
import { OnScimEvent, UserCreated } from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapturedLog } from '../support/captured-log.js';
import { emptyDatabase, type EmptyDatabase } from '../support/databases.js';
import { until } from '../support/outbox-rows.js';
import { createUser } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';

/** Notes the tenants that it was told of. */
@Injectable()
class Journal {
  readonly told: string[] = [];

  @OnScimEvent(UserCreated)
  hear({ tenantId }: UserCreated): void {
    this.told.push(tenantId);
  }
}

/** The database takes a minute for each claim of one tenant, and refuses those of another. */
const OBSTACLE = [
  `create function obstacle() returns trigger language plpgsql as $$ begin
    if new.tenant_id = 'slow' then perform pg_sleep(60); end if;
    if new.tenant_id = 'broken' then raise exception 'refused'; end if;
    return new;
  end $$`,
  `create trigger obstacle before update on scim_outbox for each row
    when (new.locked_by is not null and old.locked_by is distinct from new.locked_by) execute function obstacle()`,
];

describe('A tenant whose events the database does not give', () => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  const log = new CapturedLog();
  beforeAll(async () => {
    database = await emptyDatabase('postgres');
    scim = await bootScim({
      database: database.options,
      scim: { outbox: { relay: true } },
      host: { providers: [Journal] },
      configure: (app) => log.attach(app),
    });
    for (const statement of OBSTACLE) await scim.dataSource.query(statement);
  });
  afterAll(async () => {
    log.detach();
    await scim.close();
    await database.drop();
  });
  const create = async (tenant: string, count: number): Promise<void> => {
    const client = await scim.client({ tenant });
    for (let i = 0; i < count; i++) await createUser(client);
  };
  const countOf = (tenant: string): number =>
    scim.app.get(Journal).told.filter((one) => one === tenant).length;
  const held = async (): Promise<boolean> => {
    const rows: unknown[] = await scim.dataSource.query(
      "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
    );
    return rows.length > 0;
  };

  it('holds up no other tenant, is told to the operator once, and gets its events when it is over', async () => {
    await create('slow', 2);
    await create('broken', 2);
    await until(held);
    await create('fine', 10);
    await until(() => countOf('fine') === 10);
    // The claim that was stopped, and some more of both, fail meanwhile.
    await until(() => log.text.includes('tenant slow'), 15_000);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await create('fine', 10);
    await until(() => countOf('fine') === 20);
    expect([countOf('slow'), countOf('broken')]).toEqual([0, 0]);
    const lines = log.text.match(/The outbox cannot be read for tenant \w+/g);
    expect(lines?.toSorted()).toEqual(
      ['broken', 'slow'].map((tenant) => `The outbox cannot be read for tenant ${tenant}`),
    );
    await scim.dataSource.query('drop trigger obstacle on scim_outbox');
    await until(() => countOf('slow') === 2 && countOf('broken') === 2, 20_000);
  });
});
