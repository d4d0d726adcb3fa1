import { describe, expect, it } from 'vitest';
import { Leniency, Profile } from '../compat/profile.js';
import type { ScimError } from '../error/scim-error.js';
import { groupResourceType, userResourceType } from '../schema/core/resource-types.js';
import { ResourceTypeRegistry } from '../schema/resource-type-registry.js';
import { checkFilter } from './check-filter.js';
import { parseFilter } from './parse-filter.js';
import { checkRootFilter } from './root-filter.js';
import type { TypedFilter } from './typed-filter.js';

const registry = new ResourceTypeRegistry([userResourceType(), groupResourceType()]);

function check(typeName: string, text: string): TypedFilter {
  const filter = parseFilter(text, { allowAfterValuePath: true });
  return checkRootFilter(filter, registry.required(typeName), registry.types, new Leniency(Profile.default));
}

/** `true`, `false`, or undefined for a filter that is left to ask. */
function decided(typeName: string, text: string): boolean | undefined {
  const checked = check(typeName, text);
  return checked.kind === 'constant' ? checked.value : undefined;
}

function refusal(text: string): string | undefined {
  try {
    check('User', text);
  } catch (error) {
    return (error as ScimError).scimType;
  }
  return undefined;
}

describe('A filter over all resource types', () => {
  it.each([
    ['userName eq "a"', false],
    ['userName ne "a"', true],
    ['userName co "a"', false],
    ['userName gt "a"', false],
    ['userName pr', false],
    ['not (userName pr)', true],
    ['userName eq null', true],
    ['userName ne null', false],
    ['emails[type eq "work"]', false],
    ['emails[type eq "work"].value ne "a"', false],
    ['emails.value sw "a"', false],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "x"', false],
  ])('finds for a group, which has no such attribute, that %s is %s [P-3.4.2.1-02]', (text, value) => {
    expect(decided('Group', text)).toBe(value);
  });

  it.each([
    ['meta.resourceType eq "User"', true, false],
    ['meta.resourceType eq "Group"', false, true],
    ['meta.resourceType ne "User"', false, true],
    ['meta.resourceType sw "U"', true, false],
    ['meta.resourceType pr', true, true],
    ['meta[resourceType eq "User"]', true, false],
    ['meta.resourceType eq "User" or meta.resourceType eq "Group"', true, true],
    ['not (meta.resourceType eq "User")', false, true],
    ['meta.resourceType eq "User" and userName pr and members pr', false, false],
  ])('decides %s for each type alone [P-3.4.2.1-01]', (text, forUsers, forGroups) => {
    expect(decided('User', text)).toBe(forUsers);
    expect(decided('Group', text)).toBe(forGroups);
  });

  it('leaves to each type what only its resources can tell [P-3.4.2.1-01]', () => {
    const rest = (typeName: string, text: string): TypedFilter =>
      checkFilter(parseFilter(text), registry.required(typeName), new Leniency(Profile.default));
    expect(check('User', 'meta.resourceType eq "User" and userName eq "a"')).toEqual(
      rest('User', 'userName eq "a"'),
    );
    expect(check('Group', 'userName eq "a" or displayName eq "b"')).toEqual(
      rest('Group', 'displayName eq "b"'),
    );
    expect(check('User', 'userName eq "a" or displayName eq "b"')).toEqual(
      rest('User', 'userName eq "a" or displayName eq "b"'),
    );
    expect(check('Group', 'not (displayName eq "b")')).toEqual(rest('Group', 'not (displayName eq "b")'));
  });

  it.each([
    'foo eq "x"',
    'not (foo pr)',
    'foo ne "x"',
    '__proto__ pr',
    'userName.x eq "a"',
    'password eq "x"',
    'active gt true',
  ])('is refused for %s, which no type can answer [P-3.4.2.1-03]', (text) => {
    expect(refusal(text)).toBe('invalidFilter');
  });
});
