import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, emptyDatabase } from '../support/databases.js';
import { createGroup, createUser } from '../support/resources.js';
import { bootScim, type ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

const add = (...ids: string[]): object => ({
  op: 'add',
  path: 'members',
  value: ids.map((value) => ({ value })),
});
const remove = (id: string): object => ({ op: 'remove', path: `members[value eq "${id}"]` });

describeEachDatabase('parallel changes of one group', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  let people: string[];
  beforeAll(async () => {
    scim = await bootScimOn(database);
    client = await scim.client();
    people = await Promise.all(
      Array.from({ length: 200 }, async () => (await createUser(client)).id as string),
    );
  });
  afterAll(() => scim.close());

  const members = async (group: string): Promise<string[]> => {
    const { body } = await client.get(`/Groups/${group}`);
    return (body.members as { value: string }[]).map(({ value }) => value).sort();
  };
  const statuses = (replies: readonly ScimReply[]): number[] => [
    ...new Set(replies.map(({ status }) => status)),
  ];

  it('lose none of 200 added members, nor of 200 removed ones [G1]', async () => {
    const group = (await createGroup(client)).id;
    const path = `/Groups/${group}`;
    const added = await Promise.all(people.map((id) => client.patch(path, [add(id)])));
    expect(statuses(added)).toEqual([204]);
    expect(await members(group)).toEqual([...people].sort());
    const version = (await client.get(path)).headers.etag;
    const removed = await Promise.all(people.slice(0, 150).map((id) => client.patch(path, [remove(id)])));
    expect(statuses(removed)).toEqual([204]);
    expect(await members(group)).toEqual(people.slice(150).sort());
    expect((await client.get(path)).headers.etag).not.toBe(version);
  });

  it('keep every acknowledged add, remove and rename [G1]', async () => {
    const [leaving, joining, staying] = [people.slice(0, 12), people.slice(12, 24), people.slice(24, 30)];
    const created = await createGroup(client, {
      members: [...leaving, ...staying].map((value) => ({ value })),
    });
    const path = `/Groups/${created.id}`;
    const names = Array.from({ length: 6 }, (_, i) => `Renamed ${database} ${i}`);
    const replies = await Promise.all([
      ...leaving.map((id) => client.patch(path, [remove(id)])),
      ...joining.map((id) => client.patch(path, [add(id)])),
      ...names.map((value) => client.patch(path, [{ op: 'replace', path: 'displayName', value }])),
      client.patch(path, [{ op: 'replace', path: 'externalId', value: 'x-1' }, add(people[30]!)]),
    ]);
    expect(statuses(replies)).toEqual([204]);
    expect(await members(created.id)).toEqual([...joining, ...staying, people[30]!].sort());
    const { body } = await client.get(path);
    expect(names).toContain(body.displayName);
    expect(body.externalId).toBe('x-1');
  });

  it('let one member in once, however often it is added [G1]', async () => {
    const group = (await createGroup(client)).id;
    const replies = await Promise.all(
      Array.from({ length: 24 }, () => client.patch(`/Groups/${group}`, [add(people[0]!, people[0]!)])),
    );
    expect(statuses(replies)).toEqual([204]);
    expect(await members(group)).toEqual([people[0]]);
  });

  it('survive users that are deleted while they are added: nobody dangles [G1, G7]', async () => {
    const group = (await createGroup(client)).id;
    const leavers = await Promise.all(
      Array.from({ length: 12 }, async () => (await createUser(client)).id as string),
    );
    const [adds, deletions] = await Promise.all([
      Promise.all(leavers.map((id) => client.patch(`/Groups/${group}`, [add(id)]))),
      Promise.all(leavers.map((id) => client.delete(`/Users/${id}`))),
    ]);
    expect(statuses(deletions)).toEqual([204]);
    // Added before the deletion, or refused after it as an unknown member.
    for (const { status } of adds) expect([204, 400]).toContain(status);
    expect((await client.get(`/Groups/${group}`)).body.members ?? []).toEqual([]);
  });
});

it('two instances on one database lose no member between them [G1]', async () => {
  const database = await emptyDatabase('postgres');
  const first = await bootScim({ database: database.options });
  const second = await bootScim({ database: database.options });
  try {
    const [one, other] = [await first.client(), await second.client()];
    const people: string[] = [];
    for (let i = 0; i < 60; i++) people.push((await createUser(i % 2 ? one : other)).id);
    const path = `/Groups/${(await createGroup(one)).id}`;
    const replies = await Promise.all(
      people.flatMap((id, i) => [
        (i % 2 ? other : one).patch(path, [add(id)]),
        ...(i % 10 ? [] : [other.patch(path, [{ op: 'replace', path: 'externalId', value: `${i}` }])]),
      ]),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([204]));
    for (const client of [one, other]) {
      const members = (await client.get(path)).body.members as { value: string }[];
      expect(members.map(({ value }) => value).sort()).toEqual(people.sort());
    }
  } finally {
    await Promise.all([first.close(), second.close()]);
    await database.drop();
  }
});
