import { describe, expect, it } from 'vitest';
import type { ScimError } from '../protocol/error/scim-error.js';
import { resolveAttribute } from '../protocol/schema/attribute-notation.js';
import type { Attribute } from '../protocol/schema/attribute.js';
import { userResourceType } from '../protocol/schema/core/resource-types.js';
import type { JsonObject } from '../protocol/schema/json.js';
import { ResourceTypeRegistry } from '../protocol/schema/resource-type-registry.js';
import { refuseForeignChanges } from './self-service.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const USERS = new ResourceTypeRegistry([userResourceType()]).required('User');
const BEFORE: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'a',
  name: { givenName: 'G', familyName: 'F' },
};

function attributes(...names: string[]): ReadonlySet<Attribute> {
  return new Set(
    names.map((name) => {
      const reference = resolveAttribute(USERS, name);
      if (reference?.kind !== 'attribute') throw new Error(name);
      return reference.attribute;
    }),
  );
}

/** What the caller is told, or undefined when it may. */
function refusal(
  changeable: ReadonlySet<Attribute> | undefined,
  after: JsonObject,
  concealed: JsonObject = {},
) {
  try {
    refuseForeignChanges(
      USERS,
      changeable,
      { document: BEFORE, concealed: { password: 'old' } },
      { document: { ...BEFORE, ...after }, concealed: { password: 'old', ...concealed } },
    );
  } catch (error) {
    return `${(error as ScimError).status} ${(error as ScimError).detail}`;
  }
  return undefined;
}

describe('A caller that may change some attributes', () => {
  it('may change these and send everything else back unchanged [P-3.11-06]', () => {
    const changeable = attributes('nickName', 'name.givenName', 'password', `${ENTERPRISE}:costCenter`);
    expect(refusal(changeable, {})).toBeUndefined();
    expect(refusal(changeable, { nickName: 'n' })).toBeUndefined();
    expect(refusal(changeable, { name: { familyName: 'F', givenName: 'H' } })).toBeUndefined();
    expect(refusal(changeable, { name: { familyName: 'F' } })).toBeUndefined();
    expect(refusal(changeable, {}, { password: 'new' })).toBeUndefined();
    expect(refusal(changeable, { schemas: [ENTERPRISE], [ENTERPRISE]: { costCenter: '7' } })).toBeUndefined();
    expect(refusal(attributes('name'), { name: { formatted: 'x' } })).toBeUndefined();
  });

  it('may change nothing else, hidden values included [P-3.11-06]', () => {
    const changeable = attributes('nickName', 'name.givenName');
    expect(refusal(changeable, { userName: 'b' })).toBe('403 You may not change userName.');
    expect(refusal(changeable, { name: { givenName: 'G', familyName: 'X' } })).toContain('name.familyName');
    expect(refusal(changeable, { name: {} })).toContain('name.familyName');
    expect(refusal(changeable, { active: false })).toContain('active');
    expect(refusal(changeable, { externalId: 'x' })).toContain('externalId');
    expect(refusal(changeable, { [ENTERPRISE]: { manager: { value: 'x' } } })).toContain('manager');
    expect(refusal(changeable, {}, { password: 'new' })).toContain('password');
    expect(refusal(new Set(), { nickName: 'n' })).toContain('nickName');
  });

  it('is anybody else when nothing is limited', () => {
    expect(refusal(undefined, { userName: 'b', active: false }, { password: 'new' })).toBeUndefined();
  });
});
