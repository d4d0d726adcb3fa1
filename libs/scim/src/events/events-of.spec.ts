import { describe, expect, it } from 'vitest';
import type { ResourceChange } from './resource-change.js';
import { endsAccess, eventsOf } from './events-of.js';
import { readEvent } from './event-registry.js';
import type { ScimEvent } from './scim-event.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const origin = { tenantId: 'acme', connectionId: 'c1', requestId: 'r1', by: 'scim' } as const;

function change(more: Partial<ResourceChange>): ResourceChange {
  return {
    kind: 'modified',
    resourceType: 'User',
    id: 'u1',
    externalId: 'x1',
    name: 'ada',
    version: 3,
    time: '2026-11-24T08:00:00.000Z',
    origin,
    ...more,
  };
}

const typesOf = (events: readonly ScimEvent[]): string[] => events.map(({ constructor }) => constructor.name);

function details(event: ScimEvent | undefined): unknown {
  const { changed, before, after, added, removed } = event!.toJSON();
  return { changed, before, after, added, removed };
}

describe('eventsOf', () => {
  it('says who, where, when and on whose behalf', () => {
    const [event] = eventsOf(change({ kind: 'created', after: { userName: 'ada' } }));
    expect(event).toMatchObject({
      type: 'scim.user.created.v1',
      tenantId: 'acme',
      connectionId: 'c1',
      resourceType: 'User',
      resourceId: 'u1',
      externalId: 'x1',
      name: 'ada',
      version: 3,
      sequence: 3000,
      time: '2026-11-24T08:00:00.000Z',
      requestId: 'r1',
      by: 'scim',
      stream: 'User:u1',
      after: { userName: 'ada' },
    });
    expect(event!.id).toMatch(/^[0-9a-f-]{14}7/);
  });

  it.each<[what: string, before: object, after: object, expected: string[]]>([
    ['true to false', { active: true }, { active: false }, ['UserDeactivated']],
    ['left out to false', {}, { active: false }, ['UserDeactivated']],
    ['false to true', { active: false }, { active: true }, ['UserReactivated']],
    ['false to left out', { active: false }, {}, ['UserReactivated']],
    ['left out to true', {}, { active: true }, ['UserUpdated']],
    ['false and stays so', { active: false, title: 'a' }, { active: false }, ['UserUpdated']],
    ['false with another attribute', { title: 'a' }, { active: false }, ['UserDeactivated', 'UserUpdated']],
    [
      'true with another',
      { active: false },
      { active: true, title: 'b' },
      ['UserUpdated', 'UserReactivated'],
    ],
  ])('tells of active from %s', (_, before, after, expected) => {
    expect(typesOf(eventsOf(change({ before: { ...before }, after: { ...after } })))).toEqual(expected);
  });

  it('tells of a deletion once, also of an active user', () => {
    const deleted = change({ kind: 'deleted', before: { userName: 'ada', active: true } });
    expect(typesOf(eventsOf(deleted))).toEqual(['UserDeleted']);
    expect(endsAccess(deleted)).toBe(true);
  });

  it('knows which changes end access', () => {
    const active = { active: true };
    const inactive = { active: false };
    expect(endsAccess(change({ before: active, after: inactive }))).toBe(true);
    expect(endsAccess(change({ before: inactive, after: inactive }))).toBe(false);
    expect(endsAccess(change({ kind: 'created', after: inactive }))).toBe(false);
    expect(endsAccess(change({ resourceType: 'Group', kind: 'deleted', before: {} }))).toBe(false);
  });

  it('shows changed attributes only, those of extensions one by one', () => {
    const before = {
      schemas: ['a'],
      title: 'a',
      nickName: 'n',
      [ENTERPRISE]: { department: 'd', costCenter: '1' },
    };
    const after = {
      schemas: ['a', 'b'],
      title: 'b',
      locale: 'de',
      [ENTERPRISE]: { department: 'd', costCenter: '2' },
    };
    const [event] = eventsOf(change({ before, after }));
    expect(details(event)).toMatchObject({
      changed: ['title', 'nickName', `${ENTERPRISE}:costCenter`, 'locale'],
      before: { title: 'a', nickName: 'n', [ENTERPRISE]: { costCenter: '1' } },
      after: { title: 'b', locale: 'de', [ENTERPRISE]: { costCenter: '2' } },
    });
  });

  it('names a password that changed and shows it nowhere', () => {
    const [event] = eventsOf(change({ before: {}, after: {}, concealed: ['password'] }));
    expect(details(event)).toEqual({ changed: ['password'], before: {}, after: {} });
  });

  it('tells of members apart from attributes, and of a deleted group after its members', () => {
    const members = { added: [{ id: 'u1', type: 'User' }], removed: [{ id: 'u2', type: 'User' }] };
    const group = { resourceType: 'Group', id: 'g1', members } as const;
    expect(typesOf(eventsOf(change(group)))).toEqual(['GroupMembersChanged']);
    expect(typesOf(eventsOf(change({ ...group, kind: 'created', after: {} })))).toEqual([
      'GroupCreated',
      'GroupMembersChanged',
    ]);
    const renamed = change({ ...group, before: { displayName: 'a' }, after: { displayName: 'b' } });
    expect(typesOf(eventsOf(renamed))).toEqual(['GroupUpdated', 'GroupMembersChanged']);
    expect(typesOf(eventsOf(change({ ...group, kind: 'deleted', before: {} })))).toEqual([
      'GroupMembersChanged',
      'GroupDeleted',
    ]);
  });

  it('splits a change of very many members, loses nobody and keeps the order', () => {
    const named = (word: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ id: `${word}${i}`, type: 'User' }));
    const members = { added: named('a', 3500), removed: named('r', 2500) };
    const events = eventsOf(change({ resourceType: 'Group', members })) as unknown as {
      added: { id: string }[];
      removed: { id: string }[];
      sequence: number;
    }[];
    expect(events.map(({ added, removed }) => [removed.length, added.length])).toEqual([
      [2000, 0],
      [500, 1500],
      [0, 2000],
    ]);
    expect(events.flatMap(({ added }) => added)).toEqual(members.added);
    expect(events.flatMap(({ removed }) => removed)).toEqual(members.removed);
    expect(events.map(({ sequence }) => sequence)).toEqual([3000, 3001, 3002]);
  });

  it('never runs out of sequence numbers, whatever the number of members', () => {
    const removed = Array.from({ length: 2_500_000 }, () => ({ id: 'u', type: 'User' }));
    const members = { added: [], removed };
    const events = eventsOf(change({ resourceType: 'Group', kind: 'deleted', before: {}, members }));
    expect(events.at(-1)!.sequence).toBeLessThan(4000);
  });

  it("tells of the host's own types", () => {
    const device = { resourceType: 'Device', id: 'd1' };
    const kinds = [
      change({ ...device, kind: 'created', after: {} }),
      change({ ...device, before: {}, after: { serial: '1' } }),
      change({ ...device, kind: 'deleted', before: {} }),
    ];
    expect(kinds.flatMap((one) => typesOf(eventsOf(one)))).toEqual([
      'ResourceCreated',
      'ResourceUpdated',
      'ResourceDeleted',
    ]);
  });
});

describe('readEvent', () => {
  it.each([
    change({ kind: 'created', after: { userName: 'ada' } }),
    change({ before: { title: 'a' }, after: { active: false } }),
    change({ kind: 'deleted', externalId: undefined, before: {}, origin: { ...origin, connectionId: null } }),
    change({ resourceType: 'Group', members: { added: [{ id: 'u', type: 'User' }], removed: [] } }),
  ])('makes the same event again of its JSON', (one) => {
    for (const event of eventsOf(one)) {
      const read = readEvent(JSON.parse(JSON.stringify(event)));
      expect(read).toEqual(event);
      expect(read!.constructor).toBe(event.constructor);
    }
  });

  it('knows no event in what another release wrote', () => {
    expect(readEvent({ type: 'scim.user.promoted.v9', id: 'x' })).toBeUndefined();
    expect(readEvent('scim.user.created.v1')).toBeUndefined();
  });
});
