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

describe('The options of the outbox', () => {
  it.each<[string, unknown[]]>([
    ['relay', ['false', 1]],
    ['notify', ['yes']],
    ['concurrency', [0, 1.5, '4', 1001]],
    ['tenantConcurrency', [0]],
    ['batch', [-1]],
    ['attempts', [0]],
    ['leaseSeconds', [0, Number.NaN, '30', Infinity]],
    ['deliverySeconds', [-1]],
    ['retentionDays', [0]],
    ['blocking', ['UserDeactivated', ['UserDeactivated']]],
    ['pollSeconds', [1]],
  ])('%s is refused when it cannot work', (name, values) => {
    for (const value of values) {
      const boot = (): unknown => ScimModule.forRoot({ outbox: { [name]: value } as object });
      expect(boot).toThrow(ScimOptionsError);
      expect(boot).toThrow(`outbox.${name}`);
    }
  });

  it('may be fractions of seconds, and block for nothing', () => {
    ScimModule.forRoot({ outbox: { leaseSeconds: 0.5, blocking: [] } });
    expect(() => ScimModule.forRoot({ outbox: 'off' as never })).toThrow(ScimOptionsError);
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
