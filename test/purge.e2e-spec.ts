import { Injectable } from '@nestjs/common';
import {
  BeforeScimCommit,
  DeletionBlocked,
  GroupMembersChanged,
  OnScimEvent,
  ScimDeletions,
  ScimEvent,
  UserCreated,
  UserDeactivated,
  UserDeleted,
  UserPurgeDue,
} from 'nestjs-scim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachDatabase, emptyDatabase, type EmptyDatabase } from './support/databases.js';
import { classesOf, eventsIn, until } from './support/outbox-rows.js';
import { createGroup, createUser } from './support/resources.js';
import { bootScim, type ScimApp } from './support/scim-app.js';
import type { ScimClient } from './support/scim-client.js';

/** What an application keeps of its users; `broken` makes it fail. */
@Injectable()
class Archive {
  broken = false;
  readonly erased: string[] = [];
  readonly heard: ScimEvent[] = [];

  @OnScimEvent(UserPurgeDue)
  erase({ resourceId }: UserPurgeDue): void {
    if (this.broken) throw new Error('the archive is away');
    this.erased.push(resourceId);
  }

  @OnScimEvent(ScimEvent)
  hear(event: ScimEvent): void {
    this.heard.push(event);
  }
}

const quick = {
  retention: { purgeIntervalSeconds: 1 },
  outbox: { firstRetrySeconds: 1, lastRetrySeconds: 1 },
};

describeEachDatabase('the purge', (name) => {
  let database: EmptyDatabase;
  let scim: ScimApp;
  let client: ScimClient;
  let deletions: ScimDeletions;
  let archive: Archive;
  beforeAll(async () => {
    database = await emptyDatabase(name);
    scim = await bootScim({ database: database.options, scim: quick, host: { providers: [Archive] } });
    client = await scim.client();
    deletions = scim.app.get(ScimDeletions, { strict: false });
    archive = scim.app.get(Archive, { strict: false });
  });
  afterAll(async () => {
    await scim?.close();
    await database?.drop();
  });

  const deleted = async (): Promise<string> => {
    const { id } = await createUser(client, { externalId: 'e-1' });
    await client.delete(`/Users/${id}`);
    return id as string;
  };
  const isGone = async (id: string): Promise<boolean> => (await deletions.show('acme', id)) === undefined;

  it('tells the host and then removes the data, without anybody asking', async () => {
    const id = await deleted();
    await scim.dataSource.query(
      `update scim_tombstone set purge_after = '2020-01-01T00:00:00.000Z' where id = '${id}'`,
    );
    await until(() => isGone(id));
    expect(archive.erased).toEqual([id]);
    const events = await eventsIn(scim.dataSource, id);
    expect(classesOf(events)).toEqual(['UserCreated', 'UserDeleted', 'UserPurgeDue']);
    expect(events[2]).toMatchObject({ externalId: 'e-1', by: 'purge', tenantId: 'acme' });
    const places = events.map(({ sequence }) => sequence);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(3);
  });

  it('waits for handlers that fail', async () => {
    archive.broken = true;
    const id = await deleted();
    await deletions.purgeNow('acme', id);
    await until(async () => (await deletions.show('acme', id))?.announcedAt !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await isGone(id)).toBe(false);
    await expect(deletions.restore('acme', id)).rejects.toMatchObject({ code: 'alreadyPurged' });
    archive.broken = false;
    await until(() => isGone(id));
    expect(archive.erased).toContain(id);
  });

  it('waits for a hold that is set after the announcement', async () => {
    archive.broken = true;
    const id = await deleted();
    await deletions.purgeNow('acme', id);
    await until(async () => (await deletions.show('acme', id))?.announcedAt !== undefined);
    await deletions.hold('acme', id);
    archive.broken = false;
    await until(() => archive.erased.includes(id));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await deletions.show('acme', id))?.held).toBe(true);
    await deletions.release('acme', id);
    await until(() => isGone(id));
  });

  it('is announced once by two applications on one database', async () => {
    if (name === 'sqlite') return;
    const second = await bootScim({
      database: database.options,
      scim: quick,
      host: { providers: [Archive] },
    });
    try {
      const ids: string[] = [];
      while (ids.length < 10) ids.push(await deleted());
      await scim.dataSource.query(
        `update scim_tombstone set purge_after = '2020-01-01T00:00:00.000Z' where announced_at is null`,
      );
      await until(async () => (await deletions.list('acme')).length === 0);
      const due = (await eventsIn(scim.dataSource, ...ids)).filter((one) => one instanceof UserPurgeDue);
      expect(due.map(({ resourceId }) => resourceId).toSorted()).toEqual(ids.toSorted());
      const other = second.app.get(Archive, { strict: false });
      expect([...archive.erased, ...other.erased].filter((id) => ids.includes(id)).toSorted()).toEqual(
        ids.toSorted(),
      );
    } finally {
      await second.close();
    }
  });

  it('is not for who was restored, which the host hears as of everybody who comes', async () => {
    const { id } = await createUser(client);
    const team = await createGroup(client, { members: [{ value: id }] });
    await client.delete(`/Users/${id}`);
    await deletions.restore('acme', id, { memberships: true });
    const events = await eventsIn(scim.dataSource, id);
    expect(classesOf(events)).toEqual(['UserCreated', 'UserDeleted', 'UserCreated']);
    expect((events[2] as UserCreated).after).toMatchObject({ active: false });
    expect(events[2]!.by).toBe('host');
    const [joined] = (await eventsIn(scim.dataSource, team.id)).slice(-1);
    expect(joined).toBeInstanceOf(GroupMembersChanged);
    expect((joined as GroupMembersChanged).added).toEqual([{ id, type: 'User' }]);
    await until(() => archive.heard.filter(({ resourceId }) => resourceId === id).length === 3);
  });
});

describe('retention of no days', () => {
  it('removes the data with the DELETE and tells the host at once', async () => {
    const scim = await bootScim({
      scim: { ...quick, retention: { days: 0, purgeIntervalSeconds: 1 } },
      host: { providers: [Archive] },
    });
    try {
      const client = await scim.client();
      const { id, userName } = await createUser(client);
      await client.delete(`/Users/${id}`);
      const rows: unknown = await scim.dataSource.query('select * from scim_tombstone');
      expect(JSON.stringify(rows)).not.toContain(userName);
      const archive = scim.app.get(Archive, { strict: false });
      await until(() => archive.erased.includes(id as string));
    } finally {
      await scim.close();
    }
  });
});

describe('a deletion that a handler blocks', () => {
  /** Keeps whoever is called Debtor, and ends sessions. */
  @Injectable()
  class Accounts {
    readonly ended: string[] = [];

    @BeforeScimCommit(UserDeleted)
    keep({ before }: UserDeleted): void {
      if (before['title'] === 'Debtor') throw new DeletionBlocked();
    }

    @BeforeScimCommit(UserDeactivated, UserDeleted)
    end(event: UserDeactivated | UserDeleted): void {
      this.ended.push(`${event.constructor.name} ${event.resourceId}`);
    }
  }

  it('deactivates the user, and the host hears of that and of nothing else [L4]', async () => {
    const scim = await bootScim({ host: { providers: [Accounts] } });
    try {
      const client = await scim.client();
      const { id } = await createUser(client, { title: 'Debtor' });
      expect((await client.delete(`/Users/${id}`)).status).toBe(204);
      expect((await client.get(`/Users/${id}`)).body.active).toBe(false);
      expect(classesOf(await eventsIn(scim.dataSource, id))).toEqual(['UserCreated', 'UserDeactivated']);
      expect(scim.app.get(Accounts, { strict: false }).ended).toEqual([`UserDeactivated ${id}`]);
      expect(await scim.app.get(ScimDeletions, { strict: false }).list('acme')).toEqual([]);
    } finally {
      await scim.close();
    }
  });
});
