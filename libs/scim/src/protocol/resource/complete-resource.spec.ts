import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import { groupResourceType, userResourceType } from '../schema/core/resource-types.js';
import type { JsonObject } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from '../schema/schema-urns.js';
import { deviceResourceType } from '../schema/testing/device.js';
import { checkResource } from './check-resource.js';
import {
  completeNewResource,
  replaceResource,
  type Content,
  type ReplacedContent,
} from './complete-resource.js';
import { DEFAULT_READ_LIMITS } from './read-context.js';
import { readResource } from './read-resource.js';
import { sameDocument } from './same-value.js';

const user = new ResourceType(userResourceType());
const group = new ResourceType(groupResourceType());
const device = new ResourceType(deviceResourceType());
const LEASE = 'urn:example:scim:extension:2.0:Lease';
const invalidValue = expect.objectContaining({ status: 400, scimType: 'invalidValue' });
const mutability = expect.objectContaining({ status: 400, scimType: 'mutability' });

function post(type: ResourceType, body: JsonObject): Content {
  const context = { leniency: new Leniency(Profile.strict), limits: DEFAULT_READ_LIMITS };
  return completeNewResource(type, readResource(type, { schemas: [type.schema.id], ...body }, context));
}

function put(
  type: ResourceType,
  current: Content,
  body: JsonObject,
  profile = Profile.strict,
): ReplacedContent {
  const leniency = new Leniency(profile);
  const read = readResource(
    type,
    { schemas: [type.schema.id], ...body },
    { leniency, limits: DEFAULT_READ_LIMITS },
  );
  return replaceResource(type, current, read, leniency);
}

describe('completeNewResource', () => {
  it('gives active true unless the body says something, also null [P-3.3-04]', () => {
    expect(post(user, { userName: 'x' }).document['active']).toBe(true);
    expect(post(user, { userName: 'x', active: false }).document['active']).toBe(false);
    expect(post(user, { userName: 'x', active: null }).document).not.toHaveProperty('active');
  });

  it('refuses a user without userName [S-4.1.1-01, P-3.3-06]', () => {
    expect(() => post(user, {})).toThrow(invalidValue);
    expect(() => post(user, { userName: null })).toThrow(invalidValue);
    expect(() => post(user, { userName: ' ' })).toThrow(invalidValue);
  });

  it('refuses a group without displayName [S-4.2-01]', () => {
    const bodies: JsonObject[] = [{}, { displayName: null }, { displayName: '' }];
    for (const body of bodies) expect(() => post(group, body)).toThrow(invalidValue);
  });

  it('wants a required extension and its required attributes [S-6-03]', () => {
    const leased = new ResourceType(deviceResourceType(true));
    expect(() => post(leased, { serial: '1' })).toThrow(/Lease/);
    expect(() => post(leased, { serial: '1', [LEASE]: { note: 'n' } })).toThrow(/contract is required/);
    expect(post(leased, { serial: '1', [LEASE]: { contract: 'c' } }).document[LEASE]).toEqual({
      contract: 'c',
    });
    expect(post(device, { serial: '1' }).document).not.toHaveProperty([LEASE]);
  });

  it('wants required sub-attributes of each element', () => {
    expect(() => post(device, { serial: '1', ports: [{ value: 'a' }, { vendor: 'v' }] })).toThrow(
      /ports.value is required/,
    );
  });

  it('keeps the secret apart [S-4.1.1-09]', () => {
    const content = post(user, { userName: 'x', password: 'p' });
    expect(content.concealed).toEqual({ password: 'p' });
    expect(content.document).not.toHaveProperty('password');
  });
});

describe('replaceResource', () => {
  const current = post(user, {
    userName: 'x',
    externalId: 'e',
    title: 't',
    active: false,
    password: 'p',
    emails: [{ value: 'a@b.c' }],
    [ENTERPRISE_USER_SCHEMA]: { division: 'd' },
  });

  it('clears omitted attributes and extensions, keeps the password [D-31, P-3.5.1-03, P-3.5.1-13]', () => {
    const { document, concealed } = put(user, current, { userName: 'y' });
    expect(document).toEqual({ schemas: [USER_SCHEMA], userName: 'y', active: false });
    expect(concealed).toEqual({ password: 'p' });
  });

  it('never reactivates by leaving active out, in any profile [D-31]', () => {
    for (const profile of [Profile.default, Profile.strict]) {
      expect(put(user, current, { userName: 'x' }, profile).document['active']).toBe(false);
    }
    const unassigned = post(user, { userName: 'x', active: null });
    expect(put(user, unassigned, { userName: 'x' }).document).not.toHaveProperty('active');
  });

  it('keeps an omitted externalId in the default profile and clears it in the strict one [D-31]', () => {
    expect(put(user, current, { userName: 'x' }, Profile.default).document['externalId']).toBe('e');
    expect(
      put(user, current, { userName: 'x', externalId: null }, Profile.default).document,
    ).not.toHaveProperty('externalId');
    expect(put(user, current, { userName: 'x' }).document).not.toHaveProperty('externalId');
  });

  it('clears by null, also the password [P-3.5.1-04]', () => {
    const result = put(user, current, { userName: 'x', active: null, emails: [], password: null });
    expect(result).toEqual({ document: { schemas: [USER_SCHEMA], userName: 'x' }, concealed: {} });
  });

  it('refuses to clear what is required [P-3.5.1-07]', () => {
    expect(() => put(user, current, { title: 't' })).toThrow(invalidValue);
  });

  it('gives the same content for what was read before [P-3.5.1-10]', () => {
    const again = put(
      user,
      current,
      structuredClone({ ...current.document, id: 'other', meta: { version: 'stale' } }),
    );
    expect(sameDocument(again.document, current.document)).toBe(true);
    expect(again.concealed).toEqual(current.concealed);
  });

  it('sets, keeps and protects immutable attributes [P-3.5.1-05]', () => {
    const plain = post(device, { serial: '1' });
    expect(put(device, plain, { serial: '1', model: 'M' }).document['model']).toBe('M');
    const modelled = post(device, { serial: '1', model: 'M' });
    expect(put(device, modelled, { serial: '1', model: 'm' }).document['model']).toBe('M');
    expect(put(device, modelled, { serial: '1' }).document['model']).toBe('M');
    expect(() => put(device, modelled, { serial: '1', model: 'N' })).toThrow(mutability);
    expect(() => put(device, modelled, { serial: '1', model: null })).toThrow(mutability);
  });

  it('keeps stored read-only attributes [P-3.5.1-06]', () => {
    const { document, concealed } = post(device, { serial: '1' });
    const stateful = { document: { ...document, state: 'on' }, concealed };
    expect(put(device, stateful, { serial: '1', state: 'off' }).document['state']).toBe('on');
  });

  it('matches elements by value and never edits their immutable parts [P-3.5.1-11]', () => {
    const ported = post(device, { serial: '1', ports: [{ value: 'a', vendor: 'v' }, { value: 'b' }] });
    const ports = (body: JsonObject): unknown =>
      put(device, ported, { serial: '1', ...body }).document['ports'];
    expect(ports({ ports: [{ value: 'c' }, { value: 'a' }] })).toEqual([
      { value: 'c' },
      { value: 'a', vendor: 'v' },
    ]);
    expect(() => ports({ ports: [{ value: 'a', vendor: 'w' }] })).toThrow(mutability);
    expect(ports({})).toBeUndefined();
  });

  it('keeps immutable parts of a single complex attribute', () => {
    const made = post(device, { serial: '1', maker: { name: 'n', batch: 'b' } });
    expect(put(device, made, { serial: '1', maker: { name: 'o' } }).document['maker']).toEqual({
      name: 'o',
      batch: 'b',
    });
    expect(() => put(device, made, { serial: '1', maker: { batch: 'c' } })).toThrow(mutability);
  });

  it('takes members not named for none, and leaves them out for other types', () => {
    const named = { document: { schemas: [GROUP_SCHEMA], displayName: 'g' }, concealed: {} };
    expect(put(group, named, { displayName: 'g' }).members).toEqual([]);
    expect(put(group, named, { displayName: 'g', members: [{ value: '1' }] }).members).toEqual([{ id: '1' }]);
    expect(put(user, current, { userName: 'x' })).not.toHaveProperty('members');
  });

  it('does not change what it was given', () => {
    const before = structuredClone(current);
    put(user, current, { userName: 'z', [ENTERPRISE_USER_SCHEMA]: { costCenter: 'c' } });
    expect(current).toEqual(before);
  });
});

describe('checkResource', () => {
  it('refuses two primaries in the final state [S-2.4-03]', () => {
    const emails = [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ];
    expect(() => checkResource(user, { userName: 'x', emails })).toThrow(invalidValue);
    expect(() => checkResource(user, { userName: 'x', emails: emails.slice(1) })).not.toThrow();
  });

  it('limits the length of lists', () => {
    const emails = Array.from({ length: 201 }, (_, i) => ({ value: `${i}` }));
    expect(() => checkResource(user, { userName: 'x', emails })).toThrow(/200/);
    expect(() => checkResource(user, { userName: 'x', emails: emails.slice(1) })).not.toThrow();
  });
});

describe('sameDocument', () => {
  it('ignores the order of members but not that of elements', () => {
    expect(sameDocument({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
    expect(sameDocument({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
    expect(sameDocument({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(sameDocument({ a: [] }, { a: {} })).toBe(false);
    expect(sameDocument({ toString: 1 }, { valueOf: 1 })).toBe(false);
  });
});
