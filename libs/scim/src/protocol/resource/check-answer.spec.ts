import { describe, expect, it } from 'vitest';
import { groupResourceType, userResourceType } from '../schema/core/resource-types.js';
import type { JsonObject } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from '../schema/schema-urns.js';
import { answerFaults } from './check-answer.js';

const USER = new ResourceType(userResourceType());
const GROUP = new ResourceType(groupResourceType());
const meta = (type: string): JsonObject => ({
  resourceType: type,
  created: '2026-01-01T00:00:00.000Z',
  lastModified: '2026-01-01T00:00:00.000Z',
  location: `https://api.example.com/scim/v2/${type}s/1`,
});
const user = (more: JsonObject = {}): JsonObject => ({
  schemas: [USER_SCHEMA],
  id: '1',
  userName: 'ann',
  meta: meta('User'),
  ...more,
});

describe('answerFaults', () => {
  it('finds nothing in a sound user and in an empty group', () => {
    const enterprise = { department: 'R&D', manager: { value: '2', displayName: 'Bo' } };
    const full = user({
      schemas: [USER_SCHEMA, ENTERPRISE_USER_SCHEMA],
      externalId: 'a',
      active: true,
      name: { givenName: 'Ann' },
      emails: [{ value: 'a@b.example', primary: true }, { value: 'c@d.example' }],
      [ENTERPRISE_USER_SCHEMA]: enterprise,
    });
    expect(answerFaults(USER, full)).toEqual([]);
    const group = { schemas: [GROUP_SCHEMA], id: '1', displayName: 'A', members: [], meta: meta('Group') };
    expect(answerFaults(GROUP, group)).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['an unknown attribute', { shoeSize: 42 }, 'shoeSize is in no schema'],
    ['an unknown sub-attribute', { name: { shoeSize: 42 } }, 'name.shoeSize is in no schema'],
    ['another spelling', { nickname: 'A' }, 'nickName is spelled differently'],
    ['a number for a text', { title: 42 }, 'title is not of type string'],
    ['a text for a boolean', { active: 'true' }, 'active is not of type boolean'],
    ['null', { title: null }, 'title is not of type string'],
    ['a value for a list', { emails: { value: 'a' } }, 'emails is no array'],
    ['an empty list', { emails: [] }, 'emails is empty'],
    ['an empty complex value', { name: {} }, 'name is not of type complex'],
    ['a password', { password: 'secret' }, 'password is never returned'],
    [
      'two primary elements',
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      'emails has several primary elements',
    ],
    [
      'data of an unlisted extension',
      { [ENTERPRISE_USER_SCHEMA]: { department: 'A' } },
      `schemas lacks ${ENTERPRISE_USER_SCHEMA}`,
    ],
    [
      'an extension that is no object',
      { schemas: [USER_SCHEMA, ENTERPRISE_USER_SCHEMA], [ENTERPRISE_USER_SCHEMA]: {} },
      `${ENTERPRISE_USER_SCHEMA} is no object with members`,
    ],
    ['no base schema', { schemas: [ENTERPRISE_USER_SCHEMA] }, 'schemas lacks the base schema'],
    [
      'a foreign URN',
      { schemas: [USER_SCHEMA, GROUP_SCHEMA] },
      'schemas holds a URN that the resource type does not have',
    ],
    ['a URN twice', { schemas: [USER_SCHEMA, USER_SCHEMA] }, 'schemas holds a URN twice'],

    [
      'a date that is none',
      { meta: { ...meta('User'), created: 'today' } },
      'meta.created is not of type dateTime',
    ],
    [
      'the type of another',
      { meta: { ...meta('User'), resourceType: 'Group' } },
      'meta.resourceType is another one',
    ],
    [
      'the address of another',
      { meta: { ...meta('User'), location: 'https://x.example/Users/2' } },
      'meta.location is another one',
    ],
  ])('tells of %s', (_, more, fault) => {
    expect(answerFaults(USER, user(more))).toEqual([fault]);
  });

  it('wants what is required, unless the client chose the attributes', () => {
    const { userName: _, meta: __, ...rest } = user();
    expect(answerFaults(USER, rest)).toEqual(['userName is missing', 'meta is missing']);
    expect(answerFaults(USER, rest, { projected: true })).toEqual([]);
    expect(answerFaults(USER, { id: '1' }, { projected: true })).toEqual(['schemas lacks the base schema']);
  });

  it('is not taken in by names of Object.prototype, and quotes no value', () => {
    const odd = user(JSON.parse('{"__proto__":{"a":1},"constructor":"x"}') as JsonObject);
    const hostile = { ...odd, ['toString']: 'x' } as unknown as JsonObject;
    expect(answerFaults(USER, hostile)).toContain('toString is in no schema');
    expect(answerFaults(USER, user({ title: 4711 })).join()).not.toContain('4711');
  });
});
