import { ScimModule, ScimOptionsError } from 'nestjs-scim';
import { Leniency, Profile, TOLERANCES, type Tolerance } from 'nestjs-scim/protocol';
import { describe, expect, it } from 'vitest';

describe('The switches among the options', () => {
  it.each([
    'interopProfile',
    'pendingMembers',
    'reactivateOnCreate',
    'keepExternalIdOnPut',
    'uniqueExternalId',
    'uniqueGroupNames',
    'validateAnswers',
  ])('%s is a boolean and nothing that looks like one', (name) => {
    for (const value of ['false', 0, null]) {
      const options = { [name]: value } as object;
      expect(() => ScimModule.forRoot(options)).toThrow(ScimOptionsError);
      expect(() => ScimModule.forRoot(options)).toThrow(name);
    }
    for (const value of [true, false, undefined]) ScimModule.forRoot({ [name]: value } as object);
  });
});

describe('The profiles', () => {
  it('are three, each found by its name', () => {
    expect(Profile.names()).toEqual(['default', 'strict', 'interop']);
    for (const name of Profile.names()) expect(Profile.named(name)?.name).toBe(name);
    expect(Profile.named('constructor')).toBeUndefined();
  });

  it('interop asks for more than the RFC and forgives nothing; the others ask for nothing', () => {
    const names = Object.keys(TOLERANCES) as Tolerance[];
    expect(names.filter((name) => Profile.interop.tolerates(name))).toEqual([]);
    expect(new Leniency(Profile.interop).demands('pathRequired')).toBe(true);
    for (const profile of [Profile.default, Profile.strict])
      expect(profile.demands('pathRequired')).toBe(false);
  });

  it('can be adjusted without a change to themselves', () => {
    const adjusted = Profile.interop.adjusted({ keepExternalIdOnPut: true, groupNameConflicts: undefined });
    expect(adjusted.tolerates('keepExternalIdOnPut')).toBe(true);
    expect(adjusted.tolerates('groupNameConflicts')).toBe(false);
    expect(adjusted.demands('oneMatch')).toBe(true);
    expect(Profile.interop.tolerates('keepExternalIdOnPut')).toBe(false);
    expect(Profile.default.adjusted({ groupNameConflicts: false }).tolerates('groupNameConflicts')).toBe(
      false,
    );
  });
});
