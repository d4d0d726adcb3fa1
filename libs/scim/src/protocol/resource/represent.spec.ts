import { describe, expect, it } from 'vitest';
import { groupResourceType, userResourceType } from '../schema/core/resource-types.js';
import type { JsonObject } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from '../schema/schema-urns.js';
import { deviceResourceType } from '../schema/testing/device.js';
import { parseProjection, Projection } from './projection.js';
import { represent } from './represent.js';
import { canSplice, spliceAroundMembers, spliceJson } from './splice-json.js';

const user = new ResourceType(userResourceType());
const group = new ResourceType(groupResourceType());
const head = {
  id: '7',
  version: 2,
  created: '2026-01-01T00:00:00.000Z',
  lastModified: '2026-01-02T00:00:00.000Z',
};
const location = 'https://example.com/scim/v2/Users/7';
const etag = { etag: true };
const stored: JsonObject = {
  schemas: [USER_SCHEMA, ENTERPRISE_USER_SCHEMA],
  externalId: 'e',
  userName: 'x"]}',
  [ENTERPRISE_USER_SCHEMA]: { division: 'd' },
};

describe('represent', () => {
  it('puts schemas, id and externalId first and meta last', () => {
    const groups = [{ value: '1', type: 'direct' }];
    const shown = represent(
      user,
      head,
      { ...stored, title: 't' },
      { groups },
      Projection.default,
      location,
      etag,
    );
    expect(Object.keys(shown)).toEqual([
      'schemas',
      'id',
      'externalId',
      'userName',
      ENTERPRISE_USER_SCHEMA,
      'title',
      'groups',
      'meta',
    ]);
  });

  it('writes meta, with version only when entity tags are on [S-3.1-07, P-3.14-01, P-3.14-02]', () => {
    const { created, lastModified } = head;
    const on = represent(user, head, stored, {}, Projection.default, location, etag);
    expect(on['meta']).toEqual({ resourceType: 'User', created, lastModified, location, version: 'W/"2"' });
    const off = represent(user, head, stored, {}, Projection.default, location, { etag: false });
    expect(off['meta']).toEqual({ resourceType: 'User', created, lastModified, location });
  });

  it('leaves empty things out [S-2.5-02]', () => {
    const empty = { ...stored, emails: [], name: {}, title: null };
    const shown = represent(user, head, empty, { groups: [] }, Projection.default, location, etag);
    for (const name of ['emails', 'name', 'title', 'groups']) expect(shown).not.toHaveProperty(name);
  });

  it('says [] for a group without members wherever members would be returned [D-14]', () => {
    const document = { schemas: [GROUP_SCHEMA], displayName: 'g' };
    const show = (source: object): JsonObject =>
      represent(
        group,
        head,
        document,
        {},
        parseProjection(group, source, { attributeNames: 100 }),
        location,
        etag,
      );
    expect(show({})['members']).toEqual([]);
    expect(show({ attributes: 'members' })['members']).toEqual([]);
    expect(show({ attributes: 'displayName' })).not.toHaveProperty('members');
    expect(show({ excludedAttributes: 'members' })).not.toHaveProperty('members');
  });

  it('adds the name of the manager without touching the stored document [S-4.3-01]', () => {
    const document = { ...stored, [ENTERPRISE_USER_SCHEMA]: { manager: { value: '9' } } };
    const before = structuredClone(document);
    const shown = represent(
      user,
      head,
      document,
      { managerDisplayName: 'Boss' },
      Projection.default,
      location,
      etag,
    );
    expect(shown[ENTERPRISE_USER_SCHEMA]).toEqual({ manager: { value: '9', displayName: 'Boss' } });
    expect(document).toEqual(before);
  });
});

describe('spliceJson', () => {
  const groups = [{ value: '1', display: 'G' }];

  it('gives what represent gives, member by member', () => {
    const spliced = spliceJson(
      user,
      JSON.stringify(stored),
      head,
      { groups: JSON.stringify(groups).slice(1, -1) },
      location,
      etag,
    );
    const represented = represent(user, head, stored, { groups }, Projection.default, location, etag);
    expect(JSON.parse(spliced)).toEqual(represented);
    expect(spliced.startsWith(`{"schemas":["${USER_SCHEMA}","${ENTERPRISE_USER_SCHEMA}"],"id":"7",`)).toBe(
      true,
    );
  });

  it('works when the database has moved the members', () => {
    const moved = '{"userName": "x", "schemas": ["' + USER_SCHEMA + '"]}';
    const shown = JSON.parse(spliceJson(user, moved, head, {}, location, { etag: false })) as JsonObject;
    expect(shown).toMatchObject({ id: '7', userName: 'x', schemas: [USER_SCHEMA] });
  });

  it('writes members: [] for a group without members [D-14]', () => {
    const json = JSON.stringify({ schemas: [GROUP_SCHEMA], displayName: 'g' });
    expect(JSON.parse(spliceJson(group, json, head, { members: '' }, location, etag))).toMatchObject({
      members: [],
    });
    expect(JSON.parse(spliceJson(group, json, head, {}, location, etag))).not.toHaveProperty('members');
    const { before, after } = spliceAroundMembers(group, json, head, location, etag);
    expect(JSON.parse(`${before}{"value":"1"}${after}`)).toEqual(
      JSON.parse(spliceJson(group, json, head, { members: '{"value":"1"}' }, location, etag)),
    );
  });

  it('is only for types without on-request attributes and texts without a manager', () => {
    expect(canSplice(user, JSON.stringify(stored))).toBe(true);
    expect(
      canSplice(user, JSON.stringify({ ...stored, [ENTERPRISE_USER_SCHEMA]: { manager: { value: '9' } } })),
    ).toBe(false);
    expect(canSplice(user, JSON.stringify({ ...stored, title: '"manager":' }))).toBe(true);
    expect(canSplice(new ResourceType(deviceResourceType()), '{}')).toBe(false);
  });
});
