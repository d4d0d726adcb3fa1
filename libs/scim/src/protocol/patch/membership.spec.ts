import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Profile } from '../compat/profile.js';
import { groupResourceType } from '../schema/core/resource-types.js';
import type { JsonObject, JsonValue } from '../schema/json.js';
import { ResourceType } from '../schema/resource-type.js';
import { GROUP_SCHEMA } from '../schema/schema-urns.js';
import type { MembershipStep } from './membership.js';
import { MembershipFold } from './membership-fold.js';
import { patch, refusal, type Patched } from './testing/patch-request.js';

const GROUP = new ResourceType(groupResourceType());
const crew = { schemas: [GROUP_SCHEMA], displayName: 'Crew' };

function change(operations: JsonValue[], profile = Profile.default): Patched {
  return patch(crew, operations, { type: GROUP, profile });
}

function steps(...operations: JsonValue[]): readonly MembershipStep[] {
  const result = change(operations);
  expect(result.document).toBe(crew);
  expect(result.changed).toBe(result.members.length > 0);
  return result.members;
}

const added = (...ids: string[]): MembershipStep => ({
  kind: 'change',
  add: ids.map((id) => ({ id })),
  remove: [],
});
const removed = (...ids: string[]): MembershipStep => ({ kind: 'change', add: [], remove: ids });
const op = (verb: string, path: string, value?: JsonValue): JsonObject =>
  value === undefined ? { op: verb, path } : { op: verb, path, value };

describe('operations on members', () => {
  it('adds as one step, whatever the number of operations [A-13, P-3.5.2-11]', () => {
    expect(
      steps(
        op('add', 'members', [{ value: 'a' }, { $ref: null, value: 'b' }]),
        op('add', 'members', [{ value: 'c' }]),
      ),
    ).toEqual([added('a', 'b', 'c')]);
    expect(steps(op('add', 'Members', { value: 'a' }))).toEqual([added('a')]);
  });

  it('keeps the type that a client names, in the spelling of the schema', () => {
    expect(steps(op('add', 'members', [{ value: 'g', type: 'group' }]))).toEqual([
      { kind: 'change', add: [{ id: 'g', type: 'Group' }], remove: [] },
    ]);
  });

  it('reads the id of a member from its reference where there is no value', () => {
    expect(steps(op('add', 'members', [{ $ref: 'https://x.example/scim/v2/Users/a' }]))).toEqual([
      added('a'),
    ]);
    expect(() => steps(op('add', 'members', [{ display: 'Ann' }]))).toThrow(refusal('invalidValue'));
  });

  it('removes just the named members, never all [RM-10, P1]', () => {
    const operation = op('Remove', 'members', [{ $ref: null, value: 'a' }, { value: 'b' }]);
    expect(steps(operation)).toEqual([removed('a', 'b')]);
    expect(steps(op('remove', 'members', { value: 'a' }))).toEqual([removed('a')]);
    expect(steps(op('remove', 'members', 'a'))).toEqual([removed('a')]);
    expect(steps(op('remove', 'members', []))).toEqual([]);
    expect(() => change([op('remove', 'members', [{ value: 'a' }])], Profile.strict)).toThrow(
      refusal('invalidSyntax'),
    );
    expect(() => steps(op('remove', 'members', [{}]))).toThrow(refusal('invalidValue'));
  });

  it('empties the group when members is removed without a value [RM-09]', () => {
    expect(steps(op('remove', 'members'))).toEqual([{ kind: 'replace', members: [] }]);
  });

  it('removes by a filter on value, alone or joined by or [RM-11, P2]', () => {
    expect(steps(op('remove', 'members[value eq "a"]'))).toEqual([removed('a')]);
    expect(steps(op('remove', 'MEMBERS[VALUE EQ "a" or value eq "b"]'))).toEqual([removed('a', 'b')]);
    expect(change([op('remove', 'members[value eq "a"]')], Profile.strict).members).toEqual([removed('a')]);
  });

  it('hands every other filter on as it is, and refuses one that it cannot read [RM-11, P2]', () => {
    expect(steps(op('remove', 'members[type eq "Group"]'), op('add', 'members', [{ value: 'a' }]))).toEqual([
      { kind: 'removeWhere', filter: expect.objectContaining({ kind: 'compare', operator: 'eq' }) as object },
      added('a'),
    ]);
    expect(() => steps(op('remove', 'members[value zz "a"]'))).toThrow(refusal('invalidFilter'));
    expect(() => steps(op('remove', 'members[shoe eq "a"]'))).toThrow(refusal('invalidFilter'));
  });

  it('replaces the list, also by nothing [RP-08, C3]', () => {
    expect(steps(op('replace', 'members', [{ value: 'a' }]))).toEqual([
      { kind: 'replace', members: [{ id: 'a' }] },
    ]);
    for (const nothing of [[], null]) {
      expect(steps(op('replace', 'members', nothing))).toEqual([{ kind: 'replace', members: [] }]);
      expect(steps(op('add', 'members', nothing))).toEqual([]);
    }
  });

  it('removes matches that are replaced by nothing [RP-13]', () => {
    expect(steps(op('replace', 'members[value eq "a"]', null))).toEqual([removed('a')]);
  });

  it('adds by path alone, and by a value that fits the path [A-22]', () => {
    expect(steps(op('Add', 'members[value eq "a"]'))).toEqual([added('a')]);
    expect(steps(op('add', 'members[value eq "a"]', { display: 'Ann' }))).toEqual([added('a')]);
    expect(() => change([op('add', 'members[value eq "a"]')], Profile.strict)).toThrow(
      refusal('invalidValue'),
    );
    expect(() => steps(op('add', 'members[type eq "User"]'))).toThrow(refusal('invalidValue'));
  });

  it('never edits a member [RP-20]', () => {
    for (const operation of [
      op('replace', 'members[value eq "a"].value', 'b'),
      op('replace', 'members[value eq "a"].display', 'Ann'),
      op('replace', 'members[value eq "a"].type', 'User'),
      op('replace', 'members[value eq "a"]', { value: 'b' }),
      op('replace', 'members.display', 'Ann'),
      op('remove', 'members[value eq "a"].display'),
    ]) {
      expect(() => steps(operation)).toThrow(refusal('mutability'));
    }
    expect(steps(op('replace', 'members[value eq "a"].value', 'a'))).toEqual([]);
  });

  it('lets the later operation on a member win [P-3.5.2-11]', () => {
    expect(steps(op('add', 'members', [{ value: 'a' }]), op('remove', 'members[value eq "a"]'))).toEqual([
      removed('a'),
    ]);
    expect(steps(op('remove', 'members[value eq "a"]'), op('add', 'members', [{ value: 'a' }]))).toEqual([
      added('a'),
    ]);
  });

  it('takes members from a value without path, together with the rest [A-01, RP-01]', () => {
    const { document, members } = change([
      { op: 'replace', value: { displayName: 'Team', members: [{ value: 'a' }] } },
    ]);
    expect(document['displayName']).toBe('Team');
    expect(members).toEqual([{ kind: 'replace', members: [{ id: 'a' }] }]);
  });

  it('forgets all steps when a later operation fails [P-3.5.2-12]', () => {
    expect(() => steps(op('remove', 'members'), op('replace', 'displayName', null))).toThrow(
      refusal('invalidValue'),
    );
  });
});

describe('MembershipFold', () => {
  type Move = { verb: 'add' | 'remove' | 'replace'; ids: string[] };
  const ids = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd'), { maxLength: 3 });
  const moves = fc.array(
    fc.record({ verb: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const), ids }),
    { maxLength: 6 },
  );

  function play(start: readonly string[], list: readonly Move[]): Set<string> {
    let members = new Set(start);
    for (const { verb, ids: named } of list) {
      if (verb === 'replace') members = new Set(named);
      for (const id of named) if (verb === 'remove') members.delete(id);
      for (const id of named) if (verb === 'add') members.add(id);
    }
    return members;
  }

  it('leaves the same members as the operations one by one, in at most one step', () => {
    fc.assert(
      fc.property(ids, moves, (start, list) => {
        const fold = new MembershipFold();
        for (const { verb, ids: named } of list) {
          if (verb === 'remove') fold.remove(named);
          else fold[verb](named.map((id) => ({ id })));
        }
        const folded = fold.steps();
        expect(folded.length).toBeLessThanOrEqual(1);
        let members = new Set(start);
        for (const step of folded) {
          if (step.kind === 'replace') members = new Set(step.members.map(({ id }) => id));
          if (step.kind !== 'change') continue;
          expect(step.add.filter(({ id }) => step.remove.includes(id))).toEqual([]);
          for (const id of step.remove) members.delete(id);
          for (const { id } of step.add) members.add(id);
        }
        expect(members).toEqual(play(start, list));
      }),
    );
  });
});
