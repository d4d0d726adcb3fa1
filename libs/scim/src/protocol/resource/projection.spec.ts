import { describe, expect, it } from 'vitest';
import { userResourceType } from '../schema/core/resource-types.js';
import type { JsonObject } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA, USER_SCHEMA } from '../schema/schema-urns.js';
import { deviceResourceType } from '../schema/testing/device.js';
import { parseProjection, Projection, type ProjectionSource } from './projection.js';
import { needsOf, represent } from './represent.js';

const user = new ResourceType(userResourceType());
const device = new ResourceType(deviceResourceType());
const limits = { attributeNames: 100 };
const head = {
  id: '7',
  version: 2,
  created: '2026-01-01T00:00:00.000Z',
  lastModified: '2026-01-02T00:00:00.000Z',
};
const invalidValue = expect.objectContaining({ status: 400, scimType: 'invalidValue' });

const stored: JsonObject = {
  schemas: [USER_SCHEMA, ENTERPRISE_USER_SCHEMA],
  userName: 'x',
  name: { givenName: 'A', familyName: 'B' },
  emails: [{ value: 'a@b.c', type: 'work' }, { value: 'd@e.f' }],
  [ENTERPRISE_USER_SCHEMA]: { employeeNumber: '1', manager: { value: '9' } },
};

function show(source: ProjectionSource): JsonObject {
  const extras = { managerDisplayName: 'Boss', groups: [{ value: '3', display: 'G' }] };
  return represent(user, head, stored, extras, parseProjection(user, source, limits), 'https://h/Users/7', {
    etag: true,
  });
}

describe('attributes', () => {
  it('selects the named ones besides those that are always returned [P-3.9-01, S-3-01]', () => {
    expect(show({ attributes: 'userName' })).toEqual({ schemas: stored['schemas'], id: '7', userName: 'x' });
  });

  it('takes dotted and qualified names in any case, with blanks around commas [P-3.9-03]', () => {
    const attributes = ` NAME.givenname , ${ENTERPRISE_USER_SCHEMA.toUpperCase()}:Manager.displayName,${USER_SCHEMA}:username`;
    expect(show({ attributes })).toEqual({
      schemas: stored['schemas'],
      id: '7',
      userName: 'x',
      name: { givenName: 'A' },
      [ENTERPRISE_USER_SCHEMA]: { manager: { displayName: 'Boss' } },
    });
  });

  it('shows a complex attribute whole, or the named part of each element that has it [P-3.9-04]', () => {
    expect(show({ attributes: ['emails'] })['emails']).toEqual(stored['emails']);
    expect(show({ attributes: ['emails.type'] })['emails']).toEqual([{ type: 'work' }]);
    expect(show({ attributes: ['meta.version'] })['meta']).toEqual({ version: 'W/"2"' });
  });

  it('selects a whole extension by its URN [P-3.9-05]', () => {
    const shown = show({ attributes: ENTERPRISE_USER_SCHEMA });
    expect(Object.keys(shown)).toEqual(['schemas', 'id', ENTERPRISE_USER_SCHEMA]);
    expect(shown[ENTERPRISE_USER_SCHEMA]).toEqual({
      employeeNumber: '1',
      manager: { value: '9', displayName: 'Boss' },
    });
  });

  it('never shows what is never returned [P-3.9-08]', () => {
    const projection = parseProjection(user, { attributes: 'password' }, limits);
    const shown = represent(user, head, { ...stored, password: 'p' }, {}, projection, '', { etag: true });
    expect(shown).not.toHaveProperty('password');
  });

  it('ignores unknown names [P-3.9-07]', () => {
    expect(show({ attributes: 'nothing,__proto__,constructor' })).toEqual({
      schemas: stored['schemas'],
      id: '7',
    });
  });
});

describe('excludedAttributes', () => {
  it('takes away the named ones, but none that is always returned [P-3.9-02]', () => {
    const shown = show({ excludedAttributes: 'id,schemas,meta,emails' });
    expect(Object.keys(shown)).toEqual([
      'schemas',
      'id',
      'userName',
      'name',
      ENTERPRISE_USER_SCHEMA,
      'groups',
    ]);
  });

  it('takes away a whole extension by its URN, and keeps its URN in schemas [P-3.9-05, D-06]', () => {
    const shown = show({ excludedAttributes: ENTERPRISE_USER_SCHEMA });
    expect(shown).not.toHaveProperty([ENTERPRISE_USER_SCHEMA]);
    expect(shown['schemas']).toContain(ENTERPRISE_USER_SCHEMA);
  });

  it('takes away parts, and the whole when no part is left [P-3.9-09]', () => {
    expect(show({ excludedAttributes: 'name.givenName' })['name']).toEqual({ familyName: 'B' });
    expect(show({ excludedAttributes: 'name.givenName,name.familyName' })).not.toHaveProperty('name');
  });
});

describe('parseProjection', () => {
  it('refuses both parameters at once [P-3.9-06]', () => {
    expect(() => show({ attributes: 'userName', excludedAttributes: 'meta' })).toThrow(invalidValue);
  });

  it('takes an empty parameter for none [P-3.9-07]', () => {
    for (const attributes of ['', ' , ', [], ['']]) {
      expect(parseProjection(user, { attributes, excludedAttributes: '' }, limits)).toBe(Projection.default);
    }
    expect(parseProjection(user, { attributes: 'foo' }, limits).given).toBe(true);
  });

  it('limits the number of names', () => {
    const names = (count: number): string => Array.from({ length: count }, (_, i) => `a${i}`).join(',');
    expect(() => parseProjection(user, { attributes: names(100) }, limits)).not.toThrow();
    expect(() => parseProjection(user, { attributes: names(101) }, limits)).toThrow(invalidValue);
  });

  it('says what has to be fetched for the answer [P-3.9-10, D-11]', () => {
    const needs = (source: ProjectionSource): object => needsOf(user, parseProjection(user, source, limits));
    expect(needs({})).toEqual({ groups: true, members: false, managerDisplayName: true });
    expect(needs({ excludedAttributes: 'groups' })).toMatchObject({ groups: false });
    expect(needs({ attributes: 'groups.value' })).toMatchObject({ groups: true, managerDisplayName: false });
  });
});

describe('the characteristic returned', () => {
  const content = { serial: 's', notes: 'n', colour: 'Red', pin: '1' };
  const keys = (projection: Projection): string[] =>
    Object.keys(represent(device, head, content, {}, projection, '', { etag: false }));

  it('decides with the parameters about each attribute [S-7-03, P-3.9-08]', () => {
    expect(keys(Projection.default)).toEqual(['schemas', 'id', 'serial', 'colour', 'meta']);
    expect(keys(parseProjection(device, { attributes: 'notes' }, limits))).toEqual([
      'schemas',
      'id',
      'serial',
      'notes',
    ]);
    expect(keys(parseProjection(device, { attributes: 'pin' }, limits))).toEqual(['schemas', 'id', 'serial']);
    expect(keys(parseProjection(device, { excludedAttributes: 'serial,colour' }, limits))).toEqual([
      'schemas',
      'id',
      'serial',
      'meta',
    ]);
  });

  it('shows on-request attributes to a writer who sent them [S-7-03]', () => {
    const sent = new Set(['notes']);
    expect(keys(Projection.default.withRequested(sent))).toContain('notes');
    expect(
      keys(parseProjection(device, { excludedAttributes: 'notes' }, limits).withRequested(sent)),
    ).not.toContain('notes');
    expect(keys(parseProjection(device, { attributes: 'colour' }, limits).withRequested(sent))).not.toContain(
      'notes',
    );
  });
});
