import { describe, expect, it } from 'vitest';
import { BEGUN, firstBindings, slotOf } from './group-binding.js';
import { ScimRoleError } from './role-error.js';
import { checkMapping, fingerprintOf, type NewRoleMapping, optionMappings } from './role-mapping.js';
import { RoleRules } from './role-rules.js';

const refusal = (input: unknown): string => {
  try {
    checkMapping(input as NewRoleMapping);
  } catch (error) {
    expect(error).toBeInstanceOf(ScimRoleError);
    return (error as Error).message;
  }
  return 'accepted';
};

describe('A mapping', () => {
  it.each([
    ['no role', { group: { id: 'x' } }, 'A role has'],
    ['a blank role', { role: ' ', group: { id: 'x' } }, 'A role has'],
    ['no group', { role: 'admin' }, 'group has one of'],
    [
      'two ways to name its group',
      { role: 'admin', group: { id: 'x', displayName: 'y' } },
      'group has one of',
    ],
    ['an unknown way', { role: 'admin', group: { regex: '.*' } }, 'group has one of'],
    ['an empty name', { role: 'admin', group: { displayName: '' } }, 'group.displayName'],
    [
      'a name beyond the column',
      { role: 'admin', group: { displayName: 'x'.repeat(513) } },
      'group.displayName',
    ],
    ['a NUL', { role: 'admin', group: { id: 'a\0' } }, 'group.id'],
    ['a pattern without star', { role: 'admin', group: { pattern: 'admins' } }, 'group.pattern'],
    ['a pattern for everybody', { role: 'admin', group: { pattern: '*' } }, 'group.pattern'],
    ['a fraction as priority', { role: 'admin', group: { id: 'x' }, priority: 0.5 }, 'priority'],
  ])('is refused with %s', (_what, input, message) => {
    expect(refusal(input)).toContain(message);
  });

  it('of the options keeps its id whatever its place and priority are, and has another one for another group', () => {
    const of = (...given: Parameters<typeof optionMappings>[0]) => optionMappings(given).map(({ id }) => id);
    const admin = { role: 'admin', group: { displayName: 'Admins' } };
    const [first] = of(admin);
    expect(of({ role: 'viewer', group: { id: 'x' } }, { ...admin, priority: 5 })[1]).toBe(first);
    expect(of({ ...admin, group: { externalId: 'Admins' } })[0]).not.toBe(first);
    expect(of({ ...admin, tenantId: 'acme' })[0]).not.toBe(first);
    expect(() => of(admin, admin)).toThrow('twice');
  });

  it('that changes its priority changes the fingerprint of all', () => {
    const print = (priority: number) =>
      fingerprintOf(optionMappings([{ role: 'admin', group: { id: 'x' }, priority }]));
    expect(print(1)).not.toBe(print(2));
    expect(print(1)).toBe(print(1));
  });
});

describe('What a mapping is bound to', () => {
  const group = (id: string, displayName: string, externalId?: string) => ({ id, displayName, externalId });
  const [byName, byPattern, byExternalId, byId] = optionMappings([
    { role: 'admin', group: { displayName: 'Admins' } },
    { role: 'dev', group: { pattern: 'dev-*' } },
    { role: 'ops', group: { externalId: 'x-1' } },
    { role: 'owner', group: { id: 'g9' } },
  ]) as [never, never, never, never];

  it('is the oldest group of that name, compared without case', () => {
    const bindings = firstBindings([byName], [group('g1', 'ADMINS'), group('g2', 'Admins')]);
    expect([...new RoleRules([byName], bindings).grants.keys()]).toEqual(['g1']);
  });

  it('is one group for each name that a pattern matches', () => {
    const groups = [group('g1', 'dev-a'), group('g2', 'DEV-A'), group('g3', 'dev-b'), group('g4', 'ops')];
    const rules = new RoleRules([byPattern], firstBindings([byPattern], groups));
    expect(rules.groupsOf(byPattern)).toEqual(['g1', 'g3']);
  });

  it('is the group with exactly that externalId', () => {
    const groups = [group('g1', 'a', 'X-1'), group('g2', 'b', 'x-1')];
    expect(
      new RoleRules([byExternalId], firstBindings([byExternalId], groups)).groupsOf(byExternalId),
    ).toEqual(['g2']);
  });

  it('needs no row when the mapping names the id', () => {
    expect(slotOf(byId, group('g9', 'a'))).toBeUndefined();
    expect(new RoleRules([byId], []).groupsOfRole('owner')).toEqual(['g9']);
  });

  it('is remembered also when nothing matched', () => {
    const bindings = firstBindings([byName], []);
    expect(bindings.map(({ slot }) => slot)).toEqual([BEGUN]);
    expect(new RoleRules([byName, byPattern], bindings).unbegun).toEqual([byPattern]);
  });
});
