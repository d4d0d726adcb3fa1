import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { createGroup, createUser, ENTERPRISE } from '../support/resources.js';
import type { ScimApp } from '../support/scim-app.js';
import type { ScimClient, ScimReply } from '../support/scim-client.js';
import { bootScimOn } from '../support/scim-on-database.js';

type Operation = Record<string, unknown>;

const text = fc.constantFrom('a', 'A', 'é', 'x y', '%', '"quoted" \\');
const write = fc.constantFrom('add', 'replace');
const writing = (path: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Operation> =>
  fc.tuple(write, value).map(([op, given]) => ({ op, path, value: given }));
const removing = (path: string): fc.Arbitrary<Operation> => fc.constant({ op: 'remove', path });
const email = (type: string): fc.Arbitrary<object> =>
  text.map((value) => ({ type, value: `${value}@x.example` }));

/** By attribute, so that a request has one operation for each: such operations may be repeated as a whole. */
const OPERATIONS: Record<string, fc.Arbitrary<Operation>> = {
  title: fc.oneof(writing('title', text), removing('title')),
  name: fc.oneof(
    writing('name.givenName', text),
    writing('name', fc.record({ familyName: text })),
    removing('name.familyName'),
    removing('name'),
  ),
  emails: fc.oneof(
    fc.tuple(email('work'), email('home')).map((value) => ({ op: 'add', path: 'emails', value })),
    fc.tuple(email('work')).map((value) => ({ op: 'replace', path: 'emails', value })),
    text.map((value) => ({
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: `${value}@y.example`,
    })),
    fc
      .constantFrom(true, false)
      .map((value) => ({ op: 'replace', path: 'emails[type eq "work"].primary', value })),
    removing('emails[type eq "home"]'),
    removing('emails'),
  ),
  active: writing('active', fc.constantFrom(true, false, 'True', 'False')),
  department: fc.oneof(writing(`${ENTERPRISE}:department`, text), removing(`${ENTERPRISE}:department`)),
  pathless: text.map((value) => ({
    op: 'replace',
    value: { nickName: value, displayName: value, [`${ENTERPRISE}:costCenter`]: value },
  })),
  extension: fc.oneof(writing(ENTERPRISE, fc.record({ division: text })), writing('externalId', text)),
};

const request = fc
  .tuple(...Object.values(OPERATIONS).map((operation) => fc.option(operation, { nil: undefined, freq: 2 })))
  .map((chosen) => chosen.filter((operation) => operation !== undefined))
  .filter((operations) => operations.length > 0);

describeEachDatabase('a PATCH that is sent again', (database) => {
  let scim: ScimApp;
  let client: ScimClient;
  beforeAll(async () => {
    scim = await bootScimOn(database);
    client = await scim.client();
  });
  afterAll(() => scim.close());

  /** Content, version and times. */
  const read = async (path: string): Promise<[unknown, unknown]> => {
    const { body, headers } = await client.get(path);
    return [body, headers.etag];
  };

  async function replays(path: string, operations: Operation[]): Promise<ScimReply> {
    const first = await client.patch(path, operations);
    const after = await read(path);
    const second = await client.patch(path, operations);
    expect([second.status, second.body], JSON.stringify(operations)).toEqual([first.status, first.body]);
    expect(await read(path), JSON.stringify(operations)).toEqual(after);
    return first;
  }

  it('changes nothing of a user: same content, version and lastModified [P-3.5.2-17, D-32]', async () => {
    const path = `/Users/${(await createUser(client)).id}`;
    let accepted = 0;
    const law = fc.asyncProperty(request, async (operations) => {
      if ((await replays(path, operations)).status === 200) accepted++;
    });
    await fc.assert(law, { numRuns: 40 });
    // The law would hold of refusals as well.
    expect(accepted).toBeGreaterThan(30);
  });

  it('changes nothing of a group, its members included [A-15, RM-10]', async () => {
    const people = [];
    for (let i = 0; i < 4; i++) people.push({ value: (await createUser(client)).id as string });
    const [a, b, c, d] = people as [object, object, object, { value: string }];
    const path = `/Groups/${(await createGroup(client, { members: [d] })).id}`;
    for (const operations of [
      [{ op: 'add', path: 'members', value: [a, b] }],
      [{ op: 'add', value: { members: [c], displayName: `Replayed ${database}` } }],
      [{ op: 'remove', path: `members[value eq "${d.value}"]` }],
      [{ op: 'remove', path: 'members', value: [a] }],
      [{ op: 'replace', path: 'members', value: [a, d] }],
      [
        { op: 'remove', path: 'members', value: [a] },
        { op: 'add', path: 'members', value: [b] },
        { op: 'replace', path: 'externalId', value: 'e' },
      ],
      [{ op: 'remove', path: 'members' }],
    ]) {
      const before = await read(path);
      expect((await replays(path, operations)).status).toBe(204);
      expect(await read(path)).not.toEqual(before);
    }
  });
});
