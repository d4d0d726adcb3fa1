import { Injectable, Scope } from '@nestjs/common';
import {
  BeforeScimCommit,
  ChangeGuard,
  type ChangeTransaction,
  GroupMembersChanged,
  type ResourceChange,
  ScimError,
  ScimEvent,
  UserCreated,
  UserDeactivated,
  UserDeleted,
} from 'nestjs-scim';
import type { EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CapturedLog } from '../support/captured-log.js';
import { describeEachDatabase } from '../support/databases.js';
import { expectError } from '../support/expect-error.js';
import { eventsIn } from '../support/outbox-rows.js';
import { createGroup, createUser, fresh, user } from '../support/resources.js';
import { ADAPTERS, bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const deactivate = [{ op: 'replace', path: 'active', value: false }];
const SECRET = 'the cause is nobody else’s concern';

/** Ends sessions in the transaction of the change; `fault` makes it fail. */
@Injectable()
class Sessions {
  fault: ((manager: EntityManager) => unknown) | undefined;
  readonly seen: ScimEvent[] = [];

  @BeforeScimCommit(UserDeactivated, UserDeleted)
  async end(event: UserDeactivated | UserDeleted, manager: EntityManager): Promise<void> {
    await manager.query(`insert into host_note (id, text) values ('${event.id}', '${event.resourceId}')`);
    await this.fault?.(manager);
  }

  @BeforeScimCommit(ScimEvent)
  see(event: ScimEvent): void {
    this.seen.push(event);
  }
}

/** Refuses users of that title. */
@Injectable()
class NoPirates extends ChangeGuard {
  override async check(changes: readonly ResourceChange[]): Promise<void> {
    if (changes.some(({ after }) => after?.['title'] === 'Pirate')) throw ScimError.forbidden('No pirates.');
  }
}

/** Wants to see what becomes of users with a title, as the database has it inside the transaction. */
@Injectable()
class TitleWatch extends ChangeGuard {
  readonly titles: unknown[] = [];

  override concerns(changes: readonly ResourceChange[]): boolean {
    return changes.some(({ after }) => after?.['title'] === 'Watched');
  }

  override async check([change]: readonly ResourceChange[], tx: ChangeTransaction): Promise<void> {
    const rows = await tx.run<{ id: string }>({
      text: 'select id from scim_user where id = $1 and version = $2',
      values: [change!.id, change!.version],
    });
    const notes: unknown[] = await tx.manager.query('select id from host_note');
    this.titles.push([rows.length, Array.isArray(notes)]);
  }
}

/** Fails for one user of many. */
@Injectable()
class Choosy {
  @BeforeScimCommit(UserCreated)
  choose(event: UserCreated): void {
    if (event.after['title'] === 'Thirteenth') throw new Error(SECRET);
  }
}

describeEachDatabase('@BeforeScimCommit', (database) => {
  const log = new CapturedLog();
  let scim: ScimApp;
  let client: ScimClient;
  let sessions: Sessions;
  beforeAll(async () => {
    scim = await bootScimOn(database, {
      host: { providers: [Sessions, NoPirates, TitleWatch, Choosy] },
      configure: (app) => log.attach(app),
    });
    client = await scim.client();
    sessions = scim.app.get(Sessions);
    await scim.dataSource.query('create table host_note (id varchar(36) primary key, text varchar(100))');
  });
  afterEach(() => {
    sessions.fault = undefined;
  });
  afterAll(async () => {
    log.detach();
    await scim.close();
  });
  const notesOf = (id: string): Promise<unknown[]> =>
    scim.dataSource.query(`select text from host_note where text = '${id}'`);

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['PATCH', (id) => client.patch(`/Users/${id}`, deactivate)],
    ['DELETE', (id) => client.delete(`/Users/${id}`)],
  ])('writes with the change by %s', async (_, end) => {
    const { id } = await createUser(client);
    await end(id);
    expect(await notesOf(id)).toEqual([{ text: id }]);
  });

  it('asks a guard about what concerns it, in the open transaction of the change', async () => {
    const watch = scim.app.get(TitleWatch);
    const { id } = await createUser(client, { title: 'Other' });
    expect(watch.titles).toEqual([]);
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Watched' }]);
    expect(watch.titles).toEqual([[1, true]]);
  });

  it('rolls everything back when it throws, and answers 500 with the cause in the log only', async () => {
    const { id, meta } = await createUser(client);
    sessions.fault = () => {
      throw new Error(SECRET);
    };
    const reply = await client.patch(`/Users/${id}`, deactivate);
    expectError(reply, 500);
    expect(reply.text).not.toContain(SECRET);
    expect(log.text).toContain(SECRET);
    expect((await client.get(`/Users/${id}`)).body.meta).toEqual(meta);
    expect(await notesOf(id)).toEqual([]);
    expect(await eventsIn(scim.dataSource, id)).toHaveLength(1);
  });

  it('keeps memberships when the deletion of a user fails', async () => {
    const { id } = await createUser(client);
    const group = await createGroup(client, { members: [{ value: id }] });
    sessions.fault = () => {
      throw new Error(SECRET);
    };
    expectError(await client.delete(`/Users/${id}`), 500);
    expect((await client.get(`/Groups/${group.id}`)).body.members).toHaveLength(1);
    expect(await eventsIn(scim.dataSource, group.id)).toHaveLength(2);
  });

  it('answers a ScimError as it is', async () => {
    const { id } = await createUser(client);
    sessions.fault = () => {
      throw new ScimError(409, undefined, 'The user owns invoices; transfer them first.');
    };
    const reply = await client.delete(`/Users/${id}`);
    expectError(reply, 409);
    expect(reply.body.detail).toContain('invoices');
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it('answers 500 for a database error of the handler, never the client’s fault', async () => {
    const { id } = await createUser(client);
    sessions.fault = () =>
      scim.dataSource.query('select 1 from no_such_table').catch(() => {
        throw Object.assign(new Error('duplicate'), { code: '23505', driverError: { code: '23505' } });
      });
    // SQLite has one connection, which the transaction holds.
    if (database === 'sqlite')
      sessions.fault = () => Promise.reject(new Error('UNIQUE constraint failed: x.y'));
    expectError(await client.patch(`/Users/${id}`, deactivate), 500);
  });

  it.skipIf(database !== 'postgres')('answers 503 when the database stops it for its time', async () => {
    const { id } = await createUser(client);
    sessions.fault = async (manager) => {
      await manager.query('set local statement_timeout = 20');
      await manager.query('select pg_sleep(1)');
    };
    expectError(await client.patch(`/Users/${id}`, deactivate), 503);
  });

  it('sees the resource as the transaction has left it', async () => {
    let active: unknown;
    const { id } = await createUser(client, { active: true });
    sessions.fault = undefined;
    const seen: unknown[] = [];
    sessions.end = async (event, manager) => {
      const rows: { active: unknown }[] = await manager.query(
        `select active from scim_user where id = '${event.resourceId}'`,
      );
      active = rows[0]?.active;
      seen.push(event);
    };
    await client.patch(`/Users/${id}`, deactivate);
    expect(Boolean(active)).toBe(false);
  });

  it('hears of every event of the change', async () => {
    sessions.seen.length = 0;
    const { id } = await createUser(client);
    const group = await createGroup(client, { members: [{ value: id }] });
    await client.delete(`/Users/${id}`);
    expect(sessions.seen.filter((event) => event instanceof GroupMembersChanged)).toHaveLength(2);
    expect(sessions.seen.at(-1)).toBeInstanceOf(UserDeleted);
    expect(sessions.seen.map(({ resourceId }) => resourceId)).toContain(group.id);
  });

  it('comes after the guards, which refuse with an answer of their own', async () => {
    sessions.seen.length = 0;
    const reply = await client.post('/Users', user({ title: 'Pirate' }));
    expectError(reply, 403);
    expect(sessions.seen).toEqual([]);
    const { id } = await createUser(client);
    expectError(await client.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'Pirate' }]), 403);
  });

  it('fails one operation of a Bulk request and not the others', async () => {
    const titles = ['First', 'Thirteenth', 'Last'];
    const reply = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: titles.map((title) => ({
        method: 'POST',
        path: '/Users',
        bulkId: fresh(),
        data: user({ title }),
      })),
    });
    expect(reply.body.Operations.map(({ status }: { status: string }) => status)).toEqual([
      '201',
      '500',
      '201',
    ]);
    expect(reply.text).not.toContain(SECRET);
    expect(await client.ids('/Users', 'title eq "Thirteenth"')).toEqual([]);
  });
});

@Injectable({ scope: Scope.REQUEST })
class OfOneRequest {
  @BeforeScimCommit(UserCreated)
  created(): void {}
}

describe('@BeforeScimCommit on a provider of one request', () => {
  it.each(ADAPTERS)('keeps the application from starting on %s', async (adapter) => {
    const boot = bootScim({ adapter, host: { providers: [OfOneRequest] } });
    await expect(boot).rejects.toThrow(/OfOneRequest\.created.*request-scoped/);
  });
});
